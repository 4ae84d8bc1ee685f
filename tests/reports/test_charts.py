"""Trends and charts: a figure for every chart that has a place, with the numbers of the frame and nothing else."""

from dataclasses import replace

from understudy.engine.domain.trace import Trace
from understudy.evals.results.past import RunFigures
from understudy.evals.results.run import RunRecord, RunSummary
from understudy.reports.build import build_report
from understudy.reports.charts import asks, figures, pass_rate, trend_frame
from understudy.reports.trends import CHARTED, LISTED, trend

from .worlds import ask, outcome, run, timing


def history(size: int) -> tuple[RunSummary, ...]:
    return tuple(
        RunSummary(id=f"r{number}", started="2026-01-01T00:00:00+00:00", passed=3, failed=1, asks=number, cost=0.5)
        for number in range(size)
    )


def with_history(size: int) -> RunRecord:
    made = (ask("match", tokens=(10, 2), cost=0.1),)
    trace = Trace(trace_id="t1", turn=1, asks=made, timing=timing(made))
    return replace(run(outcome(turns=(trace,))), id="now", history=history(size))


def test_every_chart_that_has_a_place_has_a_figure() -> None:
    report = build_report(with_history(3))
    places = [chart.id for chart in (*report.overview.trend.charts, *report.asks.charts)]
    assert places == ["pass-rate", "asks", "tokens", "cost", "scenario-cost", "turn-seconds", "by-decision"]
    timings = [timing.chart.id for timing in (*report.latency.timings, *report.latency.stages)]
    assert list(figures(report)) == [*places, *timings]
    assert timings == []  # of earlier runs nobody knows how long anything took


def test_behaviour_and_coverage_are_charted_where_earlier_runs_are_known() -> None:
    known = [
        RunFigures(run=f"r{run}", answered_by="live", compared=4, changed=run, exercised=3, defined=4) for run in (0, 1)
    ]
    found = trend(history(2), known)
    sentences = {chart.id: chart.sentence for chart in found.charts}
    assert sentences["changed"] == "now 1, between 0 and 1"
    assert sentences["coverage"] == "75 % throughout"
    assert [point.source for point in found.points] == ["live", "live"]


def test_cost_and_time_of_a_scenario_are_comparable_between_runs_of_few_and_of_many() -> None:
    runs = (
        RunSummary(id="many", started="", passed=6, failed=3, inconclusive=1, cost=2.0, seconds=5.0),
        RunSummary(id="few", started="", passed=2, cost=0.4, seconds=1.0),
        RunSummary(id="none", started=""),
    )
    found = trend(runs)
    assert [(point.scenario_cost, point.scenario_seconds) for point in found.points] == [
        (0.2, 0.5),
        (0.2, 0.5),
        (None, None),
    ]
    sentences = {chart.id: chart.sentence for chart in found.charts}
    assert sentences["scenario-cost"] == "$0.20 throughout"
    assert sentences["scenario-seconds"] == "500 ms throughout"


def test_runs_are_marked_by_where_their_answers_came_from() -> None:
    known = [RunFigures(run="r0", answered_by="live"), RunFigures(run="r1", answered_by="replayed")]
    (line,) = asks(trend_frame(trend(history(2), known).points)).data
    assert list(line["marker"]["symbol"]) == ["circle", "square"]
    assert list(line["text"]) == [
        f"r{run}<br>2026-01-01T00:00:00+00:00<br>{source}" for run, source in ((0, "live"), (1, "replayed"))
    ]


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
