"""Run against run: the first decision that differs, why, and in which tier a scenario falls."""

from dataclasses import replace

import pytest

from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.engine.domain.tool import ToolResult
from understudy.engine.domain.trace import JourneyMove, ResolutionOutcome, Said, Trace
from understudy.engine.domain.values import digest
from understudy.evals.diff.causes import OtherAnswer, OtherAsk, OtherCode, OtherDefinition
from understudy.evals.diff.comparing import Divergence, RunDiff, ScenarioDiff, compare
from understudy.evals.outcome import Outcome
from understudy.evals.verdict import Verdict

from ..runs import BOOK, GREET, agent, ask, called, outcome, run, trace


def compared(before: Trace | Outcome, after: Trace | Outcome, *, was=None, now=None) -> ScenarioDiff:
    """One scenario in two runs, of the same agent unless others are given."""
    old = before if isinstance(before, Outcome) else outcome(before, of=was)
    new = after if isinstance(after, Outcome) else outcome(after, of=now)
    (scenario,) = compare(run(old, of=was), run(new, of=now)).scenarios
    return scenario


def first(scenario: ScenarioDiff) -> Divergence:
    assert scenario.divergence is not None
    return scenario.divergence


@pytest.mark.parametrize(
    ("before", "after", "tier"),
    [
        ("passed", "failed", "regression"),
        ("failed", "passed", "fixed"),
        ("passed", "passed", "unchanged"),
        ("failed", "failed", "unchanged"),
        ("passed", "inconclusive", "inconclusive"),
        ("inconclusive", "failed", "inconclusive"),
    ],
)
def test_verdicts_make_the_tier(before: Verdict, after: Verdict, tier: str) -> None:
    assert compared(outcome(trace("greet"), verdict=before), outcome(trace("greet"), verdict=after)).tier == tier


def test_a_scenario_that_only_one_run_has_is_new_or_gone() -> None:
    diff: RunDiff = compare(
        run(outcome(trace("greet"), scenario="old")), run(outcome(trace("greet"), scenario="young"))
    )
    assert [(each.scenario, each.tier) for each in diff.scenarios] == [("young", "new"), ("old", "gone")]


def test_other_words_alone_are_wording() -> None:
    scenario = compared(trace("greet", reply="Hi"), trace("greet", reply="Hello"))
    assert (scenario.tier, first(scenario).difference.stage) == ("wording_only", "wording")


def test_behaviour_comes_before_wording_also_of_earlier_turns() -> None:
    before = outcome(trace("greet", reply="Hi"), trace("book", turn=2))
    after = outcome(trace("greet", reply="Hello"), trace("book", "greet", turn=2))
    scenario = compared(before, after)
    assert scenario.tier == "behaviour_changed"
    assert (first(scenario).difference.turn, first(scenario).difference.subject) == (2, "greet")
    assert scenario.wording == 1


def test_the_first_difference_is_the_match_and_what_follows_is_downstream() -> None:
    before = trace("greet", "book", calls=[called(day="Monday")])
    after = trace("greet")
    divergence = first(compared(before, after))
    assert (divergence.difference.stage, divergence.difference.subject) == ("match", "book")
    assert divergence.difference.after is None
    # Its resolution, the call and the call's result.
    assert divergence.downstream == 3


def test_a_guideline_that_is_dropped_otherwise_is_a_difference_of_resolution() -> None:
    dropped = ResolutionOutcome(round=1, kind="guideline", id="book", outcome="lower_priority", relationship="r")
    after = replace(trace("greet", "book"), resolutions=(trace("greet").resolutions[0], dropped))
    difference = first(compared(trace("greet", "book"), after)).difference
    assert (difference.stage, difference.subject) == ("resolution", "book")


def test_a_journey_that_moves_otherwise() -> None:
    move = JourneyMove(round=1, journey="visit", move="advanced", origin="root", target="ask")
    before, after = replace(trace(), moves=(move,)), replace(trace(), moves=(replace(move, target="list"),))
    difference = first(compared(before, after)).difference
    assert (difference.stage, difference.subject) == ("journey", "visit")


def test_standing_still_is_no_move() -> None:
    stayed = JourneyMove(round=1, journey="visit", move="stayed", origin="ask", target="ask")
    assert compared(trace(), replace(trace(), moves=(stayed,))).tier == "unchanged"


def test_other_arguments_of_a_tool() -> None:
    difference = first(compared(trace(calls=[called(day="Mon")]), trace(calls=[called(day="Tue")]))).difference
    assert (difference.stage, difference.subject) == ("tool", "get_slots")


def test_a_tool_that_gives_back_something_else_is_the_world_s_doing() -> None:
    other = replace(called(day="Mon"), result=ToolResult([]))
    divergence = first(compared(trace(calls=[called(day="Mon")]), trace(calls=[other])))
    assert divergence.difference.stage == "result"
    assert isinstance(divergence.cause, OtherCode)


