"""The overview says in a sentence how it went, and adds up what was played."""

from dataclasses import replace

import pytest

from understudy.engine.domain.trace import Trace
from understudy.evals.outcome import Outcome
from understudy.evals.results.run import RunSummary
from understudy.evals.verdict import CheckResult, Verdict
from understudy.reports.build import build_report
from understudy.reports.latest import summary_of
from understudy.reports.names import DROPPED, REASONS, REMEDIES, offline_notice, scenario_anchor, turn_anchor

from .worlds import ask, outcome, run, timing


def test_without_scenarios_it_says_so() -> None:
    report = build_report(run())
    assert report.overview.sentence == "No scenarios were played."
    assert report.overview.mark.word == "inconclusive"


@pytest.mark.parametrize(
    ("verdicts", "sentence", "mark"),
    [
        (["passed"], "The one scenario passed.", "passed"),
        (["passed", "passed"], "All 2 scenarios passed.", "passed"),
        (["passed", "failed", "inconclusive"], "Of 3 scenarios 1 failed, 1 is inconclusive and 1 passed.", "failed"),
        (["passed", "inconclusive"], "Of 2 scenarios 1 is inconclusive and 1 passed.", "inconclusive"),
        (["failed"], "Of 1 scenario 1 failed.", "failed"),
    ],
)
def test_the_verdict_is_one_sentence(verdicts: list[Verdict], sentence: str, mark: str) -> None:
    outcomes = [outcome(verdict, scenario=f"s{number}") for number, verdict in enumerate(verdicts)]
    overview = build_report(run(*outcomes)).overview
    assert (overview.sentence, overview.mark.word) == (sentence, mark)


def test_trials_count_as_one_scenario_and_disagreement_is_named() -> None:
    trials = [outcome("passed"), outcome("failed", trial=2), outcome("passed", scenario="other")]
    overview = build_report(run(*trials)).overview
    assert overview.sentence == "Of 2 scenarios 1 failed and 1 passed."
    (concern,) = overview.unsteady
    assert concern.lines[0].text == "1 of 2 trials passed; on the whole failed"


def test_inconclusive_scenarios_stay_out_of_the_pass_rate() -> None:
    outcomes = [outcome("passed", scenario="a"), outcome("failed", scenario="b"), outcome("inconclusive", scenario="c")]
    tile = build_report(run(*outcomes)).overview.tiles[0]
    assert (tile.name, tile.text) == ("Pass rate", "50 %")


def test_one_failure_in_ten_thousand_does_not_read_as_all_passed() -> None:
    outcomes = [outcome("failed" if number == 0 else "passed", scenario=f"s{number}") for number in range(10_000)]
    tile = build_report(run(*outcomes)).overview.tiles[0]
    assert tile.text == "> 99.9 %"


def test_the_summary_adds_up_all_asks_of_all_trials() -> None:
    asks = (ask("match", tokens=(10, 1), cost=0.5), ask("draft", tokens=(20, 2), cost=0.25))
    traces = [Trace(trace_id="t1", turn=1, asks=asks, timing=timing(asks, seconds=each)) for each in (1.0, 3.0)]
    summary = summary_of(run(outcome(turns=(traces[0],)), outcome(trial=2, turns=(traces[1],))))
    assert (summary.passed, summary.asks, summary.prompt_tokens, summary.answer_tokens) == (1, 4, 60, 6)
    assert (summary.cost, summary.turn_seconds_p50) == (1.5, 2.0)


def test_tokens_that_nobody_counted_are_a_dash_wherever_they_stand() -> None:
    report = build_report(run(outcome(turns=(Trace(trace_id="t1", turn=1, asks=(ask("match"),)),))))
    row, trend = report.overview.suites[0].rows[0], report.overview.trend.table
    (page,) = report.scenarios
    assert page.exchanges[0].turn is not None
    asks = page.exchanges[0].turn.asks
    assert asks is not None
    told = [
        {tile.name: tile.text for tile in report.overview.tiles}["Tokens"],
        row.figures[2].text,
        trend.rows[0][trend.columns.index("Tokens")].text,
        *(asks.rows[0][asks.columns.index(name)].text for name in ("Tokens in", "Tokens out")),
        *(
            report.asks.table.rows[0][report.asks.table.columns.index(name)].text
            for name in ("Tokens in", "Cached", "Tokens out")
        ),
    ]
    assert told == ["–"] * 8


