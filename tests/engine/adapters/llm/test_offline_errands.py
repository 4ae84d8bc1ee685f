"""Errands as ordinary customers run them, in charts such as people draw: wishes, places, dates, goodbyes."""

from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.offline.match import answer_match
from understudy.engine.adapters.llm.offline.tools import answer_tools
from understudy.engine.adapters.llm.offline.walker import walker
from understudy.engine.adapters.llm.offline.way_conditions import holds
from understudy.engine.domain.facts import (
    GuidelineCandidate,
    JourneyView,
    MatchFacts,
    StateView,
    Step,
    ToolFacts,
    ToolOffer,
)
from understudy.engine.domain.tool import Parameter, Tool

from .worlds import call, talk


@pytest.mark.parametrize(
    ("condition", "said", "applies"),
    [
        ("The customer wants to book a court", "I need a court for tonight", True),
        ("The customer wants to book a court", "We're looking for an indoor court", True),
        ("The customer wants to buy a bicycle", "could I get a red bicycle", True),
        ("The customer wants to book a court", "I need to cancel my court", False),
        ("The customer wants to book a court", "I want my court moved", False),
        ("The customer wants to book a court", "I need help with the court", False),
        ("The customer wants to book a hotel room", "Hi, I'd like to make a reservation at the Lakeside Inn", True),
        ("The customer wants to book an appointment", "can I schedule an appt for Monday?", True),
    ],
)
def test_who_needs_a_thing_wants_to_do_what_one_does_to_have_it(condition: str, said: str, applies: bool):
    candidate = GuidelineCandidate(id="it", kind="observation", condition=condition)
    answer: Any = answer_match(MatchFacts(situation=talk(f"customer: {said}"), candidates=(candidate,)))
    assert answer["checks"][0]["applies"] is applies


def arguments(parameters: tuple[Parameter, ...], *lines: str) -> dict[str, str | None]:
    offer = ToolOffer(tool=Tool(id="act", parameters=parameters), reasons=("it helps",))
    answer: Any = answer_tools(ToolFacts(situation=talk(*lines), offers=(offer,)))
    return {item["name"]: item["value"] for item in answer["tools"][0]["calls"][0]["arguments"]}


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("from the station to Elm Street please", "station", "Elm Street"),
        ("I'm going to the airport from 5th and Oak", "5th and Oak", "airport"),
        ("take me to Rose and Crown, from Mill Lane", "Mill Lane", "Rose and Crown"),
    ],
)
def test_the_two_ends_of_a_way_are_not_taken_for_each_other(said: str, start: str, end: str):
    ends = (Parameter(name="DepartureLocation", type="string"), Parameter(name="ArrivalLocation", type="string"))
    assert arguments(ends, f"customer: {said}") == {"DepartureLocation": start, "ArrivalLocation": end}


DAYS = tuple(f"{day}th" for day in range(4, 21))
STAY = tuple(Parameter(name=name, type="enum", choices=DAYS) for name in ("first_night", "last_night"))


@pytest.mark.parametrize(
    ("lines", "nights"),
    [
        (("customer: from the 5th to the 9th",), ("5th", "9th")),
        (("customer: from the 5th", "agent: Until when?", "customer: the 9th"), ("5th", "9th")),
        (("customer: from the 5th", "agent: Until when?", "customer: hm, let me see"), ("5th", None)),
        (
            ("customer: from the 5th to the 9th", "agent: We are full.", "customer: then the 12th till the 15th"),
            ("12th", "15th"),
        ),
        (("customer: the 5th to the 9th", "agent: All right.", "customer: sorry, the 10th I meant"), ("5th", "10th")),
    ],
)
def test_two_parameters_with_the_same_choices_take_them_in_turn(lines: tuple[str, ...], nights: tuple[str, ...]):
    assert tuple(arguments(STAY, *lines).values()) == nights


def way(condition: str, *others: str, lines: tuple[str, ...], result: Any = None, action: str = "") -> bool:
    """Whether a way is open from a tool state after a result, or from a chat state after what was said."""
    steps = tuple(Step(target=text, conditions=(text,)) for text in (condition, *others))
    state = (
        StateView(id="here", kind="chat", action=action)
        if action
        else StateView(id="here", kind="tool", tools=("check",))
    )
    calls = () if action else (call("check", result),)
    view = JourneyView(
        id="j", title="Errand", description="", current="here", states=(state,), steps=steps, visited=(), path=("here",)
    )
    return holds(walker(talk(*lines, calls=calls), view), condition, step=steps[0]).holds


FREE, TAKEN = "The tool says that the court is free", "The tool says that somebody else has the court at that time"
AGAIN = "The customer wants to try another court, day or time"
ASKED = ("customer: I need a court", "agent: At what time?", "customer: at 6 pm, I hope the court is free")


