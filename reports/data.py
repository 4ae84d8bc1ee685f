"""A run's tables for people with their own tools: Parquet and CSV."""

# pyright: basic
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..engine.domain.trace import AskMade, Trace
from ..engine.domain.values import canonical_json
from ..evals.outcome import Outcome
from ..evals.results.run import RunRecord, RunSummary
from .build import summary_of
from .wording import writable

Row = dict[str, Any]

SCENARIOS = (
    "suite", "scenario", "trial", "name", "file", "line", "tags", "agent", "definition", "model", "answered_by",
    "verdict", "reason", "explanation", "turns", "asks", "prompt_tokens", "answer_tokens", "cost", "seconds", "started",
)  # fmt: skip
TRIAL = ("suite", "scenario", "trial")
TURN = (*TRIAL, "turn")
EXPECTATIONS = (*TURN, "expectation", "verdict", "explanation", "place")
GUIDELINES = (*TURN, "guideline", "considered", "fired", "dropped", "followed", "not_followed")
TOOL_CALLS = (*TURN, "call", "tool", "arguments", "result", "failed", "seconds")
ASKS = (
    *TURN, "ask", "decision", "attempt", "model", "source", "characters", "prompt_tokens", "cached_tokens",
    "answer_tokens", "cost", "objections", "seconds",
)  # fmt: skip


def write_data(run: RunRecord, folder: Path) -> list[Path]:
    """Write each table of a run as NAME.parquet and NAME.csv. Raises OSError where that is not possible."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, frame in frames(run).items():
        parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
        frame.to_csv(csv, index=False, lineterminator="\n")
        with duckdb.connect() as database:
            database.register("frame", frame)
            database.execute("COPY frame TO $file (FORMAT parquet)", {"file": str(parquet)})
        written += [parquet, csv]
    return written


def frames(run: RunRecord) -> Mapping[str, pd.DataFrame]:
    """The tables of a run; the first holds the runs before it too, oldest first."""
    summaries = [asdict(each) for each in (*run.history, summary_of(run))]
    turns = [(_turn(outcome, turn.number), turn.trace) for outcome in run.outcomes for turn in outcome.turns]
    return {
        "runs": _frame([field.name for field in fields(RunSummary)], summaries),
        "scenarios": _frame(SCENARIOS, [_scenario(outcome) for outcome in run.outcomes]),
        "expectations": _frame(EXPECTATIONS, [row for outcome in run.outcomes for row in _expectations(outcome)]),
        "guidelines": _frame(GUIDELINES, [turn | row for turn, trace in turns for row in _guidelines(trace)]),
        "tool_calls": _frame(TOOL_CALLS, [turn | row for turn, trace in turns for row in _tool_calls(trace)]),
        "asks": _frame(ASKS, [turn | row for turn, trace in turns for row in _asks(trace)]),
    }


def _frame(columns: Any, rows: list[Row]) -> pd.DataFrame:
    clean = [{name: writable(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows]
    return pd.DataFrame(clean, columns=list(columns))


def _turn(outcome: Outcome, number: int | None) -> Row:
    return {"suite": outcome.suite, "scenario": outcome.scenario, "trial": outcome.trial, "turn": number}


def _scenario(outcome: Outcome) -> Row:
    usage = outcome.usage
    row = {name: getattr(outcome, name) for name in SCENARIOS if hasattr(outcome, name)}
    return row | {
        "tags": " ".join(outcome.tags),
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


def _asks(trace: Trace) -> Iterator[Row]:
    times = {(time.id, time.attempt): time for time in trace.timing.asks}
    for ask in trace.asks:
        time = times.get((ask.id, ask.attempt))
        yield _ask(ask) | {"source": time.source if time else None, "seconds": time.seconds if time else None}


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
