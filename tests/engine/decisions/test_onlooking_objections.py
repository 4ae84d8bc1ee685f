"""What is wrong with a judge's verdict and with what a simulated customer says."""

import pytest

from understudy.engine.decisions.customer import CUSTOMER, CustomerAnswer
from understudy.engine.decisions.judge import JUDGE, JudgeAnswer
from understudy.engine.domain.facts import CustomerFacts, JudgeFacts, Line, Situation

SAID = (
    Line(speaker="customer", text="Is Monday\nfree?"),
    Line(speaker="agent", text="Monday is taken.\n\nTuesday is free."),
)
SEEN = Situation(agent_name="Ada", agent_description="", customer_name="", conversation=SAID)
TRIED = JudgeFacts(situation=SEEN, criterion="offers a day", reply=("Or on Friday.",))
PLAYED = CustomerFacts(situation=SEEN, goal="book a visit")
BEGUN = CustomerFacts(situation=Situation(agent_name="Ada", agent_description="", customer_name=""), goal="a visit")


@pytest.mark.parametrize(
    "quote",
    [
        "Tuesday is free.",
        "monday is TAKEN",
        "taken. ⏎ Tuesday",
        "“Or on Friday”",
        "Is Monday ⏎ free?",
        "taken. Tuesday",
    ],
)
def test_a_quote_is_what_was_said_whatever_its_case_marks_and_line_breaks(quote: str) -> None:
    assert JUDGE.objections(TRIED, JudgeAnswer(quotes=[quote], reason="So it is.", verdict="met")) == ()


def test_a_verdict_needs_a_reason_and_no_quote_that_nobody_said() -> None:
    assert JUDGE.objections(TRIED, JudgeAnswer(quotes=["Sunday is free"], reason=" ", verdict="met")) == (
        "'Sunday is free' stands nowhere in the conversation; copy words as they were said, or leave the quote out",
        "the reason is empty; say in a sentence why the verdict is as it is",
    )


@pytest.mark.parametrize("quote", ["", " ", "“”"])
def test_a_quote_of_nothing_was_said_by_nobody(quote: str) -> None:
    (objection,) = JUDGE.objections(TRIED, JudgeAnswer(quotes=[quote], reason="So it is.", verdict="met"))
    assert "stands nowhere in the conversation" in objection


@pytest.mark.parametrize(
    ("facts", "goal", "message", "objection"),
    [
        (PLAYED, "open", "Tuesday, then.", ""),
        (PLAYED, "reached", None, ""),
        (PLAYED, "given_up", " ", ""),
        (BEGUN, "open", "A visit, please.", ""),
        (BEGUN, "reached", None, "the customer has not said anything yet"),
        (PLAYED, "open", None, "the goal is open and there is no message"),
        (PLAYED, "reached", "Thanks!", "the goal is reached and there is a message"),
        (PLAYED, "open", "Customer: Tuesday", "the message begins with a speaker"),
        (PLAYED, "open", "is monday free?", "the customer has just said this very message"),
    ],
)
def test_whoever_goes_on_says_something_new_and_whoever_is_done_nothing(
    facts: CustomerFacts, goal: str, message: str | None, objection: str
) -> None:
    answer = CustomerAnswer.model_validate({"reason": "So it is.", "goal": goal, "message": message})
    assert [found.startswith(objection) for found in CUSTOMER.objections(facts, answer)] == (
        [True] if objection else []
    )
