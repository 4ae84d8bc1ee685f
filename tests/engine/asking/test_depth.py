"""How many asks wait for one another before the reply: where every ask takes one step and nothing else takes any."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import understudy.engine as p

from ..worlds import calling, matching, moving, saying, scripted_model
from .test_cost import workload

QUIET = 200
"""After so many rounds of the loop in which nobody asked, everybody who will ask before an answer comes has asked."""


class InSteps:
    """Answers all that is in flight at once, when nobody has anything left to do but to wait."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._waiting: list[asyncio.Event] = []
        self._stepping: asyncio.Task[None] | None = None
        self.steps: list[list[str]] = []
        """The decisions asked in each step."""

    async def ask(self, ask: Any, /) -> Any:
        answered = asyncio.Event()
        if not self._waiting:
            self.steps.append([])
            self._stepping = asyncio.ensure_future(self._step())
        self._waiting.append(answered)
        self.steps[-1].append(ask.decision)
        await answered.wait()
        return await self._model.ask(ask)

    async def _step(self) -> None:
        here, still = len(self._waiting), 0
        while still < QUIET:
            await asyncio.sleep(0)
            here, still = len(self._waiting), still + 1 if len(self._waiting) == here else 0
        answered, self._waiting = self._waiting, []
        for one in answered:
            one.set()

    def before_the_reply(self) -> list[list[str]]:
        """The steps of the last turn up to the draft, each with its decisions in alphabetical order."""
        steps = [sorted(step) for step in self.steps]
        return steps[: steps.index(["draft"]) + 1]


async def steps_of(
    draw: Callable[[p.Agent], Awaitable[None]], *said: str, **answers: Any
) -> tuple[list[list[str]], p.TurnResult]:
    """Play a conversation; how its last turn came to its reply, and that turn."""
    model = InSteps(scripted_model(**answers))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Desk")
        await draw(agent)
        talk = server.conversation(agent)
        for text in said:
            model.steps.clear()
            turn = await talk.say(text)
    assert turn.trace.failure is None
    return model.before_the_reply(), turn


@p.tool
async def find_slots(context: p.ToolContext, day: str) -> p.ToolResult:
    """Find free slots on a day."""
    return p.ToolResult({"slots": [9, 11]})


async def draw_desk(agent: p.Agent) -> None:
    await agent.create_guideline("slots matter", "name free slots", id="slots", tools=[find_slots])
    await agent.create_guideline("it rains", "mention umbrellas", id="rain")
    journey = await agent.create_journey("Visit", triggers=["the customer wants to book a visit"])
    why = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
    await why.transition_to(chat_state="Ask which day", id="day")
    await journey.create_guideline("the customer doubts", "reassure them", id="doubt")


TRIGGER = "the-customer-wants-to-book-a-visit"
STARTS = {"match": matching(TRIGGER), "journey": moving(visit=("advance", "why"))}


async def test_an_ordinary_turn_is_two_asks_deep():
    steps, _ = await steps_of(draw_desk, "Does it rain?", match=matching("rain"))
    assert steps == [["match"], ["draft"]]


async def test_a_turn_with_a_journey_under_way_is_two_asks_deep():
    def move(ask: Any) -> dict[str, Any]:
        return moving(visit=("advance", "why" if ask.facts.journeys[0].current == "root" else "day"))(ask)

    said = ("I want to book a visit", "My knee hurts")
    steps, turn = await steps_of(draw_desk, *said, match=matching(TRIGGER), journey=move)
    assert steps == [["journey", "match"], ["draft"]]
    assert turn.journeys == {"visit": "day"}


async def test_a_turn_with_a_round_of_tools_is_three_asks_deep():
    answers = {"match": matching("slots"), "tools": calling(find_slots={"day": "Monday"})}
    steps, turn = await steps_of(draw_desk, "Is there a slot on Monday?", **answers)
    assert steps == [["match"], ["tools"], ["draft"]]
    assert turn.tool_calls == ("find_slots",)


async def test_a_turn_that_starts_a_journey_is_two_asks_deep_if_the_start_was_likely():
    steps, turn = await steps_of(draw_desk, "I want to book a visit", **STARTS)
    assert steps == [["journey", "match", "match"], ["draft"]]
    assert turn.journeys == {"visit": "why"}


async def test_a_turn_that_starts_a_journey_and_calls_a_tool_is_three_asks_deep():
    answers = {**STARTS, "match": matching(TRIGGER, "slots"), "tools": calling(find_slots={"day": "Monday"})}
    steps, turn = await steps_of(draw_desk, "I want to book a visit on Monday", **answers)
    assert steps == [["journey", "match", "match"], ["tools"], ["draft"]]
    assert (turn.journeys, turn.tool_calls) == ({"visit": "why"}, ("find_slots",))


async def test_a_start_that_nothing_pointed_to_is_one_ask_deeper():
    steps, turn = await steps_of(draw_desk, "My knee hurts", **STARTS)
    assert steps == [["match"], ["journey", "match"], ["draft"]]
    assert turn.journeys == {"visit": "why"}


async def test_a_start_that_was_likely_and_did_not_come_waits_for_nobody():
    answers = {**STARTS, "match": matching("rain")}
    steps, turn = await steps_of(draw_desk, "Does it rain on a visit?", **answers)
    assert steps == [["journey", "match", "match"], ["draft"]]
    assert (turn.journeys, turn.fired) == ({}, ("rain",))


async def test_a_journey_that_can_begin_in_one_way_only_begins_unasked():
    async def draw(agent: p.Agent) -> None:
        journey = await agent.create_journey("Goodbye", triggers=["the customer says goodbye"])
        await journey.initial_state.transition_to(chat_state="Wish them well", id="wish")

    steps, turn = await steps_of(draw, "Goodbye", match=matching("the-customer-says-goodbye"), draft=saying("Farewell"))
    assert steps == [["match"], ["draft"]]
    assert turn.journeys == {"goodbye": "wish"}
    assert [(move.move, move.target, move.ask) for move in turn.trace.moves][:1] == [("started", "wish", None)]


@pytest.mark.parametrize("guidelines", [10, 20, 50])
async def test_every_turn_of_the_usual_workload_is_at_most_three_asks_deep(guidelines: int) -> None:
    source = workload()
    instant = source.InstantModel()
    model = InSteps(instant)
    depths: list[int] = []
    async with p.Server(model=model) as server:
        talk = server.conversation(await source.build(server, guidelines=guidelines))
        for number in range(1, 11):
            instant.turn = number
            model.steps.clear()
            await talk.say(source.said(number))
            depths.append(len(model.before_the_reply()))
    assert depths == [3 if number % 5 in source.TOOL_TURNS else 2 for number in range(1, 11)]
