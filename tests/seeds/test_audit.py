"""The article of analysis: a tool that writes down the refund it issues, beside the engine's own record of it."""

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import understudy.engine as p

from ..engine.worlds import calling, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "003"


class Current:
    """A name for who takes part in the turn being played, as the article has it."""

    def __init__(self, of: Any) -> None:
        self._of = of

    @property
    def id(self) -> str:
        return self._of.current.id


class Kept:
    """An audit in memory."""

    def __init__(self) -> None:
        self.records: list[p.AuditRecord] = []

    async def append(self, records: Sequence[p.AuditRecord], /) -> None:
        self.records += records


@row("A21", 501, 514)
async def test_a_refund_is_written_down_by_its_tool_and_by_the_engine(snippet: Snippet) -> None:
    written: list[dict[str, Any]] = []
    around = {
        "parlant": p,
        "datetime": datetime,
        "audit_log": SimpleNamespace(record=written.append),
        "refund_system": SimpleNamespace(process=lambda order, amount: {"order": order, "refunded": amount}),
        "current_agent": Current(p.Agent),
        "current_session": Current(p.Session),
    }
    issue_refund = (await snippet.run(**around))["issue_refund"]
    audit = Kept()
    model = scripted_model(match=matching("refund"), tools=calling(issue_refund={"order_id": "A1", "amount": "12.5"}))
    async with p.Server(model=model, audit=audit) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("wants a refund", "issue it", id="refund", tools=[issue_refund])
        turn = await server.conversation(agent, session_id="s1").say("Refund 12.50 for A1")
    (theirs,) = written
    assert {key: value for key, value in theirs.items() if key != "timestamp"} == {
        "action": "refund_issued",
        "order_id": "A1",
        "amount": 12.5,
        "agent_id": "shop",
        "session_id": "s1",
    }
    (ours,) = [record for record in audit.records if record.kind == "tool_call"]
    assert (ours.agent, ours.session, ours.subject, ours.outcome) == ("shop", "s1", "issue_refund", "done")
    assert ours.detail["arguments"] == {"order_id": "A1", "amount": 12.5}
    assert datetime.fromisoformat(ours.at).tzinfo is not None
    assert turn.trace.calls[0].result.data == {"order": "A1", "refunded": 12.5}
