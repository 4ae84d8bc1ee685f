"""Where the offline model lets journeys go."""

from dataclasses import replace

import pytest

from understudy.engine.adapters.llm.offline.journey import answer_journey
from understudy.engine.domain.facts import JourneyFacts, JourneyView, Line, StateView, Step

from .worlds import call, talk

STATES = (
    StateView(id="root", kind="initial"),
    StateView(id="ask-type", kind="chat", action="Ask what type of claim they want to file (medical, dental, etc.)"),
    StateView(id="ask-when", kind="chat", action="Ask when the incident occurred"),
    StateView(id="ask-story", kind="chat", action="Ask for a brief description of what happened"),
    StateView(id="file", kind="tool", tools=("file_claim",)),
    StateView(id="done", kind="chat", action="Confirm claim was filed and provide next steps"),
    StateView(id="sorry", kind="chat", action="Apologize that the claim could not be filed"),
)
ORDER = ("ask-type", "ask-when", "ask-story")


def claim(current: str, **more) -> JourneyView:
    """The claim journey in one of its states, as its graph would show it."""
    at = ORDER.index(current) + 1 if current in ORDER else 0
    chats = [Step(target=state, via=ORDER[at:place]) for place, state in enumerate(ORDER) if place >= at]
    steps = (*chats, Step(target="file", via=ORDER[at:], conditions=("All required information has been collected",)))
    settings = {"steps": steps, "visited": ORDER[: max(at - 1, 0)], "path": ORDER[:at]} | more
    return JourneyView(id="claim", title="File a claim", description="", current=current, states=STATES, **settings)


def decide(view: JourneyView, situation) -> tuple[str, str | None]:
    step = answer_journey(JourneyFacts(situation=situation, journeys=(view,)))["steps"][0]
    return step["move"], step["target"]


def entered(message: str) -> tuple[str, str | None]:
    return decide(claim("root", entered_now=True, may_stay=False), talk(message))


def test_a_journey_begins_with_its_first_state() -> None:
    assert entered("I want to file a claim") == ("advance", "ask-type")


def test_what_was_volunteered_is_skipped() -> None:
    assert entered("I want to file a dental claim") == ("advance", "ask-when")
    assert entered("I want to file a dental claim for what happened yesterday") == ("advance", "ask-story")


def test_a_later_answer_does_not_skip_an_earlier_question() -> None:
    assert entered("I want to file a claim for yesterday") == ("advance", "ask-type")


def test_an_answer_leads_on() -> None:
    said = talk("I want to file a claim", "agent: What type of claim is it?", "dental")
    assert decide(claim("ask-type"), said) == ("advance", "ask-when")
    said = talk("I want to file a claim", "agent: What type of claim is it?", "It's for my windscreen")
    assert decide(claim("ask-type"), said) == ("advance", "ask-when")


def test_an_answer_that_says_more_leads_further() -> None:
    said = talk("I want to file a claim", "agent: What type of claim is it?", "medical, it was on March 3rd")
    assert decide(claim("ask-type"), said) == ("advance", "ask-story")


def test_the_last_answer_completes_what_is_required() -> None:
    said = talk("dental claim", "agent: When?", "yesterday", "agent: What happened?", "I broke a tooth on a nut")
    assert decide(claim("ask-story"), said) == ("advance", "file")


@pytest.mark.parametrize(
    "message", ["Do you take Acme insurance?", "What do you need that for?", "Hello?", "ok thanks"]
)
def test_a_digression_stays(message: str) -> None:
    said = talk("I want to file a claim", "agent: When did it happen?", message)
    assert decide(claim("ask-when"), said) == ("stay", None)


def test_an_answer_of_another_type_stays() -> None:
    said = talk("I want to file a claim", "agent: When did it happen?", "my dog was there")
    assert decide(claim("ask-when"), said) == ("stay", None)


@pytest.mark.parametrize("message", ["Never mind", "forget it", "I don't want to file a claim any more"])
def test_giving_up_leaves(message: str) -> None:
    said = talk("I want to file a claim", "agent: When did it happen?", message)
    assert decide(claim("ask-when"), said) == ("leave", None)


