"""Replies, selections and judgements of the offline model."""

from dataclasses import replace

import pytest

from understudy.engine.adapters.llm.offline.analysis import answer_analysis
from understudy.engine.adapters.llm.offline.draft import answer_draft
from understudy.engine.adapters.llm.offline.selection import answer_selection
from understudy.engine.domain.facts import (
    AnalysisFacts,
    DraftFacts,
    Instruction,
    Line,
    ResponseCandidate,
    SelectionFacts,
)
from understudy.engine.domain.knowledge import Retrieved, RetrieverResult
from understudy.engine.domain.tool import Insight, Parameter

from .worlds import call, talk, term, variable


def draft(situation, *actions: str, insights=()) -> dict:
    instructions = tuple(Instruction(id=f"i{at}", action=action) for at, action in enumerate(actions))
    return answer_draft(DraftFacts(situation=situation, instructions=instructions, insights=insights))


def message(situation, *actions: str, insights=()) -> str:
    return draft(situation, *actions, insights=insights)["message"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("Ask when the incident occurred", "Could you tell me when the incident occurred?"),
        ("Ask for their claim ID", "Could you tell me your claim ID?"),
        ("Ask what type of claim they want to file", "Could you tell me what type of claim you want to file?"),
        ("Determine the reason for the visit", "Could you tell me the reason for the visit?"),
        ("Ask them to hold the line", "Could you please hold the line?"),
        ("Tell them to call the office immediately", "Please call the office immediately."),
        ("Explain that we offer full refunds within 30 days", "We offer full refunds within 30 days."),
        ("Offer a refreshing drink", "I can offer you a refreshing drink."),
        ("When would you like to book?", "When would you like to book?"),
        ("I'll help with your billing issue", "I'll help with your billing issue."),
        ("Describe the technical issue you're experiencing", "Describe the technical issue you're experiencing."),
        ("Apologize for the delay", "I'm sorry for the delay."),
        ("Confirm the appointment details", "Could you confirm the appointment details?"),
    ],
)
def test_an_instruction_is_put_into_words(action: str, said: str) -> None:
    assert message(talk("Well"), action) == said


def test_greeting_and_asking_are_two_sentences() -> None:
    said = message(talk("Hi"), "Greet them warmly and ask how you can help")
    assert said == "Hello! How can I help?"


def test_every_instruction_has_a_plan_and_its_sentence() -> None:
    answer = draft(talk("Hi"), "Thank them", "Ask for their name", "Never mention competitors")
    assert [plan["id"] for plan in answer["plans"]] == ["i0", "i1", "i2"]
    assert answer["message"] == "Thank you! Could you tell me your name?"


def test_results_are_told_in_readable_form() -> None:
    known = talk("status?", calls=(call("status", {"claim_status": "under review", "progress": 50}),))
    assert "claim status: under review, progress: 50" in message(known, "Provide the current status of their claim")


def test_a_failed_tool_is_admitted_and_nothing_is_claimed() -> None:
    failed = talk("book it", calls=(call("book_slot", error="calendar is down"),))
    said = message(failed, "Confirm that the appointment is booked", "Provide the appointment details")
    assert "sorry" in said
    assert "that did not work: calendar is down" in said
    assert "confirm" not in said


def test_what_is_missing_is_asked_for_by_its_label() -> None:
    parameter = Parameter(
        name="claim_id", type="string", display_name="claim number", significance="to find your claim."
    )
    missing = Insight(kind="missing", tool="status", parameter=parameter)
    hidden = Insight(kind="missing", tool="status", parameter=Parameter(name="token", type="string", hidden=True))
    said = message(talk("status?"), insights=(missing, hidden))
    assert said == "Could you tell me the claim number (to find your claim)?"


def test_what_is_invalid_is_asked_for_again() -> None:
    invalid = Insight(
        kind="invalid", tool="x", parameter=Parameter(name="day", type="date"), value="Mon", problem="not a date."
    )
    assert (
        message(talk("Mon"), insights=(invalid,))
        == "The day 'Mon' does not work: not a date. Could you give me another?"
    )


def test_sensitive_values_are_not_repeated() -> None:
    known = talk("4111 1111 1111 1111", calls=(call("pay", {"card": "4111 1111 1111 1111"}),))
    assert "4111" not in message(known, "Tell them the card 4111 1111 1111 1111 was charged")


