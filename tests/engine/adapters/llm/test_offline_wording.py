"""What the offline model says, and what it takes for said."""

from dataclasses import replace

import pytest

from understudy.engine.adapters.llm.offline.analysis import answer_analysis
from understudy.engine.adapters.llm.offline.draft import answer_draft
from understudy.engine.domain.facts import AnalysisFacts, DraftFacts, Instruction, Line
from understudy.engine.domain.tool import ToolCall, ToolResult

from .worlds import call, talk


def message(situation, *actions: str) -> str:
    instructions = tuple(Instruction(id=f"i{at}", action=action) for at, action in enumerate(actions))
    return answer_draft(DraftFacts(situation=situation, instructions=instructions))["message"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("Say that you are Ada from the shop", "I am Ada from the shop."),
        ("Decline politely and say that prices are fixed", "I'm sorry, but I can't do that. Prices are fixed."),
        ("Confirm that the lease ends in May", "I can confirm that the lease ends in May."),
        ("Confirm that they want to go on", "Could you confirm that you want to go on?"),
        ("Tell them that the shop is closed", "The shop is closed."),
        ("Say that seeds are cheap and that soil is free", "Seeds are cheap and soil is free."),
        ("Say that the customer service calls the customer", "The customer service calls you."),
        ("Invite them to join the club", "Would you like to join the club?"),
        ("Tell them what their plan includes", "I can tell you what your plan includes."),
    ],
)
def test_an_instruction_becomes_a_sentence_that_makes_sense(action: str, said: str) -> None:
    assert message(talk("Well"), action) == said


def test_what_an_instruction_wants_told_is_told_by_the_result() -> None:
    known = talk("My plan?", calls=(call("plan", {"includes": "pruning"}),))
    assert message(known, "Tell them what their plan includes") == "Here is what I found: includes: pruning."


def test_the_reason_that_a_tool_gives_is_told() -> None:
    failed = talk("Book it", calls=(call("book", error="Monday is a holiday."),))
    assert message(failed, "Confirm the booking") == "I'm sorry, that did not work: Monday is a holiday."


DONE = call("cancel_lease", {"lease": "L-7", "status": "ended"})


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("Confirm the cancellation of their lease", "I can confirm the cancellation of your lease."),
        ("Confirm that the lease has ended", "I can confirm that the lease has ended."),
        ("Confirm the details with them", "Could you confirm the details?"),
        ("Confirm the dates before going on", "Could you confirm the dates?"),
        ("Confirm that they want to leave", "Could you confirm that you want to leave?"),
    ],
)
def test_what_a_tool_has_done_is_announced_and_what_the_customer_must_say_is_asked(action: str, said: str) -> None:
    done = replace(DONE, arguments={"lease": "L-7"})
    text = message(talk("Yes, end it", calls=(done,)), action)
    assert text.endswith(said) if said.endswith("?") else text == said


def test_looking_something_up_confirms_nothing() -> None:
    found = call("find_lease", {"lease": "L-7"})
    assert message(talk("My lease?", calls=(found,)), "Confirm the lease").endswith("Could you confirm the lease?")


def test_a_result_with_news_is_told_beside_an_announcement() -> None:
    done = call("cancel_lease", {"status": "ended", "refund": "120 dollars"})
    text = message(talk("Yes", calls=(done,)), "Confirm that the lease has ended")
    assert text == "I can confirm that the lease has ended. Here is what I found: status: ended, refund: 120 dollars."


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("Ask whether they would like a sapling", "Would you like a sapling?"),
        ("Ask if they want it delivered", "Do you want it delivered?"),
        ("Ask whether the soil is wet", "Could you tell me whether the soil is wet?"),
    ],
)
def test_a_question_of_yes_or_no_is_put_straight(action: str, said: str) -> None:
    assert message(talk("Hm"), action) == said


def test_an_offer_to_help_is_left_out_where_something_definite_is_asked() -> None:
    assert message(talk("Hi"), "Ask how you can help", "Ask for their name") == "Could you tell me your name?"
    assert message(talk("Hi"), "Ask how you can help") == "How can I help?"


def test_the_text_of_an_exception_is_not() -> None:
    result = ToolResult(error="KeyError: 'row 17'", metadata={"fault": "exception"})
    failed = talk("Book it", calls=(ToolCall(id="1/book/1", tool="book", arguments={}, result=result),))
    assert "row 17" not in message(failed)


def test_who_gives_up_is_not_asked_what_they_want() -> None:
    assert message(talk("Order a spade", "agent: Which size?", "Never mind")).startswith("All right")


def test_a_question_nobody_can_answer_is_not_met_with_an_offer_to_help() -> None:
    assert message(talk("Who painted the fence?")).startswith("I'm afraid I can't answer that.")
    assert message(talk("Who painted the fence?"), "Never speak of fences").startswith("I'm afraid")
    assert message(talk("Can you help me?")) == "How can I help you?"


def test_what_was_found_before_is_told_again_where_it_is_to_be_told() -> None:
    found = Line(speaker="tool", text="", call=call("free_slots", {"free_slots": ["Monday", "Friday"]}))
    earlier = talk("Book a visit", "agent: Monday or Friday?", "Which ones again?")
    lines = (earlier.conversation[0], found, *earlier.conversation[1:])
    said = message(replace(earlier, conversation=lines), "List the free slots and ask which one suits them")
    assert said == "Here is what I found: free slots: Monday, Friday. Could you tell me which one suits you?"


def followed(action: str, reply: str) -> bool:
    facts = AnalysisFacts(situation=talk("x"), reply=(reply,), instructions=(Instruction(id="g", action=action),))
    return answer_analysis(facts)["checks"][0]["followed"]


def test_an_offer_to_tell_something_is_not_yet_telling_it() -> None:
    action = "Tell them the status of their order"
    assert not followed(action, "I can help you with the status of your order. Could you tell me the order number?")
    assert followed(action, "The status of your order is: shipped.")
