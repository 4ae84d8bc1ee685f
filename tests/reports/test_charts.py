"""Trends and charts: a figure for every chart that has a place, with the numbers of the frame and nothing else."""

from dataclasses import replace

from understudy.engine.domain.trace import Trace
from understudy.evals.results.run import RunRecord, RunSummary
from understudy.reports.build import build_report
from understudy.reports.charts import figures, pass_rate, trend_frame
from understudy.reports.trends import CHARTED, LISTED, trend

from .worlds import ask, outcome, run, timing


def history(size: int) -> tuple[RunSummary, ...]:
    return tuple(
        RunSummary(id=f"r{number}", started="2026-01-01T00:00:00+00:00", passed=3, failed=1, asks=number, cost=0.5)
        for number in range(size)
    )


def with_history(size: int) -> RunRecord:
    asks = (ask("match", tokens=(10, 2), cost=0.1),)
    trace = Trace(trace_id="t1", turn=1, asks=asks, timing=timing(asks))
    return replace(run(outcome(turns=(trace,))), history=history(size))


def test_every_chart_that_has_a_place_has_a_figure() -> None:
    report = build_report(with_history(3))
    places = [chart.id for chart in (*report.overview.trend.charts, *report.asks.charts)]
    assert places == ["pass-rate", "asks", "tokens", "cost", "turn-seconds", "by-decision"]
    assert list(figures(report)) == places


def test_the_first_run_has_no_trend_and_says_so() -> None:
    report = build_report(with_history(0))
    assert report.overview.trend.charts == ()
    assert "trends begin with the second" in report.overview.trend.note


def test_a_figure_that_was_never_measured_has_no_chart() -> None:
    assert [chart.id for chart in trend([RunSummary(id=each, started="") for each in "ab"]).charts] == ["asks"]


def test_the_pass_rate_is_drawn_within_its_interval_and_left_out_where_nothing_was_judged() -> None:
    runs = (*history(1), RunSummary(id="x", started="", inconclusive=4))
    figure = pass_rate(trend_frame(trend(runs).points))
    high, low, rate = (list(line["y"]) for line in figure.data)
    assert rate == [75.0, None]
    assert low[0] < 75 < high[0]


def test_names_of_runs_can_not_bring_markup_into_a_chart() -> None:
    runs = (*history(1), RunSummary(id="x", started="", label="<a href='javascript:1'>x</a>", passed=1))
    figure = pass_rate(trend_frame(trend(runs).points))
    assert "<a" not in str(figure.to_json()).replace("\\u003c", "<")


def test_a_long_history_is_charted_and_listed_up_to_a_bound() -> None:
    long = trend(history(CHARTED + 5))
    assert (len(long.points), len(long.table.rows)) == (CHARTED, LISTED)
    assert long.table.rows[0][0].text == f"r{CHARTED + 4}"
    assert long.note == f"{CHARTED + 5:,} runs, the newest {LISTED} of them listed."
