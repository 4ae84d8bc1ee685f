"""How long things took: in this run, and over runs, with the times that live systems aim for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..evals.results.past import Latency, RunFigures, Timed
from ..evals.results.run import RunSummary
from .names import source_word
from .page import LatencyPage, LatencyPoint, Timing
from .pieces import Amount, Chart, Table
from .tables import counted, timed, words
from .trends import CHARTED, LISTED, run_name
from .wording import count, moment, seconds

COLUMNS = ("What", "Answers from", "Aim", "Measured", "Median", "95th percentile", "99th percentile", "Longest")
OVER_RUNS = ("Run", "Started", "Answers from", "Median", "95th percentile", "99th percentile")
STAGE_LEAST = 0.001
"""Stages of which no run's 99th percentile comes to so many seconds are listed and not charted."""

Thing = tuple[Timed, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something whose time people watch."""

    thing: Thing
    id: str
    title: str
    target: float | None = None
    """What live systems aim for, seconds; advice, and nothing that is tested."""


QUANTITIES = (
    Quantity(thing=("first message", ""), id="first-message", title="First message", target=0.3),
    Quantity(thing=("stage", "understand"), id="matching", title="Matching", target=0.1),
    Quantity(thing=("stage", "compose_message"), id="generation", title="Message generation", target=1.0),
    Quantity(thing=("tool", ""), id="tools", title="Tool calls"),
    Quantity(thing=("turn", ""), id="turn", title="Whole turn"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    summary: RunSummary
    figures: RunFigures
    times: Mapping[Thing, Latency]


def latency_page(summaries: Sequence[RunSummary], figures: Sequence[RunFigures]) -> LatencyPage:
    """Latency of the newest run, and over runs, oldest first; figures are found by the id of the run."""
    known = {each.run: each for each in figures}
    runs = [_run(each, known.get(each.id)) for each in summaries[-CHARTED:]]
    newest = runs[-1]
    stages = [thing for thing in newest.times if thing[0] == "stage"]
    charted = {quantity.thing for quantity in QUANTITIES}
    others = [
        Quantity(thing=thing, id=f"stage-{thing[1]}", title=_named(thing)) for thing in stages if thing not in charted
    ]
    rows = [*QUANTITIES, *others]
    source = source_word(newest.figures.answered_by)
    table = tuple(_row(each, newest.times[each.thing], source=source) for each in rows if each.thing in newest.times)
    return LatencyPage(
        sentence=_sentence(newest),
        table=Table(columns=COLUMNS, rows=table, texts=3),
        timings=tuple(_timings(QUANTITIES, runs)),
        stages=tuple(each for each in _timings(others, runs) if max(at.p99 for at in each.points) >= STAGE_LEAST),
    )


def _run(summary: RunSummary, figures: RunFigures | None) -> _Run:
    found = figures or RunFigures(run=summary.id)
    return _Run(summary=summary, figures=found, times={(each.what, each.name): each for each in found.latencies})


def _named(thing: Thing) -> str:
    return f"Stage {thing[1].replace('_', ' ')}"


def _row(quantity: Quantity, latency: Latency, *, source: str) -> tuple[Amount, ...]:
    return (
        words(quantity.title),
        words(source),
        words(f"below {seconds(quantity.target)}" if quantity.target else ""),
        counted(latency.measured),
        *(timed(each) for each in (latency.p50, latency.p95, latency.p99, latency.longest)),
    )


def _timings(quantities: Sequence[Quantity], runs: Sequence[_Run]) -> Iterator[Timing]:
    for quantity in quantities:
        timed_runs = [(run, run.times[quantity.thing]) for run in runs if quantity.thing in run.times]
        if len(timed_runs) > 1:
            yield Timing(
                chart=Chart(id=f"latency-{quantity.id}", title=quantity.title, sentence=_newest(quantity, timed_runs)),
                target=quantity.target,
                points=tuple(_point(run, latency) for run, latency in timed_runs),
                table=Table(
                    columns=OVER_RUNS,
                    rows=tuple(_run_row(run, latency) for run, latency in reversed(timed_runs[-LISTED:])),
                    texts=3,
                ),
            )


def _newest(quantity: Quantity, timed_runs: Sequence[tuple[_Run, Latency]]) -> str:
    run, latency = timed_runs[-1]
    aim = f"; live systems aim for less than {seconds(quantity.target)}" if quantity.target else ""
    figures = f"median {seconds(latency.p50)}, p95 {seconds(latency.p95)}, p99 {seconds(latency.p99)}"
    return f"now {figures} ({source_word(run.figures.answered_by)}){aim}"


def _point(run: _Run, latency: Latency) -> LatencyPoint:
    return LatencyPoint(
        name=run_name(run.summary),
        started=run.summary.started,
        source=source_word(run.figures.answered_by),
        p50=latency.p50,
        p95=latency.p95,
        p99=latency.p99,
    )


def _run_row(run: _Run, latency: Latency) -> tuple[Amount, ...]:
    return (
        words(run_name(run.summary)),
        words(moment(run.summary.started)),
        words(source_word(run.figures.answered_by)),
        *(timed(each) for each in (latency.p50, latency.p95, latency.p99)),
    )


def _sentence(newest: _Run) -> str:
    turns = newest.times.get(("turn", ""))
    if turns is None:
        return "Nobody measured how long anything took."
    source = newest.figures.answered_by
    told = f"{count(turns.measured, 'turn')} took {seconds(turns.p50)} in the median, {seconds(turns.p95)} at the 95th"
    told += f" and {seconds(turns.p99)} at the 99th percentile ({source_word(source)})."
    if source in ("live", "nobody"):
        return told
    return (
        f"{told} No model was waited for in what was not live: these are the times of the engine and of tools alone. "
        "How long models took when answers were recorded stands under Asks."
    )
