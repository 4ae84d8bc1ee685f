"""Expectations of replies, of the session and of usage: when they hold, and what is said when they do not."""

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.ask import Usage
from understudy.engine.domain.knowledge import Variable
from understudy.engine.domain.modes import CompositionMode, SessionMode
from understudy.engine.domain.session import Session
from understudy.engine.domain.trace import AskMade, Composition, ResponseConsidered, Said, Trace
from understudy.evals.expectations.checking import check_conversation, check_turn
from understudy.evals.expectations.kinds import (
    Expectation,
    ReplyCanned,
    ReplyEquals,
    ReplyKind,
    ReplyMatches,
    ReplyMentions,
    ReplyNotMatches,
    ReplyNotMentions,
    ReplyWas,
    ReplyWords,
    SessionLabelled,
    SessionMetadata,
    SessionModeIs,
    SessionVariable,
    UsageWithin,
)
from understudy.evals.expectations.value_tests import Bound, EqualTo
from understudy.evals.outcome import TurnOutcome
from understudy.evals.scenario import Expected, Place
from understudy.evals.verdict import CheckResult

AGENT = AgentDefinition(id="shop", name="Shop", variables=(Variable(id="plan", name="Customer plan"),))
SESSION = Session(
    id="s",
    agent_id="shop",
    mode=SessionMode.MANUAL,
    labels=("vip",),
    metadata={"channel": "web"},
    variables={"Customer plan": "gold"},
)


def says(*texts: str, canned: str | None = None) -> Trace:
    return Trace(trace_id="t", turn=1, rounds=1, said=tuple(Said(text=text, canned=canned) for text in texts))


def check(expectation: Expectation, *traces: Trace) -> CheckResult:
    """One trace: as expected of a turn; several: of the conversation."""
    expected = Expected(expectation=expectation, words="what is expected", place=Place(file="a.yaml", line=1))
    turns = [TurnOutcome(number=index, step=0, trace=trace) for index, trace in enumerate(traces, start=1)]
    if len(turns) == 1:
        (result,) = check_turn([expected], turns[0], session=SESSION, agent=AGENT)
    else:
        (result,) = check_conversation([expected], turns, session=SESSION, agent=AGENT)
    return result


REPLY = says("One moment.", "You are booked for Monday, 2 PM.")


@pytest.mark.parametrize(
    "expectation",
    [
        ReplyEquals(text="One moment.\n\nYou are booked for Monday, 2 PM.\n"),
        ReplyMentions(phrases=("monday 2 pm",)),
        ReplyMentions(phrases=("Tuesday", "Monday")),
        ReplyMatches(pattern=r"\d PM"),
        ReplyNotMentions(phrase="book"),
        ReplyNotMatches(pattern=r"^Tue"),
        ReplyWas(kind="silent", expected=False),
        ReplyWas(kind="from_canned", expected=False),
        ReplyWas(kind="no_match", expected=False),
        ReplyWords(bound=Bound(at_most=9)),
    ],
)
def test_what_is_expected_of_a_reply_is_looked_for_in_all_its_messages(expectation: Expectation) -> None:
    assert check(expectation, REPLY).verdict == "passed"


@pytest.mark.parametrize(
    "expectation",
    [
        ReplyEquals(text="One moment."),
        ReplyMentions(phrases=("Tuesday", "Wednesday")),
        ReplyMatches(pattern=r"\d AM"),
        ReplyNotMentions(phrase="BOOKED"),
        ReplyWas(kind="silent", expected=True),
    ],
)
def test_a_failure_shows_the_reply(expectation: Expectation) -> None:
    result = check(expectation, REPLY)
    assert result.verdict == "failed"
    assert result.explanation == "the reply was:\n  One moment.\n\n  You are booked for Monday, 2 PM."


def test_a_pattern_that_must_not_be_found_is_shown_with_what_was_found() -> None:
    result = check(ReplyNotMatches(pattern=r"b\w+d"), REPLY)
    assert result.explanation.splitlines()[0] == "'booked' was said; the reply was:"


def test_a_long_reply_is_cut() -> None:
    result = check(ReplyMentions(phrases=("never",)), says("word " * 200))
    assert result.explanation.endswith("…")
    assert len(result.explanation) < 450


def test_a_silent_turn_is_told_to_be_so() -> None:
    silent = Trace(trace_id="t", turn=1, rounds=1)
    assert check(ReplyWas(kind="silent", expected=True), silent).verdict == "passed"
    assert check(ReplyMentions(phrases=("hello",)), silent).explanation == "nothing was said"


def test_over_a_conversation_one_reply_must_mention_and_none_may() -> None:
    turns = (says("Hello"), says("Booked a"), says("flight"))
    assert check(ReplyMentions(phrases=("hello",)), *turns).verdict == "passed"
    assert check(ReplyMentions(phrases=("a flight",)), *turns).verdict == "failed"
    unwanted = check(ReplyNotMentions(phrase="hello"), *turns)
    assert unwanted.explanation == "turn 1: the reply was:\n  Hello"


