"""What is known over runs and over trials: strips of verdicts, rates with their intervals, uses of parts."""

from dataclasses import replace

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.trace import Trace
from understudy.evals.outcome import Outcome
from understudy.evals.results.past import PartUse, Past, PastVerdict, ScenarioPast
from understudy.evals.results.run import RunRecord, RunSummary
from understudy.evals.verdict import Verdict
from understudy.reports.build import build_report
from understudy.reports.latest import behaviours, figures_of
from understudy.reports.over_runs import over_runs
from understudy.reports.repeats import trial_tables
from understudy.reports.strips import SHORT, shortened, strips

from .worlds import ask, matched, outcome, run

KEY = ("shop", "greets")


def after(*verdicts: Verdict, now: Verdict = "passed", behaviours: tuple[str, ...] = ()) -> RunRecord:
    told = tuple(
        PastVerdict(run=f"r{number}", verdict=each, trials=2, passed=1) for number, each in enumerate(verdicts)
    )
    past = Past(scenarios=(ScenarioPast(suite="shop", scenario="greets", verdicts=told, behaviours=behaviours),))
    history = (RunSummary(id="r0", started="2026-03-01T09:00:00+00:00", label="nightly"),)
    return replace(run(outcome(now)), history=history, past=past)


def test_a_strip_shows_each_run_by_symbol_and_says_the_same_in_a_sentence() -> None:
    strip = strips(after("passed", "failed", "inconclusive"))[KEY]
    assert [cell.mark.symbol for cell in strip.cells] == ["✓", "✗", "?", "✓"]
    assert [cell.title for cell in strip.cells] == [
        "nightly, 2026-03-01 09:00: passed, 1 of 2 trials passed",
        "r1: failed, 1 of 2 trials passed",
        "r2: inconclusive, 1 of 2 trials passed",
        "this run: passed",
    ]
    assert strip.sentence == "4 runs: 2 passed, 1 failed and 1 inconclusive; passed just now"


def test_a_strip_says_how_long_it_has_been_so() -> None:
    assert strips(after("failed", "passed"))[KEY].sentence == "3 runs: 2 passed and 1 failed; passed in the last 2"
    assert strips(after("passed", "passed"))[KEY].sentence == "3 runs: passed throughout"


def test_a_scenario_says_how_its_cost_and_time_went_over_runs() -> None:
    asked = Trace(trace_id="t1", turn=1, asks=(ask("match", tokens=(10, 2), cost=0.5),))
    told = (
        PastVerdict(run="r0", verdict="passed", cost=0.02, seconds=1.5),
        PastVerdict(run="r1", verdict="failed", passed=0),
    )
    past = Past(scenarios=(ScenarioPast(suite="shop", scenario="greets", verdicts=told),))
    record = replace(run(replace(outcome(turns=(asked,)), seconds=3.0)), past=past)
    (page,) = build_report(record).scenarios
    assert page.strip is not None
    assert (
        page.strip.took
        == "Cost of a trial: now $0.50, between $0.0200 and $0.50; time: now 3.0 s, between 1.5 s and 3.0 s."
    )
    assert [cell.title for cell in page.strip.cells] == [
        "r0: passed, $0.0200, 1.5 s",
        "r1: failed",
        "this run: passed, $0.50, 3.0 s",
    ]


def test_a_scenario_whose_cost_and_time_nobody_measured_says_nothing_of_them() -> None:
    assert strips(after("passed"))[KEY].took == ""


def test_a_scenario_that_was_never_played_before_has_no_strip() -> None:
    assert strips(after()) == {}


def test_a_table_shows_the_newest_runs_of_a_strip_and_its_page_all() -> None:
    record = after(*["failed"] * 20)
    report = build_report(record)
    (page,) = report.scenarios
    assert page.strip is not None
    assert len(page.strip.cells) == 21
    row = report.overview.suites[0].rows[0].strip
    assert row == shortened(page.strip)
    assert len(row.cells) == SHORT
    assert row.cells[-1].title == "this run: passed"


def trials(*verdicts: Verdict, scenario: str = "greets", needed: int | None = None) -> list[Outcome]:
    return [
        replace(outcome(verdict, scenario=scenario, trial=number), needed=needed)
        for number, verdict in enumerate(verdicts, start=1)
    ]


def test_flaky_scenarios_stand_apart_from_steady_ones_and_single_trials_in_neither() -> None:
    flaky = trials("passed", "failed", "passed", "passed", needed=2)
    steady = trials("passed", "passed", scenario="steady")
    tables = trial_tables([*flaky, *steady, *trials("passed", scenario="once")])
    assert [(table.caption[:5], [row[0].text for row in table.rows]) for table in tables] == [
        ("Flaky", ["shop: greets"]),
        ("Stead", ["shop: steady"]),
    ]
    assert tables[0].rows[0][0].anchor == "s/shop/greets"


