"""What went wrong with turns in the system we succeed, as its users saw it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p

from .worlds import calling, matching, scripted_model

PROGRAM = """
import asyncio
import understudy.engine as p
from tests.engine.worlds import calling, matching, moving, now_answering, scripted_model

@p.tool
async def look(context: p.ToolContext, thing: str) -> p.ToolResult:
    return p.ToolResult({"thing": thing})

@p.tool
async def count(context: p.ToolContext, thing: str) -> p.ToolResult:
    return p.ToolResult(3)

NAMES = ("pear", "fig", "plum", "lime", "kiwi", "date")

async def fruit_shop(server):
    tags = [await server.create_tag(name) for name in ("sweet", "sour", "ripe")]
    agent = await server.create_agent("Shop", tags=tags, composition_mode=p.CompositionMode.COMPOSITED)
    for name in NAMES:
        await agent.create_guideline(f"asks for a {name}", f"sell a {name}", id=name, tags=tags, tools=[look, count])
        await server.create_term(name=name, description="a fruit", synonyms=[f"{name}s"], tags=tags)
        await agent.create_canned_response(f"Here is your {name}.", id=f"here-{name}")
        await agent.create_variable(name=f"price of {name}", description="in cents")
        journey = await agent.create_journey(f"Basket of {name}", triggers=[f"wants many of {name}"], id=f"many-{name}")
        await journey.initial_state.transition_to(chat_state=f"Ask how many of {name}", id="ask")
    fig, sour = await agent.get_guideline("fig"), tags[1]
    await (await agent.get_guideline("pear")).prioritize_over(fig)
    await agent.create_guideline("is in a hurry", "be quick", id="quick", dependencies=[p.AnyOf(sour)])
    return agent

async def main():
    both = matching("quick", *NAMES, "wants-many-of-lime", "wants-many-of-kiwi")
    model = scripted_model(
        match=both, tools=calling(look={"thing": "a fig"}, count={"thing": "a plum"}),
        journey=moving(many_lime=("advance", "ask"), many_kiwi=("advance", "ask")),
        recompose={"reason": "as scripted", "message": "Here you are."},
    )
    async with p.Server(model=model) as server:
        talk = server.conversation(await fruit_shop(server))
        first = await talk.say("A pear, figs and a basket of limes and kiwis, quickly")
        now_answering(model, journey=moving(many_lime=("stay", None), many_kiwi=("stay", None)))
        second = await talk.say("And a plum")
    for turn in (first, second):
        print(turn.trace.failure, turn.fired, turn.dropped, turn.journeys, turn.tool_calls)
    for ask in model.asked:
        print(ask.id, ask.prompt)

asyncio.run(main())
"""


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_a_conversation_has_the_same_prompts_in_the_same_order_in_every_process(hashing: str):
    root = Path(__file__).parents[2]
    said, again = (
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for seed in ("0", hashing)
    )
    assert said.count("## Task") > 5
    assert "'look', 'count'" in said
    assert said == again


@p.tool
async def call_a_person(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("on their way", control={"mode": "manual"})


@p.tool
async def note_it(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("noted")


@p.tool
async def keep_it(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("kept", control={"mode": "auto"})


@pytest.mark.parametrize(
    ("later", "mode"), [(note_it, p.SessionMode.MANUAL), (keep_it, p.SessionMode.AUTO)], ids=["says nothing", "says no"]
)
async def test_a_customer_who_was_promised_a_person_gets_one_unless_a_later_tool_expressly_says_no(
    later: Any, mode: p.SessionMode
):
    async with p.Server(model=scripted_model(match=matching("upset", "told"))) as server:
        agent = await server.create_agent("Clinic")
        await agent.create_guideline("is upset", "call a person", id="upset", tools=[call_a_person])
        told = await agent.create_guideline("was told that one comes", "write it down", id="told", tools=[later])
        await told.reevaluate_after(call_a_person)
        talk = server.conversation(agent)
        turn = await talk.say("This is outrageous")
    assert turn.tool_calls[0] == "call_a_person"
    assert turn.tool_calls[-1] in ("note_it", "keep_it")
    assert talk.session.mode is mode


async def test_what_a_tool_found_is_not_put_down_as_something_the_agent_said():
    async with p.Server(model=scripted_model(match=matching("note"), tools=calling())) as server:
        agent = await server.create_agent("Clinic")
        await agent.create_guideline("tells something", "note it", id="note", tools=[note_it])
        talk = server.conversation(agent)
        await talk.say("I am allergic to nuts")
    assert [event.source for event in talk.events(kinds=["tool"])] == ["system"]
    assert [event.text for event in talk.events(source="agent", kinds=["message"])] == ["All right."]


async def test_a_front_end_is_not_told_that_a_journey_goes_on_whose_condition_fails():
    async with p.Server(model=scripted_model(match=matching("wants-a-visit"))) as server:
        agent = await server.create_agent("Clinic")
        member = await agent.create_observation("is a member", id="member")
        journey = await agent.create_journey(
            "Visit", triggers=["wants a visit"], id="visit", dependencies=[member], labels=["visiting"]
        )
        await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        talk = server.conversation(agent)
        turn = await talk.say("A visit please")
    (ready,) = [event for event in talk.events(kinds=["status"]) if event.word == "ready:completed"]
    assert turn.journeys == {}
    assert (ready.data["journeys"], ready.data["states"]) == ([], [])
    assert talk.session.labels == ()


async def test_a_tool_that_follows_a_tool_in_a_journey_still_has_its_instruction():
    @p.tool
    async def find_days(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(["Monday"])

    @p.tool
    async def book(context: p.ToolContext, day: str) -> p.ToolResult:
        return p.ToolResult(day)

    model = scripted_model(match=matching("wants-a-visit"), tools=calling(book={"day": "Monday"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"], id="visit")
        found = await journey.initial_state.transition_to(tool_state=find_days, tool_instruction="Look the days up")
        booked = await found.transition_to(tool_state=book, tool_instruction="Book the very first of them")
        await booked.transition_to(chat_state="Tell the day", id="tell")
        turn = await server.conversation(agent).say("A visit please")
    assert turn.tool_calls == ("find_days", "book")
    asked = next(ask for ask in model.asked if ask.decision == "tools")
    assert "Book the very first of them" in asked.prompt
