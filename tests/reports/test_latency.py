"""Latency is told in percentiles, of this run and over runs, with the aim and where answers came from."""

from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import Timing, Trace
from understudy.evals.results.past import Latency, RunFigures
from understudy.evals.results.run import RunSummary
from understudy.reports.build import build_report
from understudy.reports.charts import latency as latency_chart
from understudy.reports.latency import latency_page
from understudy.reports.latest import figures_of

from .worlds import outcome, run

RUNS = tuple(RunSummary(id=f"r{number}", started=f"2026-03-0{number}T09:00:00+00:00") for number in (1, 2))


def took(seconds: float, *, what: str = "turn", name: str = "") -> Latency:
    return Latency(
        what=what, name=name, measured=3, p50=seconds, p90=seconds, p95=seconds, p99=seconds, longest=seconds
    )


def figures(number: int, *latencies: Latency) -> RunFigures:
    return RunFigures(run=f"r{number}", answered_by="live", latencies=latencies)


def test_a_run_without_times_says_so() -> None:
    page = build_report(run(outcome())).latency
    assert page.sentence == "Nobody measured how long anything took."
    assert (page.table.rows, page.timings, page.stages) == ((), (), ())


def test_turns_first_messages_stages_and_tools_are_measured_and_what_took_nothing_is_left_out() -> None:
    timing = Timing(
        total=3.0, first_message=1.0, stages=(("understand", 2.0), ("ready", 0.0)), tools=(("c1", 0.5), ("c2", 1.5))
    )
    calls = tuple(ToolCall(id=each, tool="get", arguments={}, result=ToolResult(data=1)) for each in ("c1", "c2"))
    trace = Trace(trace_id="t1", turn=1, calls=calls, timing=timing)
    found = figures_of(run(outcome(turns=(trace,)))).latencies
    assert {(each.what, each.name): each.p50 for each in found} == {
        ("turn", ""): 3.0,
        ("first message", ""): 1.0,
        ("stage", "understand"): 2.0,
        ("tool", ""): 1.0,
    }


def test_each_row_says_where_answers_came_from_and_what_live_systems_aim_for() -> None:
    latencies = (took(0.5), took(0.05, what="stage", name="understand"), took(0.2, what="stage", name="retrieve"))
    page = latency_page(RUNS[:1], [figures(1, *latencies)])
    assert [[cell.text for cell in row][:5] for row in page.table.rows] == [
        ["Matching", "live", "below 100 ms", "3", "50 ms"],
        ["Whole turn", "live", "–", "3", "500 ms"],
        ["Stage retrieve", "live", "–", "3", "200 ms"],
    ]
    assert page.timings == ()  # one run is no trend


def test_replayed_times_are_not_passed_off_as_those_of_a_model() -> None:
    replayed = RunFigures(run="r1", answered_by="replayed", latencies=(took(0.5),))
    assert "No model was waited for" in latency_page(RUNS[:1], [replayed]).sentence
    assert "No model was waited for" not in latency_page(RUNS[:1], [figures(1, took(0.5))]).sentence


def test_over_runs_each_quantity_has_its_chart_its_table_and_its_guide_line() -> None:
    stages = [(took(0.5, what="stage", name="compose_message"), took(0.2, what="stage", name="retrieve")) for _ in RUNS]
    page = latency_page(
        RUNS, [figures(1, *stages[0]), figures(2, took(0.0001, what="stage", name="ready"), *stages[1])]
    )
    (generation,) = page.timings
    assert (generation.chart.id, generation.target) == ("latency-generation", 1.0)
    assert "live systems aim for less than 1.0 s" in generation.chart.sentence
    assert [row[0].text for row in generation.table.rows] == ["r2", "r1"]
    assert [stage.chart.title for stage in page.stages] == ["Stage retrieve"]
    figure = latency_chart(generation)
    assert [list(line["y"]) for line in figure.data] == [[500.0, 500.0]] * 3  # milliseconds
    assert [shape["y0"] for shape in figure.layout.shapes] == [1000.0]
    assert figure.layout.yaxis.ticksuffix == " ms"


def test_a_run_of_which_no_times_are_known_leaves_a_gap_in_no_line() -> None:
    page = latency_page((*RUNS, RunSummary(id="r3", started="")), [figures(1, took(2.0)), figures(3, took(3.0))])
    assert [(point.name, point.p50) for point in page.timings[0].points] == [("r1", 2.0), ("r3", 3.0)]
