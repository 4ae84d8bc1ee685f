"""The page of changes tells what another run did otherwise: tier, first decision, cause, both conversations."""

from dataclasses import replace

from understudy.engine.domain.trace import Said, Trace
from understudy.evals.outcome import Outcome
from understudy.evals.results.run import RunRecord
from understudy.evals.verdict import Verdict
from understudy.reports.build import build_report
from understudy.reports.changes import diff_page

from .worlds import agent, customer, matched, outcome, run, talk


def turn(number: int, *guidelines: str, says: str = "Hello") -> Trace:
    pairs = [matched(each) for each in guidelines]
    return Trace(
        trace_id=f"t{number}",
        turn=number,
        checks=tuple(check for check, _ in pairs),
        resolutions=tuple(kept for _, kept in pairs),
        said=(Said(text=says),),
    )


def two_turns(*second: str, verdict: Verdict = "passed", scenario: str = "greets") -> Outcome:
    played = outcome(verdict, scenario=scenario, turns=(turn(1, "greet"), turn(2, *second)))
    said = talk(customer("Hi"), agent("Hello"), customer("I want my money"), agent("Hello", turn=2))
    return replace(played, session=said)


def compared(before: RunRecord, after: RunRecord) -> RunRecord:
    return replace(after, base=before)


def test_without_another_run_it_says_why_there_is_nothing_to_see() -> None:
    page, changes = diff_page(run(two_turns("refund")))
    assert "no run to compare with" in page.sentence
    assert (page.sections, changes) == ((), None)


def test_where_nothing_changed_it_says_so_and_shows_nothing() -> None:
    page, changes = diff_page(compared(run(two_turns("refund")), run(two_turns("refund"))))
    assert page.sentence == "Nothing changed: 1 scenario decided, said and took what they did."
    assert page.sections == ()
    assert changes is not None
    assert changes.counts == ()


def test_a_regression_is_told_from_its_first_decision_with_both_conversations() -> None:
    before, after = two_turns("refund"), two_turns(verdict="failed")
    page, _ = diff_page(compared(run(before), run(after)))
    (section,) = page.sections
    (changed,) = section.scenarios
    assert (section.anchor, section.mark.word) == ("d-regression", "regression")
    assert (changed.turned, changed.where) == ("passed → failed", "turn 2")
    assert changed.difference == "guideline 'refund' no longer matches; before it did (why refund)"
    assert changed.page == "s/shop/greets"
    assert [each.number for each in changed.same] == [1]
    (differs,) = changed.turns
    assert differs.first
    assert differs.before is not None
    assert differs.after is not None
    assert [each.text for each in differs.before.bubbles] == ["I want my money", "Hello"]
    assert (differs.before.decided, differs.after.decided) == ("fired refund; 0 asks", "0 asks")


def test_the_overview_names_tiers_and_the_foremost_scenarios() -> None:
    before = run(two_turns("refund"), two_turns("refund", scenario="refunds", verdict="failed"))
    after = run(two_turns(verdict="failed"), two_turns("refund", scenario="refunds"), two_turns(scenario="fresh"))
    changes = build_report(compared(before, after)).overview.changes
    assert changes is not None
    assert [(each.name, each.text) for each in changes.counts] == [
        ("✗ regressions", "1"),
        ("✓ fixed", "1"),
        ("+ new", "1"),
    ]
    assert [each.anchor for each in changes.foremost] == ["d/shop/greets", "d/shop/refunds", "d/shop/fresh"]
    assert changes.sentence == "Of 3 scenarios 0 did not change; regressions: 1, fixed: 1, new: 1."


def test_a_turn_that_one_run_alone_has_stands_beside_nothing() -> None:
    longer = replace(two_turns("refund"), turns=two_turns("refund").turns)
    shorter = replace(two_turns(verdict="failed"), turns=two_turns().turns[:1], session=None)
    page, _ = diff_page(compared(run(longer), run(shorter)))
    last = page.sections[0].scenarios[0].turns[-1]
    assert last.before is not None
    assert last.after is None


def test_answers_from_different_places_are_pointed_out() -> None:
    before, after = run(two_turns("refund")), run(replace(two_turns("refund"), answered_by="live"))
    page, _ = diff_page(compared(before, after))
    assert page.notice.startswith("Answers came from different places: replayed before, live now.")
    assert [fact.text for fact in page.facts] == ["r1, 2026-03-02 09:00, replayed", "r1, 2026-03-02 09:00, live"]


def test_of_scenarios_that_went_out_there_is_no_page_to_go_to() -> None:
    page, _ = diff_page(compared(run(two_turns("refund")), run()))
    assert [(each.page, each.turned) for each in page.sections[0].scenarios] == [("", "passed → not played")]
