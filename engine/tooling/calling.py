"""Making calls: what tools say while they run, one retry where it is allowed, and what results bring with them."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from ..asking.asks import side_by_side
from ..domain.modes import SessionMode
from ..domain.session import CustomEvent, Event, MessageEvent, StatusEvent, ToolEvent
from ..domain.tool import Tool, ToolCall, ToolResult
from ..domain.trace import Said
from ..domain.turn import Turn
from ..domain.values import JSON, canonical_json
from ..ports import ToolInvocation
from ..services import Services
from ..timeline.emission import emit, emit_status
from ..timeline.noting import with_changes_of_calls
from ..transients import Brought, with_transients


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of one call."""

    result: ToolResult
    seconds: float
    retried: ToolResult | None = None


class Timeline:
    """A turn to which tools add events while they run; each goes out as it comes."""

    def __init__(self, turn: Turn, services: Services) -> None:
        self.turn = turn
        self._services = services
        self._one_at_a_time = asyncio.Lock()

    async def add(self, event: Event, *, tool: str) -> None:
        """Put a tool's event on the timeline, marked as the tool's. Raises ValueError for one it may not emit."""
        async with self._one_at_a_time:
            match event:
                case MessageEvent():
                    self.turn = await self._say(event.text, tool=tool)
                case StatusEvent():
                    self.turn = await self._status(event, tool=tool)
                case CustomEvent():
                    copied = CustomEvent(data=_copied(event.data, tool=tool), source="system")
                    self.turn = await emit(self.turn, self._services, copied)
                case ToolEvent():
                    raise ValueError(f"the tool {tool!r} can't emit tool calls")

    async def _say(self, text: str, *, tool: str) -> Turn:
        message = MessageEvent(
            source="ai_agent",
            text=str(text),
            participant=self.turn.agent.name,
            participant_id=self.turn.agent.id,
            metadata={"said_by_tool": tool},
        )
        turn = await emit(self.turn, self._services, message)
        said = (*turn.trace.said, Said(text=message.text, tool=tool))
        return replace(turn, trace=replace(turn.trace, said=said))

    async def _status(self, event: StatusEvent, *, tool: str) -> Turn:
        if event.status not in ("processing", "typing"):
            raise ValueError(
                f"the tool {tool!r} can't emit the status {event.status!r}, which is for the engine to say; "
                "use 'processing' or 'typing'"
            )
        return await emit_status(self.turn, self._services, status=event.status, stage=event.stage, detail=event.detail)


def _copied(data: JSON, *, tool: str) -> JSON:
    """What a tool tells the front end, apart from what the tool does with it later. Raises ValueError."""
    try:
        return json.loads(canonical_json(data))
    except (TypeError, ValueError) as error:
        raise ValueError(f"the tool {tool!r} can't emit what JSON can't hold: {error}") from error


class CallChannel:
    """What one call may say, as long as it runs."""

    def __init__(self, timeline: Timeline, *, tool: str) -> None:
        self._timeline = timeline
        self._tool = tool
        self._open = True

    async def emit(self, event: Event, /) -> None:
        """Put an event on the timeline. Raises ValueError once the call is over."""
        if not self._open:
            raise ValueError(f"the call of {self._tool!r} is over: emit while the tool runs, and await it")
        await self._timeline.add(event, tool=self._tool)

    def close(self) -> None:
        """Take no more events."""
        self._open = False


async def make_calls(
    turn: Turn, services: Services, *, invocations: Iterable[ToolInvocation]
) -> tuple[Turn, list[Ran]]:
    """Make calls side by side; the turn has what the tools said on the way."""
    timeline = Timeline(turn, services)
    ran = await side_by_side(_call(services, invocation, timeline=timeline) for invocation in invocations)
    return timeline.turn, ran


async def _call(services: Services, invocation: ToolInvocation, *, timeline: Timeline) -> Ran:
    started = perf_counter()
    channel = CallChannel(timeline, tool=invocation.tool.id)
    invocation = replace(invocation, channel=channel)
    try:
        result, first = await services.tools.run(invocation), None
        if may_retry(invocation.tool, result):
            again = replace(invocation, ordinal=invocation.ordinal + 1)
            result, first = await services.tools.run(again), result
    finally:
        channel.close()
    return Ran(result=result, retried=first, seconds=perf_counter() - started)


def may_retry(tool: Tool, result: ToolResult) -> bool:
    """Whether a failed call is made once more: as the tool says, else for harmless ones that raised."""
    allowed = result.control.get("retry_allowed")
    if not result.failed or allowed is False:
        return False
    return allowed is True or (not tool.consequential and result.metadata.get("fault") == "raised")


async def with_results(turn: Turn, services: Services, *, calls: Sequence[ToolCall]) -> Turn:
    """The turn with calls made: what they returned is known, and what they control is done."""
    lasting = tuple(call for call in calls if call.result.control.get("lifespan") != "response")
    if lasting:
        turn = await emit(turn, services, ToolEvent(calls=lasting))
    fields: dict[str, JSON] = dict(turn.fields)
    for call in calls:
        fields.update(call.result.canned_response_fields)
    responses = [text for call in calls for text in call.result.canned_responses]
    turn = with_guidelines(replace(turn, trace=replace(turn.trace, calls=(*turn.trace.calls, *calls))), calls)
    turn = replace(
        turn,
        calls=(*turn.calls, *calls),
        fields=fields,
        transient_responses=tuple(dict.fromkeys((*turn.transient_responses, *responses))),
        session=replace(turn.session, mode=_mode(turn, calls)),
    )
    return with_changes_of_calls(turn, calls)


def _mode(turn: Turn, calls: Sequence[ToolCall]) -> SessionMode:
    """The session's mode after these calls: the last explicit wish prevails, and none changes nothing."""
    wishes = [call.result.control["mode"] for call in calls if call.result.control.get("mode") is not None]
    return SessionMode(wishes[-1]) if wishes else turn.session.mode


def with_guidelines(turn: Turn, calls: Sequence[ToolCall]) -> Turn:
    """The turn with the guidelines that results bring: they hold for the rest of it, like any that matched."""
    brought = [
        Brought(by=call.tool, given=given, why=f"brought by the result of {call.id}")
        for call in calls
        for given in call.result.guidelines
    ]
    return with_transients(turn, brought)
