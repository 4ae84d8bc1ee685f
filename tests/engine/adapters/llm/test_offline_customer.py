"""The customer that the offline model plays: says what it wants, answers what it knows, and knows when to stop."""

from typing import Any

import pytest

from understudy.engine.adapters.llm.offline import answer
from understudy.engine.decisions.customer import CUSTOMER, CustomerAnswer
from understudy.engine.decisions.judge import JUDGE, JudgeAnswer
from understudy.engine.domain.facts import CustomerFacts, JudgeFacts, Line, Situation

WANTED = "I want to book a visit."


def facts(*said: str, **changes: Any) -> CustomerFacts:
    """What a customer sees who wants a visit: its own words and the agent's by turns, its own first."""
    speakers = ("customer", "agent")
    lines = tuple(Line(speaker=speakers[at % 2], text=text) for at, text in enumerate(said))
    situation = Situation(agent_name="Clinic", agent_description="", customer_name="Jo", conversation=lines)
    return CustomerFacts(situation=situation, **{"goal": "book a visit", **changes})


def said(wanted: CustomerFacts) -> tuple[str, str | None]:
    """How it stands with the goal, and the message; checked as any model's answer is."""
    found = CustomerAnswer.model_validate(answer(wanted))
    assert CUSTOMER.objections(wanted, found) == ()
    return found.goal, found.message


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        ("book a visit", WANTED),
        ("to book a visit.", WANTED),
        ("I need help with my lamp", "I need help with my lamp"),
        ("Where is my order?", "Where is my order?"),
    ],
)
def test_it_begins_with_what_it_wants(goal: str, message: str) -> None:
    assert said(facts(goal=goal)) == ("open", message)


def test_it_says_what_it_wants_also_where_the_agent_spoke_first() -> None:
    begun = facts("Hello", "How can I help?")
    assert said(begun) == ("open", WANTED)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("What is the reason for the visit?", "my knee hurts"),
        ("And your birth date?", "1990-02-01"),
        ("May I have the reason, and your birth date?", "my knee hurts, 1990-02-01"),
        ("We have Monday and Tuesday. Which do you prefer?", "Tuesday"),
        ("Shall I book it?", "Yes, please."),
        ("Could you please confirm the day (Tuesday)?", "Yes, please."),
        ("Is it the left or the right one?", "The first one."),
        ("What is your favourite colour?", "I don't know."),
    ],
)
def test_it_answers_from_what_it_knows(asked: str, message: str) -> None:
    knows = {"reason": "my knee hurts", "birth_date": "1990-02-01", "day": "Tuesday"}
    assert said(facts(WANTED, asked, knows=knows)) == ("open", message)


def test_it_is_content_with_an_answer_in_which_nothing_is_asked() -> None:
    assert said(facts(WANTED, "Your visit is booked. Is there anything else?")) == ("reached", None)


@pytest.mark.parametrize("refusal", ["I'm sorry, we are closed.", "I can't do that.", "That is not possible."])
def test_a_refusal_is_the_end(refusal: str) -> None:
    assert said(facts(WANTED, refusal)) == ("given_up", None)


def test_with_until_it_goes_on_until_that_has_happened() -> None:
    until = "the visit is booked"
    again = "And what about this? I want to book a visit."
    assert said(facts(WANTED, "We are open on Mondays.", until=until)) == ("open", again)
    assert said(facts(WANTED, "Shall I book the visit?", until=until)) == ("open", "Yes, please.")
    assert said(facts(WANTED, "Your visit is booked for Monday. Anything else?", until=until)) == ("reached", None)
    assert said(facts(WANTED, "Hm.", again, "Hm.", until=until)) == ("given_up", None)


def test_it_gives_up_where_it_would_repeat_itself() -> None:
    assert said(facts(WANTED, "Which colour?", "I don't know.", "Which size?")) == ("given_up", None)


def test_it_gives_up_where_nobody_answers() -> None:
    assert said(facts(WANTED)) == ("given_up", None)


def test_a_criterion_is_never_judged() -> None:
    tried = JudgeFacts(situation=facts(WANTED, "Hello").situation, criterion="is kind", reply=("Hello",))
    found = JudgeAnswer.model_validate(answer(tried))
    assert JUDGE.objections(tried, found) == ()
    assert found.verdict == "cannot_tell"