def test_trials_are_told_with_interval_pass_k_flakiness_and_what_they_could_detect() -> None:
    (table,) = trial_tables(trials("passed", "failed", "passed", "passed", needed=2))
    assert [cell.text for cell in table.rows[0]][1:] == [
        "passed",
        "replayed",
        "4",
        "3",
        "2",
        "75 %",
        "30.1 % to 95.4 %",
        "50 % (k = 2)",
        "50 %",
        "none",
    ]


def test_ten_of_ten_trials_could_have_shown_a_drop() -> None:
    (table,) = trial_tables(trials(*["passed"] * 10))
    assert [cell.text for cell in table.rows[0]][6:] == ["100 %", "72.2 % to 100 %", "100 % (k = 10)", "0 %", "50 %"]


def test_trials_that_could_not_be_told_are_counted_and_not_averaged() -> None:
    (table,) = trial_tables(trials("passed", "inconclusive", "inconclusive"))
    assert [cell.text for cell in table.rows[0]][1:7] == ["inconclusive", "replayed", "3", "1", "3", "100 %"]


def test_parts_of_an_agent_are_added_up_over_runs() -> None:
    uses = [
        PartUse(agent="a", kind="guideline", part="greet", aspect=aspect, turns=turns)
        for aspect, turns in (("seen_true", 3), ("seen_false", 1), ("fired", 2))
    ]
    other = PartUse(agent="b", kind="tool", part="slots", aspect="called", turns=9)
    (table,) = over_runs("a", [*uses, other], runs=5)
    assert table.caption == "Guidelines over 5 runs: turns in which each was …"
    assert [cell.text for cell in table.rows[0]] == ["greet", "3", "1", "2", "0", "0", "50 %"]
    assert over_runs("a", uses, runs=1) == ()


def greeted(*guidelines: str) -> tuple[Trace, ...]:
    pairs = [matched(each) for each in guidelines]
    return (Trace(trace_id="t1", turn=1, checks=tuple(check for check, _ in pairs)),)


def test_a_scenario_changed_where_none_of_its_trials_decides_as_one_did_before() -> None:
    before = tuple(behaviours([outcome(turns=greeted("greet"))]))
    known = after("passed", behaviours=before).past
    same = replace(run(outcome(turns=greeted("greet"))), past=known)
    other = replace(run(outcome(turns=greeted("refund"))), past=known)
    one_of_two = replace(run(*other.outcomes, replace(same.outcomes[0], trial=2)), past=known)
    found = [(each.compared, each.changed) for each in map(figures_of, (same, other, one_of_two))]
    assert found == [(1, 0), (1, 1), (1, 0)]


def agent_with(*guidelines: Guideline) -> AgentDefinition:
    return AgentDefinition(id="a", name="A", guidelines=guidelines)


def test_parts_that_were_edited_are_listed_with_who_exercises_them_the_unexercised_first() -> None:
    greet = Guideline(id="greet", condition="the customer says hello", action="greet back")
    refund = Guideline(id="refund", condition="the customer wants money back", action="ask for the order")
    hours = Guideline(id="hours", condition="the customer asks for opening hours", action="tell them")
    now = agent_with(replace(greet, action="greet warmly"), refund, hours)
    pairs = {name: matched(name) for name in ("greet", "hours")}
    traces = {
        name: Trace(trace_id="t1", turn=1, checks=(check,), resolutions=(kept,))
        for name, (check, kept) in pairs.items()
    }
    outcomes = (
        replace(outcome(turns=(traces["greet"],)), definition="f"),
        replace(outcome("failed", scenario="hours", turns=(traces["hours"],)), definition="f"),
    )
    base = replace(run(), id="r0", agents={"e": agent_with(greet)})
    (page,) = build_report(replace(run(*outcomes), agents={"f": now}, base=base)).agents
    assert page.edited is not None
    assert page.edited.sentence == (
        "3 parts added or changed since r0: 1 exercised by no scenario, 1 only by scenarios that failed."
    )
    assert [(row[0].text, row[2].text) for row in page.edited.table.rows] == [
        ("guideline 'refund' added", "✗ by no scenario"),
        ("guideline 'hours' added", "~ only by scenarios that failed"),
        ("guideline 'greet' reworded", "✓ by scenarios that passed"),
    ]
