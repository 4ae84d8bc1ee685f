"""Runs over time: the points of the charts, their sentences, and the same figures as a table."""

from collections.abc import Callable, Sequence

from ..evals.results.run import RunSummary
from ..evals.statistics import wilson
from .page import Trend, TrendPoint
from .pieces import Amount, Chart, Table
from .tables import counted, paid, share, timed, words
from .wording import count, money, number, percent, seconds

CHARTED = 1000
"""How many of the last runs are charted."""
LISTED = 50
"""How many of them are listed in the table."""
COLUMNS = (
    "Run", "Started", "Passed", "Failed", "Inconclusive", "Pass rate", "Asks", "Tokens", "Cost", "Turn, median",
    "95th percentile",
)  # fmt: skip


def trend(runs: Sequence[RunSummary]) -> Trend:
    """The trend over runs, oldest first, the newest being the one that is reported."""
    points = tuple(_point(run) for run in runs[-CHARTED:])
    shown = runs[-LISTED:]
    left_out = f", the newest {LISTED} of them listed" if len(shown) < len(runs) else ""
    first = "This is the first run that is stored; trends begin with the second."
    return Trend(
        points=points,
        charts=_charts(points) if len(points) > 1 else (),
        table=Table(columns=COLUMNS, rows=tuple(_row(run) for run in reversed(shown)), texts=2),
        note=first if len(runs) == 1 else f"{count(len(runs), 'run')}{left_out}.",
    )


def run_name(run: RunSummary) -> str:
    """What a run is called: its label, else its revision, else its id."""
    return run.label or run.revision[:12] or run.id


def _point(run: RunSummary) -> TrendPoint:
    judged = run.passed + run.failed
    low, high = wilson(run.passed, judged)
    return TrendPoint(
        name=run_name(run),
        started=run.started,
        pass_rate=run.passed / judged if judged else None,
        low=low,
        high=high,
        asks=run.asks,
        prompt_tokens=run.prompt_tokens,
        answer_tokens=run.answer_tokens,
        cost=run.cost,
        turn_p50=run.turn_seconds_p50 or None,
        turn_p95=run.turn_seconds_p95 or None,
    )


def _row(run: RunSummary) -> tuple[Amount, ...]:
    return (
        words(run_name(run)),
        words(run.started),
        counted(run.passed),
        counted(run.failed),
        counted(run.inconclusive),
        share(run.passed, run.passed + run.failed),
        counted(run.asks),
        counted(run.prompt_tokens + run.answer_tokens),
        paid(run.cost),
        timed(run.turn_seconds_p50),
        timed(run.turn_seconds_p95),
    )


def _charts(points: Sequence[TrendPoint]) -> tuple[Chart, ...]:
    """A chart for each figure that was measured in some run."""
    rates = [point.pass_rate for point in points if point.pass_rate is not None]
    tokens = [point.prompt_tokens + point.answer_tokens for point in points]
    costs = [point.cost for point in points]
    medians = [point.turn_p50 for point in points if point.turn_p50 is not None]
    found = [
        Chart(id="pass-rate", title="Pass rate", sentence=_span(rates, lambda rate: percent(rate, 1))),
        Chart(id="asks", title="Asks", sentence=_span([point.asks for point in points], _whole)),
        Chart(id="tokens", title="Tokens", sentence=_span(tokens, _whole) if any(tokens) else ""),
        Chart(id="cost", title="Cost", sentence=_span(costs, money) if any(costs) else ""),
        Chart(
            id="turn-seconds", title="Seconds per turn", sentence=f"median {_span(medians, seconds)}" if medians else ""
        ),
    ]
    return tuple(chart for chart in found if chart.sentence)


def _whole(value: float) -> str:
    return number(int(value))


def _span(values: Sequence[float], said: Callable[[float], str]) -> str:
    """The newest value between the least and the most, in words; empty where there is none."""
    if not values:
        return ""
    newest, least, most = said(values[-1]), said(min(values)), said(max(values))
    return f"{newest} throughout" if least == most else f"now {newest}, between {least} and {most}"