def test_without_instructions_it_helps_from_what_it_knows() -> None:
    known = talk("What is a late fee?", terms=(term("Late Fee", description="Charged after 30 days"),))
    assert message(known) == "Late Fee: Charged after 30 days."
    assert message(talk("what is my balance?", variables=(variable("balance", 20),))) == "Your balance: 20."
    assert message(talk("Hello")) == "Hello! How can I help you?"
    assert message(talk("thanks, bye")) == "You're welcome. Goodbye!"


CANDIDATES = (
    ResponseCandidate(id="when", text="On which day did the incident occur?"),
    ResponseCandidate(id="fees", text="Our fees are listed on the web site."),
    ResponseCandidate(id="bye", text="Have a nice day!", signals=("say goodbye to the customer",)),
)


def select(draft_text: str, *actions: str) -> tuple[str | None, str]:
    instructions = tuple(Instruction(id=action, action=action) for action in actions)
    facts = SelectionFacts(situation=talk("x"), draft=draft_text, instructions=instructions, candidates=CANDIDATES)
    answer = answer_selection(facts)
    return answer["response"], answer["quality"]


def test_the_response_most_like_the_draft_is_chosen() -> None:
    assert select("Could you tell me when the incident occurred?") == ("when", "high")
    assert select("You will find the fees on our site.") == ("fees", "high")


def test_signals_and_instructions_count_too() -> None:
    assert select("Farewell!", "Say goodbye to the customer") == ("bye", "high")


def test_a_response_that_leaves_an_instruction_aside_fits_only_in_part() -> None:
    said = "We list the fees on our web site. Spades come with a warranty of two years."
    assert select(said, "Say where the fees are listed", "Mention the warranty of spades") == ("fees", "partial")
    assert select("We list the fees on our web site.", "Say where the fees are listed") == ("fees", "high")


def test_nothing_like_the_draft_is_no_match() -> None:
    assert select("Penguins swim underwater.") == (None, "none")


def followed(action: str, *reply: str) -> bool:
    facts = AnalysisFacts(situation=talk("x"), reply=reply, instructions=(Instruction(id="g", action=action),))
    return answer_analysis(facts)["checks"][0]["followed"]


def test_what_the_reply_does_counts_as_followed() -> None:
    assert followed("Greet them", "Hello there!")
    assert followed("Ask for their claim ID", "What is the id of your claim?")
    assert followed("Explain that we offer full refunds within 30 days", "We give a full refund within 30 days.")
    assert followed("Never repeat card numbers", "Thank you, that is noted.")


def test_what_the_reply_leaves_out_does_not() -> None:
    assert not followed("Ask for their claim ID", "Your claim ID is noted.")
    assert not followed("Offer a premium support plan", "What is your name?")
    assert not followed("Never repeat card numbers", "Your card is 4111 1111 1111 1111.")
    assert not followed("Greet them and ask for their order number", "Hello there!")
    assert not followed("Greet them")


@pytest.mark.parametrize(
    "action", ["Ask when the incident occurred", "Thank them", "Offer a drink and ask for their name"]
)
def test_its_own_draft_follows_its_instruction(action: str) -> None:
    assert followed(action, message(talk("Well"), action))


def test_what_was_looked_up_is_reported_where_a_report_is_wanted() -> None:
    looked_up = Retrieved(retriever="shelf", result=RetrieverResult(["Ferns like shade"]))
    situation = talk("What do ferns like?", retrieved=(looked_up, Retrieved(retriever="empty")))
    assert message(situation, "Tell them what the books say") == "Here is what I found: Ferns like shade."
    assert "Ferns" not in message(situation, "Say that the shop is closed")


def test_a_date_that_was_acted_on_is_not_asked_to_be_confirmed() -> None:
    action = "Ask them to confirm the order"
    chosen = talk("On 5 May 2026", "agent: And how many?", "Two pots").conversation
    assert "5 May 2026" in message(replace(talk(), conversation=chosen), action)
    checked = Line(speaker="tool", text="", call=call("check_in", {"done": True}))
    registered = Line(speaker="tool", text="", call=call("register_guest", {"done": True}))
    assert "5 May" in message(replace(talk(), conversation=(chosen[0], checked, *chosen[1:])), action)
    assert "5 May" not in message(replace(talk(), conversation=(chosen[0], registered, *chosen[1:])), action)
