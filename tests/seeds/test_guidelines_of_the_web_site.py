"""The web site's own guideline: an observation, and a rule of priority with a tool that depends on it."""

import pytest

import understudy.engine as p

from ..engine.worlds import calling, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "004"


@p.tool
async def find_order_by_id(context: p.ToolContext, order_id: str) -> p.ToolResult:
    """Look an order up."""
    return p.ToolResult({"order": order_id})


@row("W01", 33, 44, begins="# Create a hook")
@pytest.mark.parametrize(
    ("holds", "fired", "dropped"),
    [
        (
            ("refunds", "find", "chat"),
            ("refunds", "find"),
            {"chat": "outranked"},
        ),
        (("find", "chat"), ("chat",), {"find": "unmet_dependency"}),
        (("chat",), ("chat",), {}),
    ],
)
async def test_the_rule_holds_with_its_observation_never_without_and_shadows_the_rest(
    snippet: Snippet, holds: tuple[str, ...], fired: tuple[str, ...], dropped: dict[str, str]
) -> None:
    async with p.Server(model=(model := scripted_model(tools=calling(find_order_by_id={"order_id": "A1"})))) as server:
        agent = await server.create_agent("Shop")
        names = await snippet.run(p=p, agent=agent, find_order_by_id=find_order_by_id)
        ids = {"refunds": names["refunds"].id, "find": names["find_order_id"].id, "chat": "chat"}
        await agent.create_guideline("chats", "chat along", id="chat")
        model._answers["match"] = matching(*(ids[name] for name in holds))
        turn = await server.conversation(agent).say("My refund, please. A1")
    assert turn.fired == tuple(ids[name] for name in fired)
    assert turn.dropped == {ids[name]: reason for name, reason in dropped.items()}
    assert turn.tool_calls == (("find_order_by_id",) if "find" in fired else ())