def test_the_words_of_each_reply_are_counted() -> None:
    result = check(ReplyWords(bound=Bound(at_most=1)), says("Hello"), says("Hello again, friend"))
    assert result.explanation == "turn 2: 3 words; the reply was:\n  Hello again, friend"


def test_a_canned_response_that_was_not_said_is_explained_by_its_fate() -> None:
    composition = Composition(
        mode=CompositionMode.STRICT,
        considered=(
            ResponseConsidered(id="slots", fate="the field 'times' is not available"),
            ResponseConsidered(id="hello", fate="chosen"),
        ),
        chosen="hello",
    )
    trace = Trace(trace_id="t", turn=1, rounds=1, composition=composition, said=(Said(text="Hello!", canned="hello"),))
    assert check(ReplyCanned(response="hello"), trace).verdict == "passed"
    assert check(ReplyWas(kind="from_canned", expected=True), trace).verdict == "passed"
    assert check(ReplyCanned(response="slots"), trace).explanation.splitlines() == [
        "'slots': the field 'times' is not available",
        "offered were 'hello'",
        "the reply was:",
        "  Hello!",
    ]
    assert "'bye' was not a candidate" in check(ReplyCanned(response="bye"), trace).explanation
    freely = check(ReplyWas(kind="from_canned", expected=False), trace)
    assert freely.explanation.startswith("canned 'hello' (mode strict); the reply was:")


@pytest.mark.parametrize(("kind", "verdict"), [("no_match", "passed"), ("from_canned", "failed")])
def test_the_no_match_response_is_no_canned_response(kind: ReplyKind, verdict: str) -> None:
    composition = Composition(mode=CompositionMode.STRICT, no_match=True)
    trace = Trace(trace_id="t", turn=1, rounds=1, composition=composition, said=(Said(text="Not sure."),))
    result = check(ReplyWas(kind=kind, expected=True), trace)
    assert result.verdict == verdict
    if verdict == "failed":
        assert result.explanation.startswith("no canned response fitted (mode strict)")


def test_the_session_is_looked_at_as_it_is_after_the_turn() -> None:
    quiet = Trace(trace_id="t", turn=1)
    for holds in (
        SessionModeIs(mode=SessionMode.MANUAL),
        SessionLabelled(label="vip"),
        SessionMetadata(key="channel", tests=(EqualTo(value="web"),)),
        SessionVariable(variable="plan", tests=(EqualTo(value="gold"),)),
        SessionVariable(variable="Customer plan", tests=(EqualTo(value="gold"),)),
    ):
        assert check(holds, quiet).verdict == "passed"
    for fails, said in (
        (SessionModeIs(mode=SessionMode.AUTO), "the session's mode is manual"),
        (SessionLabelled(label="new"), "the session's labels are 'vip'"),
        (SessionMetadata(key="channel", tests=(EqualTo(value="app"),)), "channel: expected 'app', was 'web'"),
        (SessionMetadata(key="page", tests=(EqualTo(value="a"),)), "the session has no metadata under 'page'"),
        (
            SessionVariable(variable="age", tests=(EqualTo(value=1),)),
            "the variable 'age' has no value for this customer",
        ),
    ):
        assert check(fails, quiet).explanation == said


def test_a_variable_of_the_definition_counts_as_the_turn_saw_it() -> None:
    trace = Trace(trace_id="t", turn=1, variables={"city": "Rome"})
    assert check(SessionVariable(variable="city", tests=(EqualTo(value="Rome"),)), trace).verdict == "passed"


def test_usage_is_summed_over_the_turns_asked_of() -> None:
    def asks(*decisions: str) -> Trace:
        made = tuple(
            AskMade(
                id=str(index),
                decision=decision,
                attempt=1,
                sections=(),
                model="m",
                answer="a",
                usage=Usage(prompt_tokens=100, answer_tokens=10, cost=0.25),
            )
            for index, decision in enumerate(decisions)
        )
        return Trace(trace_id="t", turn=1, asks=made)

    turns = (asks("match", "draft"), asks("match"))
    assert check(UsageWithin(quantity="asks", bound=Bound(at_most=3)), *turns).verdict == "passed"
    assert check(UsageWithin(quantity="tokens", bound=Bound(at_least=330, at_most=330)), *turns).verdict == "passed"
    assert check(UsageWithin(quantity="asks", bound=Bound(at_most=2)), *turns).explanation == (
        "asks: 3 (match 2, draft 1), expected at most 2"
    )
    assert check(UsageWithin(quantity="cost", bound=Bound(at_most=0.5)), *turns).explanation == (
        "cost: 0.75, expected at most 0.5"
    )