def test_a_correction_goes_back_to_what_it_corrects() -> None:
    said = talk(
        "a dental claim", "agent: When?", "yesterday", "agent: What happened?", "Actually the date was March 3rd"
    )
    assert decide(claim("ask-story", visited=("ask-type", "ask-when")), said) == ("backtrack", "ask-when")
    said = talk("a dental claim", "agent: When did it happen?", "Sorry, I meant a medical claim, change that")
    assert decide(claim("ask-when", visited=("ask-type",)), said) == ("backtrack", "ask-type")


def test_going_back_without_saying_to_what_goes_one_back() -> None:
    said = talk("dental", "agent: When?", "yesterday", "agent: What happened?", "can we go back please")
    assert decide(claim("ask-story", visited=("ask-type", "ask-when")), said) == ("backtrack", "ask-when")


def test_a_run_that_is_over_is_taken_up_again_for_another() -> None:
    said = talk("claim", "agent: Filed. Anything else?", "I want to file another claim")
    view = claim("root", over=True, visited=ORDER, starts=(Step(target="ask-type"),), entered_now=True, may_stay=False)
    assert decide(view, said) == ("restart", "ask-type")


def test_a_run_that_is_over_stays_over() -> None:
    said = talk("claim", "agent: Filed. Anything else?", "No, thanks")
    assert decide(claim("root", over=True, visited=ORDER), said) == ("stay", None)


def test_another_one_in_the_middle_begins_from_the_first_state() -> None:
    said = talk("claim", "agent: When did it happen?", "Wait, I need another claim first, let's start over")
    view = claim("ask-when", visited=("ask-type",), starts=(Step(target="ask-type"), Step(target="ask-when")))
    assert decide(view, said) == ("restart", "ask-type")


def after_tool(situation, **more) -> tuple[str, str | None]:
    steps = (
        Step(target="done", conditions=("The claim was filed successfully",)),
        Step(target="sorry", conditions=("The claim could not be filed",)),
    )
    return decide(claim("file", steps=steps, visited=ORDER, may_stay=False, **more), situation)


def test_a_tools_result_chooses_the_way() -> None:
    good = talk("it broke", calls=(call("file_claim", {"claim_id": "CLM-1", "filed": True}),))
    bad = talk("it broke", calls=(call("file_claim", error="timed out"),))
    refused = talk("it broke", calls=(call("file_claim", {"filed": False}),))
    assert after_tool(good) == ("advance", "done")
    assert after_tool(bad) == ("advance", "sorry")
    assert after_tool(refused) == ("advance", "sorry")


def test_lists_that_are_empty_are_nothing_found() -> None:
    steps = (
        Step(target="done", conditions=("Flights are available",)),
        Step(target="sorry", conditions=("No flights are available",)),
    )
    view = claim("file", steps=steps, may_stay=False)
    assert decide(view, talk("Rome", calls=(call("find", {"flights": ["9:00"]}),))) == ("advance", "done")
    assert decide(view, talk("Rome", calls=(call("find", {"flights": []}),))) == ("advance", "sorry")


def test_a_number_in_a_result_is_compared() -> None:
    steps = (
        Step(target="done", conditions=("The balance is at least 100",)),
        Step(target="sorry", conditions=("The balance is below 100",)),
    )
    view = claim("file", steps=steps, may_stay=False)
    assert decide(view, talk("go", calls=(call("check", {"balance": 250}),))) == ("advance", "done")
    assert decide(view, talk("go", calls=(call("check", {"balance": 20}),))) == ("advance", "sorry")


OUTCOMES = (
    Step(target="done", conditions=("The renewal was requested",)),
    Step(target="ask-when", conditions=("The renewal was refused",)),
    Step(target="sorry", conditions=("The request failed",)),
)


@pytest.mark.parametrize(
    ("result", "target"),
    [
        ({"data": {"renewal": "requested", "medicine": "x"}}, "done"),
        ({"data": {"renewal": "refused", "reason": "too long ago"}}, "ask-when"),
        ({"error": "the date lies in the future"}, "sorry"),
    ],
)
def test_an_outcome_in_words_is_told_from_a_refusal_and_a_failure(result: dict, target: str) -> None:
    view = claim("file", steps=OUTCOMES, may_stay=False)
    assert decide(view, talk("go", calls=(call("renew", **result),))) == ("advance", target)


