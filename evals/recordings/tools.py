"""Real tools, recorded or replayed, and the rule that nothing consequential happens by accident."""

import time
from collections.abc import Collection

from ...engine.codec import dump, dump_text
from ...engine.domain.tool import Tool, ToolResult
from ...engine.domain.values import JSON
from ...engine.ports import ToolInvocation, ToolRunner
from .entry import Entry, RecordedCall, result_from_json
from .key import ToolRequest
from .trial import ResultChanged, StandInMissing, TrialRecordings


class GuardedTools:
    """Tools of a trial whose asks are computed: they run, but for a consequential one without `run` in the scenario."""

    def __init__(self, inner: ToolRunner, *, run: Collection[str] = ()) -> None:
        self._inner = inner
        self._run = frozenset(run)
        self.stand_ins_missing: list[StandInMissing] = []

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Run a tool that may run."""
        if invocation.tool.consequential and invocation.tool.id not in self._run:
            return refused(invocation, self.stand_ins_missing)
        return await self._inner.run(invocation)


class RecordingTools:
    """Tools of a trial that is recorded: results are served from recordings where the scenario does not say `run`."""

    def __init__(self, inner: ToolRunner, recordings: TrialRecordings, *, run: Collection[str] = ()) -> None:
        self._inner = inner
        self._recordings = recordings
        self._run = frozenset(run)

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """The tool's result, recorded or real; one that can't be had dooms the trial and is given back as failed."""
        recordings = self._recordings
        request = self._request(invocation)
        key, ordinal = recordings.number(request)
        recorded = recordings.find(key, RecordedCall, request=request)
        if recordings.doomed:
            return ToolResult(error="not called: this trial already misses a recording or a stand-in")
        if self._runs(invocation.tool, recorded):
            return await self._ran(invocation, request, key=key, ordinal=ordinal, recorded=recorded)
        if recorded is not None:
            return self._restored(recorded)
        if invocation.tool.consequential and invocation.tool.id not in self._run:
            return refused(invocation, recordings.stand_ins_missing)
        return ToolResult(error=recordings.missed(request, ordinal).explanation)

    def _runs(self, tool: Tool, recorded: RecordedCall | None) -> bool:
        mode = self._recordings.trial.mode
        if tool.consequential:
            first_time = recorded is None or mode in ("refresh", "live")
            return tool.id in self._run and mode != "replay" and first_time
        return tool.id in self._run or mode in ("refresh", "live") or (recorded is None and mode != "replay")

    async def _ran(
        self, invocation: ToolInvocation, request: ToolRequest, *, key: str, ordinal: int, recorded: RecordedCall | None
    ) -> ToolResult:
        recordings = self._recordings
        started = time.perf_counter()
        result = await self._inner.run(invocation)
        seconds = time.perf_counter() - started
        if recordings.trial.mode == "live":
            return result
        stored = result_from_json(recordings.redaction.value(dump(result), born=key))
        if recorded is not None and recorded.result != stored:
            recordings.results_changed.append(
                ResultChanged(
                    tool=request.tool, turn=recordings.turn, recorded=dump_text(recorded.result), now=dump_text(stored)
                )
            )
        if recorded is None or recorded.result != stored or recordings.trial.mode == "refresh":
            body = RecordedCall(arguments=request.arguments, caller=request.caller, result=stored, seconds=seconds)
            number = recordings.trial.number
            recordings.keep(Entry(key=key, name=request.tool, turn=0, trial=number, ordinal=ordinal, body=body))
        return result

    def _request(self, invocation: ToolInvocation) -> ToolRequest:
        redaction = self._recordings.redaction
        caller: dict[str, JSON] = {
            "agent": invocation.agent_id or invocation.session.agent_id,
            "customer": dump(invocation.customer),
            "variables": dict(invocation.variables),
        }
        return ToolRequest(
            tool=invocation.tool.id,
            arguments=redaction.value(dict(invocation.arguments)),
            caller=redaction.value(caller),
            trial=self._recordings.trial.number,
        )

    def _restored(self, recorded: RecordedCall) -> ToolResult:
        return result_from_json(self._recordings.redaction.restore_value(dump(recorded.result)))


def refused(invocation: ToolInvocation, missing: list[StandInMissing]) -> ToolResult:
    """Note that a consequential tool has no stand-in, and give back a failed result in place of running it."""
    tool = invocation.tool.id
    noted = StandInMissing(tool=tool, line=f"tools: {{{tool}: run}}")
    missing.append(noted)
    return ToolResult(error=noted.explanation)
