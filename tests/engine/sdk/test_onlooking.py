"""Looking on from outside: a judge and a customer who is played see a session as it is theirs to see."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask


@p.tool
async def find_order(context: p.ToolContext) -> p.ToolResult:
    """Look up the order."""
    return p.ToolResult({"state": "packed"})


async def talk() -> tuple[p.Session, p.AgentDefinition]:
    """A session in which a card number was said and a tool called."""
    async with p.Server(model="offline") as server:
        agent = await server.create_agent(
            name="Ada", description="Sells shoes with care.", sensitive={"card": r"\d{4}-\d{4}"}
        )
        await agent.create_guideline("the customer asks about the order", "tell its state", tools=[find_order])
        session = agent.create_session("jo")
        await session.say("My card is 1111-2222. I want to ask about the order.")
        return session.session, server.build(agent).definition


def asked(look: Callable[[p.Session, p.AgentDefinition, p.ScriptedModel], Any], answer: dict[str, Any]) -> Ask:
    """The ask that is put by whoever looks on."""

    async def run() -> Ask:
        model = p.scripted(lambda ask: answer)
        await look(*await talk(), model)
        return model.asked[0]

    return asyncio.run(run())


def test_a_judge_sees_the_agent_and_what_tools_gave_and_no_sensitive_value() -> None:
    def look(session: p.Session, agent: p.AgentDefinition, model: p.ScriptedModel) -> Any:
        return p.judge_reply(session, agent, criterion="hides 1111-2222", reply=(), llm=model, ask_id="1")

    prompt = asked(look, {"quotes": ["packed"], "reason": "So it is.", "verdict": "met"}).prompt
    assert "Sells shoes with care." in prompt
    assert 'tool: find_order {} gave {"state":"packed"}' in prompt
    assert "hides ⟦card 1⟧" in prompt
    assert "customer: My card is ⟦card 1⟧." in prompt
    assert "1111-2222" not in prompt


def test_a_customer_sees_what_was_said_and_neither_tools_nor_what_the_agent_is_told() -> None:
    def look(session: p.Session, agent: p.AgentDefinition, model: p.ScriptedModel) -> Any:
        wish = p.Wish(goal="know where the order is", knows={"card": "3333-4444"})
        return p.next_of_customer(session, agent, wish=wish, llm=model, ask_id="1")

    prompt = asked(look, {"reason": "It was told.", "goal": "reached", "message": None}).prompt
    assert "Goal: know where the order is" in prompt
    assert '- card: "⟦card 2⟧"' in prompt
    for hidden in ("1111-2222", "3333-4444", "find_order", "Sells shoes with care."):
        assert hidden not in prompt


def test_a_judge_whose_answers_stay_unacceptable_is_undecided() -> None:
    def look(session: p.Session, agent: p.AgentDefinition, model: p.ScriptedModel) -> Any:
        return p.judge_reply(session, agent, criterion="is kind", reply=(), llm=model, ask_id="1")

    with pytest.raises(p.StillUndecidedError, match="the reason is empty"):
        asked(look, {"quotes": [], "reason": "", "verdict": "met"})
