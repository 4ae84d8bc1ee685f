"""Simulated customers who fare otherwise than before, in all forms of a comparison."""

import json
from dataclasses import replace

import pytest

from understudy.engine.domain.trace import AskTime, Trace
from understudy.evals.diff.as_json import diff_data
from understudy.evals.diff.causes import OtherAnswer, OtherAsk
from understudy.evals.diff.comparing import RunDiff, compare
from understudy.evals.diff.html import diff_html
from understudy.evals.diff.markdown import diff_markdown
from understudy.evals.diff.text import diff_lines
from understudy.evals.outcome import AskBeside, Ending, Outcome, Simulation
from understudy.evals.verdict import Verdict
from understudy.reports.changes import diff_page

from ..runs import ask, outcome, run, trace

LOST = "simulated customer: goal reached before, not now (given up: it only repeats itself)"


def conversation(ended: Ending | None, *turns: Trace, saw: str = "Hello", verdict: Verdict = "passed") -> Outcome:
    """A conversation with a simulated customer and what it saw last; None where it was not played to its end."""
    said = turns or (trace("greet"), trace("book", turn=2))
    played = outcome(*said, verdict=verdict)
    made, texts = ask("customer", saw, answer=str(ended))
    beside = AskBeside(turn=len(said), made=made, time=AskTime(id=made.id, attempt=1, seconds=0.1, source="live"))
    fared = Simulation(step=0, goal="a visit", ended=ended or "given_up", turns=len(said), why="it only repeats itself")
    return replace(
        played,
        turns=tuple(replace(turn, step=0, simulated=True) for turn in played.turns),
        simulations=(fared,) if ended else (),
        beside=(beside,),
        texts=texts,
    )


def diff(before: Outcome, after: Outcome) -> RunDiff:
    return compare(run(before), run(after, id_="20260303-090000-bbbb"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("reached", "given_up", LOST),
        ("given_up", "reached", "simulated customer: goal reached now, not before (given up)"),
        ("given_up", "out_of_turns", "simulated customer: given up before, out of turns now: it only repeats itself"),
        ("reached", None, "simulated customer: goal reached before, not now (not played to its end)"),
    ],
)
def test_another_end_after_the_same_decisions_is_changed_behaviour(before: Ending, after: Ending, words: str) -> None:
    found = diff(conversation(before), conversation(after))
    (scenario,) = found.scenarios
    assert scenario.tier == "behaviour_changed"
    assert scenario.divergence is not None
    assert scenario.divergence.difference.stage == "simulation"
    assert f"    turn 2: {words}" in list(diff_lines(found))


def test_the_same_end_is_no_difference() -> None:
    (scenario,) = diff(conversation("reached"), conversation("reached")).scenarios
    assert (scenario.tier, scenario.fared_otherwise) == ("unchanged", ())


def test_the_cause_is_what_the_customer_was_asked_or_what_it_answered() -> None:
    (answered,) = diff(conversation("reached"), conversation("given_up")).scenarios
    (asked,) = diff(conversation("reached"), conversation("given_up", saw="We are closed")).scenarios
    assert answered.divergence is not None
    assert asked.divergence is not None
    assert isinstance(answered.divergence.cause, OtherAnswer)
    assert isinstance(asked.divergence.cause, OtherAsk)


def test_an_end_whose_asks_were_not_kept_says_so() -> None:
    approved = replace(conversation("reached"), beside=(), texts={})
    lines = list(diff_lines(diff(approved, conversation("given_up"))))
    assert any("asks are not known of both runs" in line for line in lines)


def test_an_end_that_follows_from_an_earlier_decision_is_told_beside_it_in_every_form() -> None:
    lost = conversation("given_up", trace("greet"), trace(turn=2), verdict="failed")
    found = diff(conversation("reached"), lost)
    (scenario,) = found.scenarios
    assert scenario.divergence is not None
    assert scenario.divergence.difference.stage == "match"
    assert f"    turn 2: {LOST}" in list(diff_lines(found))
    assert f"turn 2: {LOST}" in diff_html(found).replace("&#39;", "'")
    assert "goal reached before, not now" in diff_markdown(found).partition("<details>")[0]
    (stored,) = json.loads(json.dumps(diff_data(found)))["scenarios"]
    assert [(each["turn"], each["stage"], each["words"]) for each in stored["fared_otherwise"]] == [
        (2, "simulation", LOST)
    ]
    page, _ = diff_page(replace(run(lost), base=run(conversation("reached"))))
    facts = {fact.name: fact.text for fact in page.sections[0].scenarios[0].facts}
    assert facts["After turn 2"] == LOST


def test_customers_who_take_no_turn_are_compared_too() -> None:
    before, after = (replace(conversation(ended), turns=(), beside=()) for ended in ("reached", "given_up"))
    (scenario,) = diff(before, after).scenarios
    assert scenario.divergence is not None
    assert scenario.divergence.difference.turn == 0