def test_after_a_tool_nothing_is_skipped_that_its_result_gives_rise_to_ask() -> None:
    steps = (
        Step(target="ask-when", conditions=("The claim could not be filed",)),
        Step(target="file", via=("ask-when",), conditions=("The claim could not be filed", "The customer gave a date")),
    )
    said = talk("it happened on 2026-02-03", calls=(call("file_claim", error="the date is wrong"),))
    assert decide(claim("file", steps=steps, may_stay=False), said) == ("advance", "ask-when")


BOOKING = (
    StateView(id="fork", kind="fork"),
    StateView(id="list", kind="chat", action="List available times and ask which works for them"),
    StateView(id="confirm", kind="chat", action="Confirm the details with the patient before scheduling"),
    StateView(id="book", kind="tool", tools=("book",)),
    StateView(id="later", kind="chat", action="Ask whether they want to be called when there are new times"),
)


def booking(current: str, *steps: Step, visited=()) -> JourneyView:
    return JourneyView(
        id="booking",
        title="Booking",
        description="",
        current=current,
        path=(*visited, current),
        states=BOOKING,
        steps=steps,
        visited=visited,
    )


PICKED = booking(
    "list",
    Step(target="confirm", conditions=("The patient picks a time",)),
    Step(target="later", conditions=("None of the times work for the patient",)),
)
OFFERED = "agent: I have Monday 10 AM and Tuesday 2 PM. Which works for you?"


@pytest.mark.parametrize("message", ["Tuesday 2 PM please", "the second one", "2pm is fine", "Monday"])
def test_picking_a_time_leads_to_its_confirmation(message: str) -> None:
    assert decide(PICKED, talk("my knee hurts", OFFERED, message)) == ("advance", "confirm")


def test_no_time_that_works_leads_elsewhere() -> None:
    assert decide(PICKED, talk("my knee hurts", OFFERED, "None of these times work for me")) == ("advance", "later")


def test_a_question_about_something_else_picks_nothing() -> None:
    assert decide(PICKED, talk("my knee hurts", OFFERED, "Do you take Acme insurance?")) == ("stay", None)


CONFIRMED = booking("confirm", Step(target="book", conditions=("The patient confirms the details",)), visited=("list",))


@pytest.mark.parametrize("message", ["Yes", "That's right, go ahead", "sounds good", "Yes, that is correct"])
def test_a_confirmation_leads_on(message: str) -> None:
    assert decide(CONFIRMED, talk("Tuesday", "agent: Tuesday 2 PM, is that right?", message)) == ("advance", "book")


def test_changing_ones_mind_at_the_confirmation_goes_back_to_the_choice() -> None:
    said = talk("Tuesday", "agent: Tuesday 2 PM, is that right?", "No, actually Monday would be better")
    assert decide(CONFIRMED, said) == ("backtrack", "list")


def test_a_plain_no_at_the_confirmation_does_not_book() -> None:
    assert decide(CONFIRMED, talk("Tuesday", "agent: Tuesday 2 PM, is that right?", "No")) == ("stay", None)


def test_a_yes_or_no_decides_between_what_the_question_was_about() -> None:
    licence = StateView(id="licence", kind="chat", action="Do you hold a valid driving licence?")
    steps = (
        Step(target="day", conditions=("The customer has a licence",)),
        Step(target="bye", conditions=("The customer has no licence",)),
    )
    view = JourneyView(
        id="x", title="X", description="", current="licence", path=("licence",), states=(licence,), steps=steps
    )
    assert decide(view, talk("a drive", "agent: Do you hold a valid driving licence?", "Yes")) == ("advance", "day")
    assert decide(view, talk("a drive", "agent: Do you hold a valid driving licence?", "No")) == ("advance", "bye")


def test_a_fork_is_decided_by_what_was_said() -> None:
    view = booking(
        "list",
        Step(target="confirm", via=("fork",), conditions=("The issue is billing-related",)),
        Step(target="later", via=("fork",), conditions=("The issue is technical",)),
        Step(target="book", via=("fork",), conditions=("Otherwise",)),
    )
    assert decide(view, talk("agent: What is it about?", "there is a wrong charge on my bill"))[1] == "confirm"
    assert decide(view, talk("agent: What is it about?", "It's a technical thing"))[1] == "later"


