"""Runs over time: the points of the charts, their sentences, and the same figures as a table."""

from collections.abc import Callable, Sequence

from ..evals.results.past import RunFigures
from ..evals.results.run import RunSummary
from ..evals.statistics import wilson
from .names import source_word
from .page import Trend, TrendPoint
from .pieces import Amount, Chart, Table
from .tables import counted, paid, share, timed, tokens, words
from .wording import NOTHING, count, moment, money, number, percent, seconds

CHARTED = 1000
"""How many of the last runs are charted."""
LISTED = 50
"""How many of them are listed in the table."""
COLUMNS = (
    "Run", "Started", "Answers from", "Passed", "Failed", "Inconclusive", "Pass rate", "Changed", "Coverage", "Asks",
    "Tokens", "Cost", "Time", "Turn p50", "p95", "p99",
)  # fmt: skip


def trend(runs: Sequence[RunSummary], figures: Sequence[RunFigures] = ()) -> Trend:
    """The trend over runs, oldest first, the newest being the one that is reported."""
    known = {each.run: each for each in figures}
    points = tuple(_point(run, known.get(run.id) or RunFigures(run=run.id)) for run in runs[-CHARTED:])
    shown = runs[-LISTED:]
    left_out = f", the newest {LISTED} of them listed" if len(shown) < len(runs) else ""
    first = "This is the first run that is stored; trends begin with the second."
    return Trend(
        points=points,
        charts=_charts(points) if len(points) > 1 else (),
        table=Table(columns=COLUMNS, rows=tuple(map(_row, reversed(shown), reversed(points))), texts=3),
        note=first if len(runs) == 1 else f"{count(len(runs), 'run')}{left_out}.",
    )


def run_name(run: RunSummary) -> str:
    """What a run is called: its label, else its revision, else its id."""
    return run.label or run.revision[:12] or run.id


def _point(run: RunSummary, figures: RunFigures) -> TrendPoint:
    turns = next((each for each in figures.latencies if each.what == "turn"), None)
    judged = run.passed + run.failed
    played = judged + run.inconclusive
    low, high = wilson(run.passed, judged)
    return TrendPoint(
        name=run_name(run),
        started=run.started,
        source=source_word(figures.answered_by) if figures.answered_by != "nobody" else "",
        pass_rate=run.passed / judged if judged else None,
        low=low,
        high=high,
        asks=run.asks,
        prompt_tokens=run.prompt_tokens,
        answer_tokens=run.answer_tokens,
        cost=run.cost,
        scenario_cost=run.cost / played if played and run.cost else None,
        scenario_seconds=run.seconds / played if played and run.seconds else None,
        turn_p50=run.turn_seconds_p50 or None,
        turn_p95=run.turn_seconds_p95 or None,
        turn_p99=turns.p99 if turns else None,
        changed=figures.changed if figures.compared else None,
        coverage=figures.exercised / figures.defined if figures.defined else None,
    )


def _row(run: RunSummary, point: TrendPoint) -> tuple[Amount, ...]:
    used = run.prompt_tokens + run.answer_tokens
    return (
        words(run_name(run)),
        words(moment(run.started)),
        words(point.source),
        counted(run.passed),
        counted(run.failed),
        counted(run.inconclusive),
        share(run.passed, run.passed + run.failed),
        counted(point.changed) if point.changed is not None else Amount(text=NOTHING, value=-1.0),
        share(point.coverage, 1) if point.coverage is not None else Amount(text=NOTHING, value=-1.0),
        counted(run.asks),
        tokens(used, of=used),
        paid(run.cost),
        timed(run.seconds),
        timed(run.turn_seconds_p50),
        timed(run.turn_seconds_p95),
        timed(point.turn_p99 or 0.0),
    )


def _charts(points: Sequence[TrendPoint]) -> tuple[Chart, ...]:
    """A chart for each figure that was measured in some run."""
    rates = [point.pass_rate for point in points if point.pass_rate is not None]
    used = [point.prompt_tokens + point.answer_tokens for point in points]
    costs = [point.cost for point in points]
    changed = [point.changed for point in points if point.changed is not None]
    covered = [point.coverage for point in points if point.coverage is not None]
    each_cost = [point.scenario_cost for point in points if point.scenario_cost is not None]
    each_took = [point.scenario_seconds for point in points if point.scenario_seconds is not None]
    medians = [point.turn_p50 for point in points if point.turn_p50 is not None]
    found = [
        Chart(id="pass-rate", title="Pass rate", sentence=span(rates, lambda rate: percent(rate, 1))),
        Chart(id="changed", title="Changed behaviour", sentence=span(changed, _whole)),
        Chart(id="coverage", title="Coverage", sentence=span(covered, lambda part: percent(part, 1))),
        Chart(id="asks", title="Asks", sentence=span([point.asks for point in points], _whole)),
        Chart(id="tokens", title="Tokens", sentence=span(used, _whole) if any(used) else ""),
        Chart(id="cost", title="Cost", sentence=span(costs, money) if any(costs) else ""),
        Chart(id="scenario-cost", title="Cost per scenario", sentence=span(each_cost, money)),
        Chart(id="scenario-seconds", title="Time per scenario", sentence=span(each_took, seconds)),
        Chart(
            id="turn-seconds", title="Seconds per turn", sentence=f"median {span(medians, seconds)}" if medians else ""
        ),
    ]
    return tuple(chart for chart in found if chart.sentence)


def _whole(value: float) -> str:
    return number(int(value))


def span(values: Sequence[float], said: Callable[[float], str]) -> str:
    """The newest value between the least and the most, in words; empty where there is none."""
    if not values:
        return ""
    newest, least, most = said(values[-1]), said(min(values)), said(max(values))
    return f"{newest} throughout" if least == most else f"now {newest}, between {least} and {most}"
