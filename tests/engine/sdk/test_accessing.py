"""What tools reach beside their context."""

import logging

import pytest

import understudy.engine as p

from ..worlds import scripted_model


async def test_a_tool_reaches_its_server_the_conversation_and_the_log(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[object] = []

    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        reach = p.ToolContextAccessor(context)
        last = reach.current_interaction.last_customer_message
        seen.extend([reach.server, last.text if last else None])
        reach.logger.info("looked around")
        return p.ToolResult("looked")

    caplog.set_level(logging.INFO, logger="understudy")
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="look around", tools=[look])
        await server.conversation(agent).say("Where are you?")
    assert seen == [server, "Where are you?"]
    (line,) = [record for record in caplog.records if "looked around" in record.getMessage()]
    assert vars(line)["trace_id"] == "session/1"


def test_outside_of_a_turn_there_is_no_server() -> None:
    with pytest.raises(p.NotOpenError, match="known only to tools that run in this process"):
        _ = p.ToolContextAccessor(p.ToolContext()).server
