"""Expectations of guidelines: when they hold, and what is said when they do not."""

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey
from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.engine.domain.session import AgentState, Session
from understudy.engine.domain.trace import Failure, GuidelineCheck, ResolutionOutcome, Trace
from understudy.evals.expectations.checking import check_conversation, check_turn
from understudy.evals.expectations.kinds import (
    Expectation,
    GuidelineApplied,
    GuidelineConsidered,
    GuidelineDropped,
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesInOrder,
    GuidelinesOnly,
)
from understudy.evals.outcome import TurnOutcome
from understudy.evals.scenario import Expected, Place
from understudy.evals.verdict import CheckResult

PLACE = Place(file="a.yaml", line=7, column=3)
AGENT = AgentDefinition(
    id="shop",
    name="Shop",
    guidelines=(
        Guideline(id="greet", condition="the customer greets", action="greet back"),
        Guideline(id="upsell", condition="they buy", action="offer more"),
        Guideline(id="sleepy", condition="it is late", action="yawn", enabled=False),
        Guideline(id="ask-reason", condition="no reason yet", action="ask", journey="schedule"),
    ),
    journeys=(Journey(id="schedule", title="Schedule"),),
    relationships=(
        Relationship(
            kind="dependency",
            source=Endpoint(kind="guideline", id="upsell"),
            target=Endpoint(kind="guideline", id="greet"),
        ),
    ),
)
SESSION = Session(id="s", agent_id="shop")


def fires(*names: str) -> Trace:
    return Trace(
        trace_id="t",
        turn=1,
        rounds=1,
        checks=tuple(
            GuidelineCheck(
                round=1, guideline=name, method="model", matched=True, rationale="they said so", ask="1/match/1"
            )
            for name in names
        ),
        resolutions=tuple(ResolutionOutcome(round=1, kind="guideline", id=name, outcome="kept") for name in names),
    )


def unmatched(name: str, rationale: str) -> Trace:
    check = GuidelineCheck(round=2, guideline=name, method="model", matched=False, rationale=rationale, ask="2/match/1")
    return Trace(trace_id="t", turn=1, rounds=2, checks=(check,))


DROPPED = Trace(
    trace_id="t",
    turn=1,
    rounds=1,
    checks=(GuidelineCheck(round=1, guideline="upsell", method="model", matched=True),),
    resolutions=(
        ResolutionOutcome(
            round=1,
            kind="guideline",
            id="upsell",
            outcome="lower_priority",
            relationship="guideline 'greet' priority guideline 'upsell'",
            counterparts=("greet",),
        ),
    ),
)
QUIET = Trace(trace_id="t", turn=1, rounds=1)


def check(expectation: Expectation, *traces: Trace) -> CheckResult:
    """One trace: as expected of a turn; several: of the conversation."""
    expected = Expected(expectation=expectation, words="what is expected", place=PLACE)
    turns = [TurnOutcome(number=index, step=0, trace=trace) for index, trace in enumerate(traces, start=1)]
    if len(turns) == 1:
        (result,) = check_turn([expected], turns[0], session=SESSION, agent=AGENT)
    else:
        (result,) = check_conversation([expected], turns, session=SESSION, agent=AGENT)
    return result


def test_a_result_carries_the_words_the_turn_and_the_place() -> None:
    passed = check(GuidelineFired(guideline="greet"), fires("greet"))
    assert passed == CheckResult(expectation="what is expected", verdict="passed", turn=1, place="a.yaml:7:3")


def test_every_expectation_is_looked_at_also_after_one_that_fails() -> None:
    expected = [
        Expected(expectation=GuidelineFired(guideline=name), words=name, place=PLACE) for name in ("upsell", "greet")
    ]
    turn = TurnOutcome(number=3, step=0, trace=fires("greet"))
    results = check_turn(expected, turn, session=SESSION, agent=AGENT)
    assert [(result.expectation, result.verdict, result.turn) for result in results] == [
        ("upsell", "failed", 3),
        ("greet", "passed", 3),
    ]


def test_a_guideline_that_did_not_match_is_explained_by_the_rationale_and_its_ask() -> None:
    result = check(GuidelineFired(guideline="greet"), unmatched("greet", "no greeting was said"))
    assert result.verdict == "failed"
    assert result.explanation == (
        "'greet' was considered and did not match (round 2, ask 2/match/1): no greeting was said"
    )


def test_a_guideline_that_was_dropped_is_explained_by_the_relation_and_its_counterpart() -> None:
    assert check(GuidelineFired(guideline="upsell"), DROPPED).explanation == (
        "'upsell' matched and was dropped as lower_priority (something with priority over it holds) by 'greet' "
        "[guideline 'greet' priority guideline 'upsell']"
    )


def test_a_guideline_that_was_not_considered_is_explained_by_why_it_was_not() -> None:
    def why(name: str, trace: Trace = QUIET) -> str:
        return check(GuidelineFired(guideline=name), trace).explanation

    assert why("sleepy") == "'sleepy' was not considered: it is disabled"
    assert why("ask-reason").endswith("it belongs to the journey 'schedule', which is not active")
    assert why("upsell").endswith("it depends on guideline 'greet', which did not hold")
    assert why("gret") == "the agent has no guideline 'gret'; did you mean 'greet'?"
    assert why("greet", Trace(trace_id="t", turn=1)).endswith("the agent did not take its turn")