def test_where_nothing_may_stay_the_likeliest_way_is_taken_or_the_journey_is_left() -> None:
    stuck = JourneyView(
        id="x", title="X", description="", current="list", path=("list",), states=BOOKING, steps=(), may_stay=False
    )
    assert decide(stuck, talk("hm")) == ("leave", None)


def test_after_going_back_what_was_answered_since_is_not_asked_again() -> None:
    back = claim("ask-type", path=("ask-type", "ask-when", "ask-story", "ask-type"), visited=("ask-when", "ask-story"))
    said = talk(
        "I want to file a claim",
        "agent: What type of claim is it?",
        "dental",
        "agent: When did it happen?",
        "on March 3rd",
        "agent: What happened?",
        "sorry, the type is wrong",
        "agent: What type of claim is it?",
        "medical",
    )
    assert decide(back, said) == ("advance", "ask-story")


def test_a_result_that_says_refused_is_no_success() -> None:
    ways = (
        Step(target="done", conditions=("The claim was filed",)),
        Step(target="sorry", conditions=("The claim was refused",)),
    )
    view = claim("file", steps=ways, may_stay=False)
    refused = talk("a dental claim", calls=(call("file_claim", {"status": "refused", "reason": "it is too old"}),))
    filed = talk("a dental claim", calls=(call("file_claim", {"status": "filed", "claim_number": "C-1"}),))
    assert decide(view, refused) == ("advance", "sorry")
    assert decide(view, filed) == ("advance", "done")


@pytest.mark.parametrize(
    ("message", "move"),
    [
        ("sorry, I made a mistake, it is a medical claim", ("advance", "ask-when")),
        ("wait, it is not about dental", ("stay", None)),
        ("actually, can I change the type?", ("stay", None)),
    ],
)
def test_a_correction_goes_on_only_with_a_new_answer(message: str, move: tuple[str, str | None]) -> None:
    said = talk("claim", "agent: What type is it?", "dental", "agent: What happened?", message)
    path = ("ask-type", "ask-when", "ask-story", "ask-type")
    assert decide(claim("ask-type", path=path, visited=(), went_back=True), said) == move


def test_a_field_that_names_the_condition_counts_before_a_word_that_only_differs() -> None:
    states = (
        StateView(id="look", kind="tool", tools=("look",)),
        StateView(id="offer", kind="chat", action="Offer it"),
        StateView(id="gone", kind="chat", action="Say that it is sold out"),
    )
    steps = (
        Step(target="offer", conditions=("The colour is in stock",)),
        Step(target="gone", conditions=("The colour is not in stock",)),
    )
    view = JourneyView(
        id="buy",
        title="Buy",
        description="",
        current="look",
        path=("look",),
        states=states,
        steps=steps,
        may_stay=False,
    )
    for there, target in ((True, "offer"), (False, "gone")):
        found = call("look", {"colour": "green", "in_stock": there})
        assert decide(view, talk("Green", calls=(found,))) == ("advance", target)


def test_an_answer_counts_before_what_a_tool_gave_back_a_turn_ago() -> None:
    states = (
        StateView(id="advise", kind="chat", action="Tell them the remedy and ask whether the leak is closed now"),
        StateView(id="glad", kind="chat", action="Say that you are glad"),
        StateView(id="visit", kind="chat", action="Offer a visit"),
    )
    steps = (
        Step(target="glad", conditions=("The leak is closed",)),
        Step(target="visit", conditions=("The leak is not closed",)),
    )
    view = JourneyView(
        id="leak", title="Leak", description="", current="advise", path=("advise",), states=states, steps=steps
    )
    found = Line(speaker="tool", text="", call=call("look", {"cause": "leak", "remedy": "Turn the valve"}))
    for said, target in (("Yes, it is", "glad"), ("No, it still drips", "visit")):
        lines = talk("The tap leaks", "agent: Turn the valve. Is the leak closed now?", said).conversation
        assert decide(view, replace(talk(), conversation=(lines[0], found, *lines[1:]))) == ("advance", target)