@pytest.mark.parametrize(
    ("message", "free"),
    [
        ("The court is free.", True),
        ("Somebody else has booked the court at that time. Try another day, time or court.", False),
    ],
)
def test_a_tool_that_suggests_something_is_not_taken_for_the_customer_who_wants_it(message: str, free: bool):
    assert way(FREE, TAKEN, AGAIN, lines=ASKED, result={"message": message}) is free
    assert way(TAKEN, FREE, AGAIN, lines=ASKED, result={"message": message}) is not free


def test_what_a_tool_says_is_not_heard_in_what_the_customer_says():
    assert not way(TAKEN, lines=ASKED, result={"slot": 6})


@pytest.mark.parametrize(("word", "free"), [("Available", True), ("Unavailable", False), ("not possible", False)])
def test_a_result_of_one_word_that_turns_down_is_no_success(word: str, free: bool):
    result = {"court_name": "Court 3", "status": word}
    assert way("The tool says that the court is available", lines=ASKED, result=result) is free


@pytest.mark.parametrize(
    ("condition", "said", "is_open"),
    [
        ("The customer does not want to try again", "Oh no, it never let me down, can you look again?", False),
        ("The customer does not want to try again", "No, I'd rather not", True),
        ("The customer does not want to try again", "never mind", True),
        ("The customer asks who the trainer is before deciding", "Who is the trainer?", True),
        ("The customer asks who the trainer is before deciding", "I have decided", False),
        ("The customer does not ask about the trainer", "Thank you so much.", True),
    ],
)
def test_ways_of_a_chat_state_are_open_for_what_was_said_now(condition: str, said: str, is_open: bool):
    lines = ("customer: Who is the trainer at noon?", "agent: It is full, try another time?", f"customer: {said}")
    assert way(condition, lines=lines, action="Say that it is full and offer to try another time") is is_open


async def court() -> p.Agent:
    """An agent with a chart from a wish to a goodbye."""
    agent = p.Agent("Desk", "Books tennis courts", model="offline")
    journey = await agent.create_journey("Book a court", "", triggers=["The customer wants to book a court"])
    asked = await journey.initial_state.transition_to(chat_state="Ask for the day", id="day")
    extra = await asked.target.transition_to(chat_state="Ask whether there is a special request", id="extra")
    done = await extra.target.transition_to(chat_state="Confirm that the court is booked", id="done")
    more = await done.target.transition_to(chat_state="Ask whether the customer needs anything else", id="more")
    await more.target.transition_to(chat_state="Say goodbye", id="bye", condition="The customer needs nothing else")
    await more.target.transition_to(state=asked.target, condition="The customer wants another court")
    return agent


async def played(*lines: str) -> list[str | None]:
    """The states in which the journey stood or into which it went, turn by turn."""
    talk = (await court()).create_session()
    turns = [await talk.say(line) for line in lines]
    return [next((move.target for move in turn.trace.moves if move.target), None) for turn in turns]


@pytest.mark.parametrize("answer", ["No special requests", "no, thanks", "We need two rackets", "yes"])
async def test_whatever_is_said_to_the_question_if_there_is_a_request_answers_it(answer: str):
    assert await played("I need a court", "Friday", answer) == ["day", "extra", "done"]


@pytest.mark.parametrize("parting", ["Great, bye!", "That's all, thank you", "Thank you, have a nice day!"])
async def test_who_takes_leave_is_not_asked_for_anything_else(parting: str):
    assert (await played("I need a court", "Friday", "no", parting))[-1] == "bye"


@pytest.mark.parametrize("more", ["Thanks!", "Great"])
async def test_who_only_thanks_is_asked_for_anything_else(more: str):
    assert (await played("I need a court", "Friday", "no", more))[-1] == "more"


async def test_actually_yes_is_no_no_to_anything_else():
    said = "Actually, now that I think of it, I want another court for my son"
    assert (await played("I need a court", "Friday", "no", "ok", said))[-1] != "bye"


@pytest.mark.parametrize("said", ["Sweet. Yes please, book it", "Oh great! Yes", "That sounds good, it is never wrong"])
async def test_a_yes_may_follow_an_exclamation_and_what_is_never_wrong_is_no_refusal(said: str):
    agent = p.Agent("Desk", "Books tennis courts", model="offline")
    journey = await agent.create_journey("Book a court", "", triggers=["The customer wants to book a court"])
    sure = await journey.initial_state.transition_to(chat_state="Ask whether to book it", id="sure")
    await sure.target.transition_to(chat_state="Say that it is booked", id="booked", condition="The customer wants it")
    await sure.target.transition_to(chat_state="Offer another", id="other", condition="The customer does not want it")
    talk = agent.create_session()
    await talk.say("I need a court")
    turn = await talk.say(said)
    assert [move.target for move in turn.trace.moves][:1] == ["booked"]
