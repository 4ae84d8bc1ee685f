"""The engine's clock, as tools see it."""

from datetime import UTC, datetime

import understudy.engine as p

from .worlds import scripted_model


async def test_a_tool_is_told_what_the_conversations_clock_says() -> None:
    seen: list[datetime | None] = []

    @p.tool
    def look_at_the_clock(context: p.ToolContext) -> p.ToolResult:
        seen.append(context.now)
        return p.ToolResult("seen")

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline(action="tell the time", tools=[look_at_the_clock])
        await server.conversation(agent, now="2026-03-02T09:00:00+00:00").say("What time is it?")
    assert seen == [datetime(2026, 3, 2, 9, tzinfo=UTC)]