def test_another_canned_response_is_behaviour_and_not_wording() -> None:
    before, after = (replace(trace(reply=""), said=(Said(text="Hi", canned=name),)) for name in ("hello", "welcome"))
    assert compared(before, after).tier == "behaviour_changed"


def test_saying_nothing_is_behaviour() -> None:
    assert compared(trace(reply="Hi"), trace(reply="")).tier == "behaviour_changed"


def test_the_same_ask_with_another_answer_is_the_model_s_doing() -> None:
    before, texts = ask("match", "Which apply?", answer="both")
    after, more = ask("match", "Which apply?", answer="one")
    scenario = compared(
        outcome(trace("greet", "book", asks=[before]), texts=texts),
        outcome(trace("greet", asks=[after]), texts=more),
    )
    cause = first(scenario).cause
    assert isinstance(cause, OtherAnswer)
    assert (cause.ask, cause.decision) == ("1/match/1", "match")


def test_a_changed_ask_is_traced_to_the_edited_guideline() -> None:
    old, new = agent(GREET, BOOK), agent(GREET, replace(BOOK, condition="the customer begs for a visit"))
    before, texts = ask("match", f"1) {GREET.condition}\n2) {BOOK.condition}")
    after, more = ask("match", f"1) {GREET.condition}\n2) the customer begs for a visit")
    scenario = compared(
        outcome(trace("greet", "book", asks=[before]), texts=texts, of=old),
        outcome(trace("greet", asks=[after]), texts=more, of=new),
        was=old,
        now=new,
    )
    cause = first(scenario).cause
    assert isinstance(cause, OtherAsk)
    (section,) = cause.sections
    assert section.lines == (f"-2) {BOOK.condition}", "+2) the customer begs for a visit")
    assert [(edit.id, edit.change) for edit in cause.edits] == [("book", "reworded")]


def test_a_changed_ask_that_no_edit_explains_names_the_section_alone() -> None:
    before, texts = ask("match", "customer: Hello")
    after, more = ask("match", "customer: Good morning")
    scenario = compared(
        outcome(trace("greet", asks=[before]), texts=texts), outcome(trace("book", asks=[after]), texts=more)
    )
    cause = first(scenario).cause
    assert isinstance(cause, OtherAsk)
    assert (cause.edits, [section.name for section in cause.sections]) == ((), ["guidelines"])


def test_a_relationship_that_drops_a_guideline_is_the_definition_s_doing() -> None:
    ends = [Endpoint(kind="guideline", id=name) for name in ("greet", "book")]
    related = Relationship(kind="priority", source=ends[0], target=ends[1])
    old = agent()
    new = replace(old, relationships=(related,))
    dropped = ResolutionOutcome(round=1, kind="guideline", id="book", outcome="lower_priority")
    after = replace(trace("greet", "book"), resolutions=(trace("greet").resolutions[0], dropped))
    cause = first(compared(trace("greet", "book"), after, was=old, now=new)).cause
    assert isinstance(cause, OtherDefinition)
    assert [(edit.kind, edit.change) for edit in cause.edits] == [("relationship", "added")]


def test_a_reworded_guideline_with_another_id_is_not_lost_and_gained() -> None:
    young = replace(BOOK, id="visit", condition="the customer would like a visit")
    old, new = agent(GREET, BOOK), agent(GREET, young)
    scenario = compared(trace("greet", "book"), trace("greet", "visit"), was=old, now=new)
    assert scenario.tier == "unchanged"


def test_a_reworded_guideline_that_fires_no_more_goes_by_its_present_id() -> None:
    young = replace(BOOK, id="visit", condition="the customer would like a visit")
    old, new = agent(GREET, BOOK), agent(GREET, young)
    divergence = first(compared(trace("greet", "book"), trace("greet"), was=old, now=new))
    assert (divergence.difference.stage, divergence.difference.subject) == ("match", "visit")
    assert isinstance(divergence.cause, OtherDefinition)


def test_trials_are_aligned_by_number() -> None:
    trials = [replace(outcome(trace("greet")), trial=number) for number in (1, 2)]
    after = [trials[0], replace(outcome(trace("book")), trial=2)]
    (scenario,) = compare(run(*trials), run(*after)).scenarios
    assert first(scenario).trial == 2


def test_expectations_that_are_not_met_any_more_are_named() -> None:
    before, after = outcome(trace("book")), outcome(trace("greet"), verdict="failed")
    assert compared(before, after).unmet == ("turn 1: guidelines.fired: book",)


def test_two_equal_runs_differ_in_nothing() -> None:
    made, texts = ask("match", "Which apply?")
    same = outcome(trace("greet", asks=[made], calls=[called(day="Mon")]), texts=texts)
    diff = compare(run(same), run(same, id_="20260303-090000-bbbb"))
    assert [scenario.tier for scenario in diff.scenarios] == ["unchanged"]
    assert diff.definitions == ()
    assert digest("yes") in texts
