"""The run that is reported is told in the figures that the database will tell of it when it is history."""

from dataclasses import replace
from pathlib import Path

import pytest

from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import Timing
from understudy.evals.results.past import Latency
from understudy.evals.results.remembering import with_past
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results
from understudy.reports.latest import figures_of, summary_of

from ..evals.runs import ask, outcome, run, trace


def on(day: int, *guidelines: str, seconds: float) -> RunRecord:
    """A run on a day of March: two trials of a scenario, one that failed, and one of which nothing can be said."""
    made, _ = ask("match", "Does it hold?")
    call = ToolCall(id="c1", tool="get_slots", arguments={}, result=ToolResult(data={}))
    timing = Timing(
        total=seconds,
        first_message=seconds / 2,
        stages=(("understand", seconds / 4),),
        tools=(("c1", seconds / 8), ("gone", 9.0)),
    )
    turns = [replace(trace(*guidelines, asks=[made], calls=[call], turn=number), timing=timing) for number in (1, 2)]
    played = outcome(*turns)
    return run(
        replace(played, answered_by="replayed", stale=("turn 1: match",)),
        replace(played, trial=2, answered_by="live"),
        outcome(turns[0], scenario="asks", verdict="failed"),
        outcome(scenario="waits", verdict="inconclusive"),
        id_=f"202603{day:02d}-090000-aaaa",
    )


def as_told(latencies: tuple[Latency, ...]) -> dict[tuple[str, str], list[float]]:
    return {
        (each.what, each.name): [each.measured, each.p50, each.p90, each.p95, each.p99, each.longest]
        for each in latencies
    }


def test_a_run_has_the_figures_that_it_has_as_history(tmp_path: Path) -> None:
    first, second, third = on(1, "greet", seconds=1.0), on(2, "greet", "book", seconds=3.0), on(3, seconds=1.0)
    second = replace(second, dirty=True, label="nightly")
    with open_results(tmp_path / "r.duckdb") as results:
        for each in (first, second, third):
            results.add(each)
        now, stored = figures_of(with_past(second, results)), results.past(third.id).runs[-1]
        summary, stored_summary = summary_of(second), results.runs()[1]
    assert (now.compared, now.changed) == (2, 2)
    assert replace(now, latencies=()) == replace(stored, latencies=())
    wanted = as_told(stored.latencies)
    assert as_told(now.latencies) == {thing: pytest.approx(figures) for thing, figures in wanted.items()}
    assert (summary.dirty, summary.stale) == (True, 1)
    assert summary == stored_summary
