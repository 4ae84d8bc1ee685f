"""Journeys as diagrams."""

import understudy.engine as p


async def test_a_journeys_diagram_shows_every_state_and_way_in_order():
    @p.tool
    async def find_slots(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult([])

    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        why = await journey.initial_state.transition_to(chat_state='Ask "why" & <when>', id="why")
        fork = await why.fork(id="which")
        found = await fork.transition_to(tool_state=find_slots, condition="it can wait")
        await found.transition_to(state=p.END_JOURNEY)
        await fork.transition_to(state=why, condition="it is unclear")
    assert journey.mermaid().splitlines() == [
        "flowchart TD",
        '    s0(["root"])',
        '    s1["why<br>Ask #quot;why#quot; #amp; #lt;when#gt;"]',
        '    s2{"which"}',
        '    s3[["find_slots"]]',
        '    s4(["end"])',
        "    s0 --> s1",
        "    s1 --> s2",
        '    s2 -->|"it can wait"| s3',
        "    s3 --> s4",
        '    s2 -->|"it is unclear"| s1',
    ]
