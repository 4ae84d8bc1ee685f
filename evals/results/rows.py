"""Runs as rows: what goes into each table of schema.sql. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from ...engine.codec import dump
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.asked import AskTime
from ...engine.domain.trace import AskMade, Trace
from ...engine.domain.values import JSON
from ..coverage import Line, coverage, hits
from ..diff.decisions import decided
from ..outcome import Outcome, TurnOutcome
from .run import RunRecord

Row: TypeAlias = dict[str, JSON]
Rows: TypeAlias = dict[str, list[Row]]

BY_TRIAL = (
    "trials", "turns", "guideline_checks", "resolutions", "journey_steps",
    "tool_calls", "replies", "asks", "sections", "expectations", "stages", "coverage",
)  # fmt: skip
"""The tables that hold rows of trials."""
BY_RUN = ("measures", *BY_TRIAL)
"""The tables that hold rows of runs."""


def rows_of(run: RunRecord) -> Rows:
    """A run's rows by table, `definitions` left out: those may be there from an earlier run."""
    rows: Rows = {table: [] for table in ("runs", *BY_RUN)}
    rows["runs"].append(_run(run))
    rows["measures"] += _measures(run)
    for position, outcome in enumerate(run.outcomes):
        key: Row = {"run": run.id, "suite": outcome.suite, "scenario": outcome.scenario, "trial": outcome.trial}
        rows["trials"].append({**key, **_trial(outcome, position)})
        rows["coverage"] += _numbered(key, _coverage(outcome, run.agents.get(outcome.definition)))
        rows["expectations"] += _numbered(key, (dump(check) for check in outcome.checks))
        for ask in outcome.beside:
            rows["asks"] += _numbered({**key, "turn": ask.turn}, [_timed(ask.made, ask.time)])
        for turn in outcome.turns:
            _add_turn(rows, turn, key={**key, "turn": turn.number})
    return rows


def definition_rows(run: RunRecord) -> list[Row]:
    """The definitions as a run played them."""
    return [{"fingerprint": mark, "agent": agent.id, "definition": dump(agent)} for mark, agent in run.agents.items()]


def _run(run: RunRecord) -> Row:
    names = ("started", "revision", "branch", "dirty", "label", "model", "version")
    return {"run": run.id, **{name: getattr(run, name) for name in names}}


def _measures(run: RunRecord) -> Iterator[Row]:
    for covered in coverage(run.outcomes, run.agents):
        key: Row = {"run": run.id, "definition": covered.definition}
        yield from _numbered(key, map(measure_row, covered.lines()))


def measure_row(line: Line) -> Row:
    """How much of one kind of thing was exercised."""
    return {
        "kind": line.measure.kind,
        "aspect": line.measure.aspect,
        "counts": line.measure.counts,
        "exercised": len(line.by_passed),
        "failed_only": len(line.by_failed),
        "defined": len(line.defined),
    }


def _trial(outcome: Outcome, position: int) -> Row:
    names = (
        "name", "file", "line", "agent", "definition", "model", "answered_by", "verdict", "reason", "explanation",
        "seconds", "started", "asks", "needed",
    )  # fmt: skip
    usage = outcome.usage
    return {
        **{name: getattr(outcome, name) for name in names},
        "position": position,
        "tags": list(outcome.tags),
        "stale": list(outcome.stale),
        "prompt_tokens": usage.prompt_tokens,
        "cached_tokens": usage.cached_tokens,
        "answer_tokens": usage.answer_tokens,
        "cost": usage.cost,
        "outcome": dump(outcome),
    }


def _add_turn(rows: Rows, turn: TurnOutcome, *, key: Row) -> None:
    trace = turn.trace
    rows["turns"].append({**key, **_turn(turn)})
    rows["guideline_checks"] += _numbered(key, (dump(check) for check in trace.checks))
    rows["resolutions"] += _numbered(key, (dump(resolution) for resolution in trace.resolutions))
    rows["journey_steps"] += _numbered(key, (dump(move) for move in trace.moves))
    rows["tool_calls"] += _numbered(key, _calls(trace))
    rows["stages"] += _numbered(key, ({"stage": name, "seconds": took} for name, took in trace.timing.stages))
    rows["replies"] += _numbered(key, (dump(said) for said in trace.said))
    rows["asks"] += _numbered(key, _asks(trace))
    for ask in trace.asks:
        rows["sections"] += _numbered(
            {**key, "ask": ask.id, "attempt": ask.attempt}, (dump(section) for section in ask.sections)
        )


def _turn(turn: TurnOutcome) -> Row:
    failure = turn.trace.failure
    return {
        "step": turn.step,
        "rounds": turn.trace.rounds,
        "reply": turn.trace.reply,
        "failure": failure.kind if failure else None,
        "failure_message": failure.message if failure else None,
        "decided": decided(turn.trace),
        "seconds": turn.trace.timing.total,
        "first_message_seconds": turn.trace.timing.first_message,
    }


def _coverage(outcome: Outcome, agent: AgentDefinition | None) -> Iterator[Row]:
    if agent is None:
        return
    times = Counter(hit for turn in outcome.turns for hit in hits(turn.trace, agent))
    for hit, turns in times.items():
        yield {
            "definition": outcome.definition,
            "kind": hit.kind,
            "part": hit.part,
            "aspect": hit.aspect,
            "turns": turns,
        }


def _calls(trace: Trace) -> Iterator[Row]:
    seconds = dict(trace.timing.tools)
    for call in trace.calls:
        yield {
            "call": call.id,
            "tool": call.tool,
            "arguments": dict(call.arguments),
            "result": call.result.visible,
            "failed": call.failed,
            "because": list(call.because),
            "seconds": seconds.get(call.id),
        }


def _asks(trace: Trace) -> Iterator[Row]:
    times = {(time.id, time.attempt): time for time in trace.timing.asks}
    for ask in trace.asks:
        yield _timed(ask, times.get((ask.id, ask.attempt)))


def _timed(ask: AskMade, time: AskTime | None) -> Row:
    return {
        **_ask(ask),
        "source": time.source if time else None,
        "recorded": (time.recorded_at or None) if time else None,
        "seconds": time.seconds if time else None,
    }


def _ask(ask: AskMade) -> Row:
    return {
        "ask": ask.id,
        "decision": ask.decision,
        "attempt": ask.attempt,
        "objections": len(ask.objections),
        "model": ask.model,
        "answer": ask.answer,
        "size": ask.size,
        "prompt_tokens": ask.usage.prompt_tokens,
        "cached_tokens": ask.usage.cached_tokens,
        "answer_tokens": ask.usage.answer_tokens,
        "cost": ask.usage.cost,
    }


def _numbered(key: Row, rows: Iterable[Row]) -> Iterator[Row]:
    return ({**key, **row, "position": position} for position, row in enumerate(rows))