def test_an_error_that_ended_the_turn_is_part_of_the_explanation() -> None:
    failure = Failure(kind="undecided", message="no answer was acceptable")
    result = check(GuidelineFired(guideline="greet"), Trace(trace_id="t", turn=1, rounds=1, failure=failure))
    assert result.explanation.count("the turn ended in an error (undecided): no answer was acceptable") == 1


def test_a_guideline_that_fired_unwanted_is_explained_by_the_grounds_on_which_it_fired() -> None:
    assert check(GuidelineNotFired(guideline="greet"), QUIET).verdict == "passed"
    assert check(GuidelineNotFired(guideline="upsell"), DROPPED).verdict == "passed"
    unwanted = check(GuidelineNotFired(guideline="greet"), fires("greet"))
    assert unwanted.explanation == "'greet' fired (round 1, ask 1/match/1): they said so"


def test_an_entailed_guideline_is_explained_by_what_entails_it() -> None:
    entailed = ResolutionOutcome(round=1, kind="guideline", id="upsell", outcome="entailed", counterparts=("greet",))
    trace = Trace(trace_id="t", turn=1, rounds=1, resolutions=(entailed,))
    assert check(GuidelineFired(guideline="upsell"), trace).verdict == "passed"
    assert check(GuidelineNotFired(guideline="upsell"), trace).explanation == "'upsell' fired, entailed by 'greet'"


def test_only_means_these_and_no_others() -> None:
    assert check(GuidelinesOnly(guidelines=("greet", "upsell")), fires("upsell", "greet")).verdict == "passed"
    assert check(GuidelinesOnly(guidelines=()), QUIET).verdict == "passed"
    result = check(GuidelinesOnly(guidelines=("sleepy",)), fires("greet"))
    assert result.explanation.splitlines() == [
        "did not fire: 'sleepy' was not considered: it is disabled",
        "not expected: 'greet' fired (round 1, ask 1/match/1): they said so",
    ]


def test_considered_holds_whatever_came_of_it() -> None:
    assert check(GuidelineConsidered(guideline="greet"), unmatched("greet", "no")).verdict == "passed"
    assert check(GuidelineConsidered(guideline="sleepy"), QUIET).explanation.endswith("it is disabled")


def test_dropped_holds_for_the_very_reason() -> None:
    assert check(GuidelineDropped(guideline="upsell", reason="lower_priority"), DROPPED).verdict == "passed"
    other = check(GuidelineDropped(guideline="upsell", reason="outranked"), DROPPED)
    assert "was dropped as lower_priority" in other.explanation
    fired = check(GuidelineDropped(guideline="greet", reason="outranked"), fires("greet"))
    assert fired.explanation.startswith("'greet' fired")


def test_applied_holds_where_the_action_was_fulfilled_now_or_before() -> None:
    now = Trace(trace_id="t", turn=1, followed=("greet",))
    before = Trace(trace_id="t", turn=1, state=AgentState(applied=("greet",)))
    assert check(GuidelineApplied(guideline="greet"), now).verdict == "passed"
    assert check(GuidelineApplied(guideline="greet"), before).verdict == "passed"
    ignored = Trace(trace_id="t", turn=1, not_followed=("greet",))
    assert check(GuidelineApplied(guideline="greet"), ignored).explanation == (
        "'greet' fired, but the reply did not do what it says"
    )


def test_over_a_conversation_fired_means_in_one_turn_and_not_fired_in_none() -> None:
    assert check(GuidelineFired(guideline="greet"), QUIET, fires("greet")).verdict == "passed"
    assert check(GuidelineNotFired(guideline="upsell"), QUIET, fires("greet")).verdict == "passed"
    result = check(GuidelineNotFired(guideline="greet"), QUIET, fires("greet"))
    assert result.turn is None
    assert result.explanation == "turn 2: 'greet' fired (round 1, ask 1/match/1): they said so"


def test_turns_of_which_the_same_is_to_be_said_share_a_line() -> None:
    result = check(GuidelineFired(guideline="sleepy"), QUIET, QUIET, QUIET)
    assert result.explanation == "turns 1 to 3: 'sleepy' was not considered: it is disabled"


def test_in_order_looks_at_the_turns_in_which_guidelines_fired() -> None:
    order = GuidelinesInOrder(guidelines=("greet", "upsell"))
    assert check(order, fires("greet"), QUIET, fires("upsell")).verdict == "passed"
    assert check(order, QUIET, fires("upsell", "greet")).verdict == "passed"
    wrong = check(order, fires("upsell"), fires("greet"))
    assert wrong.explanation.splitlines() == [
        "'upsell' did not fire after those before it",
        "  'greet' fired in turn 2",
        "  'upsell' fired in turn 1",
    ]


def test_a_conversation_without_a_turn_is_said_to_have_none() -> None:
    expected = Expected(expectation=GuidelineFired(guideline="greet"), words="greet", place=PLACE)
    (result,) = check_conversation([expected], [], session=SESSION, agent=AGENT)
    assert (result.verdict, result.explanation) == ("failed", "the agent took no turn")
