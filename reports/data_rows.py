"""What stands in the tables that a run is written as: the columns of each, and its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..engine.domain.trace import AskMade, AskTime, Trace
from ..engine.domain.values import canonical_json
from ..evals.coverage import coverage
from ..evals.outcome import Outcome, TurnOutcome
from ..evals.results.rows import measure_row
from ..evals.results.run import RunRecord
from .concerns import played_scenarios
from .latest import figures_of, verdict_now

Row = dict[str, Any]

SCENARIOS = (
    "suite", "scenario", "trial", "name", "file", "line", "tags", "agent", "definition", "model", "answered_by",
    "verdict", "reason", "explanation", "turns", "asks", "prompt_tokens", "answer_tokens", "cost", "seconds", "started",
    "stale",
)  # fmt: skip
TRIAL = ("suite", "scenario", "trial")
TURN = (*TRIAL, "turn")
EXPECTATIONS = (*TURN, "expectation", "verdict", "explanation", "place")
GUIDELINES = (*TURN, "guideline", "considered", "fired", "dropped", "followed", "not_followed")
TOOL_CALLS = (*TURN, "call", "tool", "arguments", "result", "failed", "seconds")
ASKS = (
    *TURN, "ask", "decision", "attempt", "model", "source", "characters", "prompt_tokens", "cached_tokens",
    "answer_tokens", "cost", "objections", "seconds", "recorded_at",
)  # fmt: skip
TURNS = (*TURN, "step", "rounds", "reply", "seconds", "first_message_seconds")
JOURNEYS = (*TURN, "journey", "move", "origin", "target", "via", "rationale")
STAGES = (*TURN, "stage", "seconds")
COVERAGE = ("agent", "definition", "kind", "aspect", "counts", "exercised", "failed_only", "defined")
LATENCY = ("run", "answered_by", "what", "name", "measured", "p50", "p90", "p95", "p99", "longest")
VERDICTS = ("suite", "scenario", "run", "verdict", "trials", "passed")


def _turn(outcome: Outcome, number: int | None) -> Row:
    return {"suite": outcome.suite, "scenario": outcome.scenario, "trial": outcome.trial, "turn": number}


def _scenario(outcome: Outcome) -> Row:
    usage = outcome.usage
    row = {name: getattr(outcome, name) for name in SCENARIOS if hasattr(outcome, name)}
    return row | {
        "tags": " ".join(outcome.tags),
        "stale": ", ".join(outcome.stale),
        "turns": len(outcome.turns),
        "prompt_tokens": usage.prompt_tokens,
        "answer_tokens": usage.answer_tokens,
        "cost": usage.cost,
    }


def _expectations(outcome: Outcome) -> Iterator[Row]:
    for check in outcome.checks:
        yield _turn(outcome, check.turn) | {
            name: getattr(check, name) for name in ("expectation", "verdict", "explanation", "place")
        }


def _guidelines(trace: Trace) -> Iterator[Row]:
    dropped, fired, considered = trace.dropped, trace.fired, trace.considered
    for guideline in dict.fromkeys((*considered, *fired, *dropped)):
        yield {
            "guideline": guideline,
            "considered": guideline in considered,
            "fired": guideline in fired,
            "dropped": dropped.get(guideline),
            "followed": guideline in trace.followed,
            "not_followed": guideline in trace.not_followed,
        }


def _tool_calls(trace: Trace) -> Iterator[Row]:
    times = dict(trace.timing.tools)
    for call in trace.calls:
        yield {
            "call": call.id,
            "tool": call.tool,
            "arguments": canonical_json(dict(call.arguments)),
            "result": canonical_json(call.result.visible),
            "failed": call.failed,
            "seconds": times.get(call.id),
        }


def _asks(run: RunRecord) -> Iterator[Row]:
    for outcome in run.outcomes:
        for beside in outcome.beside:
            yield _turn(outcome, beside.turn) | _timed(beside.made, beside.time)
        for turn in outcome.turns:
            times = {(time.id, time.attempt): time for time in turn.trace.timing.asks}
            for ask in turn.trace.asks:
                yield _turn(outcome, turn.number) | _timed(ask, times.get((ask.id, ask.attempt)))


def _timed(ask: AskMade, time: AskTime | None) -> Row:
    return _ask(ask) | {
        "source": time.source if time else None,
        "seconds": time.seconds if time else None,
        "recorded_at": (time.recorded_at or None) if time else None,
    }


def _ask(ask: AskMade) -> Row:
    return {
        "ask": ask.id,
        "decision": ask.decision,
        "attempt": ask.attempt,
        "model": ask.model,
        "characters": ask.size,
        "objections": "; ".join(ask.objections),
        **asdict(ask.usage),
    }


def _turns(turn: TurnOutcome) -> Iterator[Row]:
    timing = turn.trace.timing
    yield {
        "step": turn.step,
        "rounds": turn.trace.rounds,
        "reply": turn.trace.reply,
        "seconds": timing.total,
        "first_message_seconds": timing.first_message,
    }


def _journeys(trace: Trace) -> Iterator[Row]:
    for move in trace.moves:
        names = ("journey", "move", "origin", "target", "rationale")
        yield {**{name: getattr(move, name) for name in names}, "via": " ".join(move.via)}


def _stages(trace: Trace) -> Iterator[Row]:
    yield from ({"stage": stage, "seconds": seconds} for stage, seconds in trace.timing.stages)


def _coverage(run: RunRecord) -> Iterator[Row]:
    for covered in coverage(run.outcomes, run.agents):
        for line in covered.lines():
            yield {"agent": covered.agent.id, "definition": covered.definition, **measure_row(line)}


def _latency(run: RunRecord) -> Iterator[Row]:
    for figures in (*run.past.runs, figures_of(run)):
        for latency in figures.latencies:
            yield {"run": figures.run, "answered_by": figures.answered_by, **asdict(latency)}


def _verdicts(run: RunRecord) -> Iterator[Row]:
    for past in run.past.scenarios:
        for told in past.verdicts:
            yield {"suite": past.suite, "scenario": past.scenario, **asdict(told)}
    for trials in played_scenarios(run.outcomes):
        now = asdict(verdict_now(run.id, trials))
        yield {"suite": trials[0].suite, "scenario": trials[0].scenario, **now}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """A table: its columns, and how its rows are made of a run."""

    columns: tuple[str, ...]
    rows: Callable[[RunRecord], Iterator[Row]]


def _of_turns(rows: Callable[[TurnOutcome], Iterator[Row]]) -> Callable[[RunRecord], Iterator[Row]]:
    def of_run(run: RunRecord) -> Iterator[Row]:
        for outcome in run.outcomes:
            for turn in outcome.turns:
                key = _turn(outcome, turn.number)
                yield from (key | row for row in rows(turn))

    return of_run


def _of_traces(rows: Callable[[Trace], Iterator[Row]]) -> Callable[[RunRecord], Iterator[Row]]:
    return _of_turns(lambda turn: rows(turn.trace))


TABLES: Mapping[str, DataTable] = {
    "scenarios": DataTable(columns=SCENARIOS, rows=lambda run: map(_scenario, run.outcomes)),
    "expectations": DataTable(
        columns=EXPECTATIONS, rows=lambda run: (row for outcome in run.outcomes for row in _expectations(outcome))
    ),
    "turns": DataTable(columns=TURNS, rows=_of_turns(_turns)),
    "guidelines": DataTable(columns=GUIDELINES, rows=_of_traces(_guidelines)),
    "journeys": DataTable(columns=JOURNEYS, rows=_of_traces(_journeys)),
    "tool_calls": DataTable(columns=TOOL_CALLS, rows=_of_traces(_tool_calls)),
    "asks": DataTable(columns=ASKS, rows=_asks),
    "stages": DataTable(columns=STAGES, rows=_of_traces(_stages)),
    "coverage": DataTable(columns=COVERAGE, rows=_coverage),
    "latency": DataTable(columns=LATENCY, rows=_latency),
    "verdicts": DataTable(columns=VERDICTS, rows=_verdicts),
}
"""Every table but that of runs, by the name of its file."""