def test_figures_are_compared_with_the_run_before() -> None:
    asks = (ask("match"),)
    record = run(outcome(turns=(Trace(trace_id="t1", turn=1, asks=asks),)))
    before = RunSummary(id="r0", started="2026-03-01T09:00:00+00:00", passed=1, asks=2)
    tiles = build_report(replace(record, history=(before,))).overview.tiles
    assert {tile.name: tile.note for tile in tiles}["Asks"] == "50 % below the run before"


def test_figures_are_not_compared_with_a_run_of_more_scenarios_or_fewer() -> None:
    record = run(outcome(turns=(Trace(trace_id="t1", turn=1, asks=(ask("match"),)),)))
    before = RunSummary(id="r0", started="2026-03-01T09:00:00+00:00", passed=1, failed=1, asks=2)
    tiles = build_report(replace(record, history=(before,))).overview.tiles
    assert {tile.name: tile.note for tile in tiles}["Asks"] == ""


def test_a_failure_names_its_expectations_and_leaves_out_those_that_passed() -> None:
    checks = (
        CheckResult(expectation="reply.mentions: Monday", verdict="failed", turn=2, explanation="it says Tuesday"),
        CheckResult(expectation="tools.called: book", verdict="passed"),
    )
    (concern,) = build_report(run(replace(outcome("failed"), checks=checks))).overview.failures
    assert [(line.name, line.text) for line in concern.lines] == [
        ("reply.mentions: Monday (turn 2)", "it says Tuesday")
    ]


def test_what_is_inconclusive_says_why_and_what_to_do() -> None:
    missing = replace(outcome("inconclusive"), reason="recording_missing", explanation="nothing answers 1/match/1")
    (concern,) = build_report(run(missing)).overview.inconclusive
    assert [line.text for line in concern.lines] == ["no recording answers what was asked", "nothing answers 1/match/1"]
    assert "--scenarios-llm=record" in concern.remedy


def test_every_reason_has_words_and_a_remedy() -> None:
    assert REASONS.keys() == REMEDIES.keys()
    assert all(DROPPED.values())


def test_the_slowest_and_the_dearest_come_first_and_what_took_nothing_does_not_come() -> None:
    def took(name: str, seconds: float, cost: float) -> Outcome:
        trace = Trace(trace_id="t1", turn=1, asks=(ask("match", tokens=(1, 1), cost=cost),))
        return replace(outcome(scenario=name, turns=(trace,)), seconds=seconds)

    overview = build_report(run(took("a", 1, 0.3), took("b", 2, 0.1), outcome(scenario="c"))).overview
    assert [each.name for each in overview.slowest] == ["shop: b", "shop: a"]
    assert [each.name for each in overview.dearest] == ["shop: a", "shop: b"]


def test_the_offline_model_is_named_plainly() -> None:
    offline = replace(outcome(), answered_by="offline")
    assert offline_notice((outcome(),)) == ""
    assert offline_notice((offline,)).startswith("Answered by the offline model:")
    assert "in 1 of 2 trials" in offline_notice((offline, outcome(trial=2)))


def test_fragments_are_stable_and_hold_no_character_that_a_link_could_not() -> None:
    assert scenario_anchor(outcome()) == "s/shop/greets"
    assert turn_anchor(outcome(), 2) == "s/shop/greets/t2"
    assert turn_anchor(outcome(trial=3), 1) == "s/shop/greets/trial3/t1"
    assert scenario_anchor(outcome(scenario='a "b"/c\ud800')) == "s/shop/a%20%22b%22%2Fc%ED%A0%80"
