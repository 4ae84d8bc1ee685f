"""Agent.current, Customer.current, Session.current, Server.current: who takes part in the turn being played."""

import asyncio
from dataclasses import replace

import pytest

import understudy.engine as p

from ..worlds import matching, scripted_model


def names() -> tuple[str, str, str, bool]:
    return (p.Agent.current.name, p.Customer.current.name, p.Session.current.id, p.Server.current is not None)


async def test_tools_matchers_handlers_and_providers_know_who_takes_part() -> None:
    seen: dict[str, tuple[str, str, str, bool]] = {}

    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        seen["tool"] = names()
        return p.ToolResult("looked")

    @p.tool
    def look_in_a_thread(context: p.ToolContext) -> p.ToolResult:
        seen["thread"] = names()
        return p.ToolResult("looked")

    async def matches(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        seen["matcher"] = names()
        return p.GuidelineMatch(matched=True)

    async def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        seen["handler"] = names()

    async def provider(context: p.EngineContext) -> dict[str, str]:
        seen["provider"] = names()
        return {}

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Ada")
        await agent.create_guideline(
            action="look",
            tools=[look, look_in_a_thread],
            matcher=matches,
            on_selected=handler,
            canned_response_field_provider=provider,
        )
        customer = await server.create_customer("Jo")
        turn = await server.conversation(agent, customer=customer, session_id="s1").say("Hi")
    assert turn.trace.notes == ()
    assert seen == dict.fromkeys(("tool", "thread", "matcher", "handler", "provider"), ("Ada", "Jo", "s1", True))


@pytest.mark.parametrize("kind", [p.Agent, p.Customer, p.Session, p.Server])
async def test_outside_of_a_turn_there_is_no_current_one(kind: type) -> None:
    async with p.Server(model=scripted_model()) as server:
        await server.conversation(await server.create_agent("Ada")).say("Hi")
    with pytest.raises(p.NotOpenError, match=rf"{kind.__name__}\.current is known only while a turn is played: use it"):
        _ = kind.current


async def test_the_session_is_as_it_was_when_the_turn_began() -> None:
    seen: list[tuple[int, int]] = []

    async def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        seen.append((len(p.Session.current.events), len(context.session.events)))

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Ada")
        await agent.create_guideline(action="be kind", on_selected=handler)
        await server.conversation(agent).say("Hi", "there")
    ((began, now),) = seen
    assert began == 2
    assert now > began


async def test_two_conversations_at_once_do_not_see_each_other() -> None:
    seen: dict[str, str] = {}

    async def matches(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        await asyncio.sleep(0)
        seen[context.customer.id] = p.Customer.current.id
        return p.GuidelineMatch(matched=True)

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Ada")
        await agent.create_guideline(action="be kind", matcher=matches)
        talks = [server.conversation(agent, customer=name) for name in ("ann", "ben")]
        await asyncio.gather(*(talk.say("Hi") for talk in talks))
    assert seen == {"ann": "ann", "ben": "ben"}


async def test_what_is_not_known_in_a_turn_is_told_so() -> None:
    told: list[str] = []

    async def handler(context: p.EngineContext, match: p.GuidelineMatch) -> None:
        try:
            _ = p.Server.current
        except p.NotOpenError as error:
            told.append(str(error))

    async with p.Server(model=scripted_model(match=matching())) as server:
        agent = await server.create_agent("Ada")
        await agent.create_guideline(action="be kind", on_selected=handler)
        built = replace(server.build(agent), server=None)
        await p.open_conversation(built, llm=scripted_model()).say("Hi")
    assert told == ["Server.current is not known in this turn: the agent was not built on a server"]
