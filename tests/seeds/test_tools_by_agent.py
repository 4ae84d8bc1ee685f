"""The article's tools: without context or return type, returning plain values, and listed for whole agents."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

import understudy.engine as p

from ..engine.worlds import calling, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "003"


async def play(tool: Any, *, arguments: dict[str, str | None]) -> tuple[p.TurnResult, str]:
    """One turn in which a guideline brings the tool and a model calls it so; and what the reply was made from."""
    model = scripted_model(match=matching("go"), tools=calling(**{tool.name: arguments}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "help", id="go", tools=[tool])
        turn = await server.conversation(agent).say("Please help")
    return turn, next(ask.prompt for ask in model.asked if ask.decision == "draft")


@row("A03", 122, 134)
async def test_a_tool_needs_no_context_and_may_return_a_dictionary(snippet: Snippet) -> None:
    async def get_order(order: str) -> dict[str, str]:
        return {"order": order, "state": "packed"}

    tool = (await snippet.run(parlant=p, order_system=SimpleNamespace(get_order=get_order)))["check_order_status"]
    assert (tool.tool.description, tool.tool.parameters[0].description) == ("Query order status", "Order number")
    assert tool.context_parameter is None
    turn, shown = await play(tool, arguments={"order_id": "A1"})
    assert turn.trace.calls[0].result.data == {"order": "A1", "state": "packed"}
    assert '"state":"packed"' in shown


@row("A07", 241, 249)
async def test_two_tools_without_return_types_are_told_apart_and_called(snippet: Snippet) -> None:
    database = SimpleNamespace(get_order=lambda order: {"order": order})
    refunds = SimpleNamespace(create_refund=lambda order, reason: f"{order} paid back, {reason}")
    names = await snippet.run(parlant=p, database=database, refund_system=refunds)
    queried, _ = await play(names["query_order"], arguments={"order_id": "A1"})
    refunded, _ = await play(names["process_refund"], arguments={"order_id": "A1", "reason": "broken"})
    asked, _ = await play(names["process_refund"], arguments={"order_id": "A1", "reason": None})
    assert queried.trace.calls[0].result.data == {"order": "A1"}
    assert refunded.trace.calls[0].result.data == "A1 paid back, broken"
    assert [item.parameter.name for item in asked.trace.insights] == ["reason"]


@row("A10", 308, 318)
async def test_two_search_tools_give_back_what_their_services_find(snippet: Snippet) -> None:
    docs = SimpleNamespace(semantic_search=lambda query: [f"page about {query}"])
    knowledge = SimpleNamespace(get_solutions=lambda code: {"code": code, "do": "restart"})
    names = await snippet.run(parlant=p, doc_search=docs, knowledge_base=knowledge)
    found, shown = await play(names["search_docs"], arguments={"query": "printing"})
    solved, told = await play(names["get_error_solutions"], arguments={"error_code": "E7"})
    assert names["search_docs"].tool.description == "Search technical documentation"
    assert found.trace.calls[0].result.data == ["page about printing"]
    assert "page about printing" in shown
    assert solved.trace.calls[0].result.data == {"code": "E7", "do": "restart"}
    assert '"do":"restart"' in told


@row("A12", 333, 343)
async def test_a_tool_may_return_a_plain_id_and_asks_for_all_three_of_its_values(snippet: Snippet) -> None:
    made: list[dict[str, str]] = []

    def create_ticket(ticket: dict[str, str]) -> SimpleNamespace:
        made.append(ticket)
        return SimpleNamespace(id="T-1")

    names = await snippet.run(parlant=p, support_system=SimpleNamespace(create_ticket=create_ticket))
    tool = names["create_ticket"]
    nothing, shown = await play(tool, arguments={"title": None, "description": None, "priority": None})
    assert [item.parameter.name for item in nothing.trace.insights] == ["title", "description", "priority"]
    assert all(f"- label: {name}" in shown for name in ("title", "description", "priority"))
    assert made == []
    done, _ = await play(tool, arguments={"title": "Crash", "description": "It stops", "priority": "high"})
    assert done.trace.calls[0].result.data == "T-1"
    assert made[0]["source"] == "AI Assistant"


@row("A14", 379, 397)
async def test_each_of_the_good_tools_does_its_one_thing(snippet: Snippet) -> None:
    database = SimpleNamespace(query=lambda text: [text], execute=lambda text: 1)
    names = await snippet.run(parlant=p, db=database)
    tools = [name for name, value in names.items() if hasattr(value, "tool") and name != "parlant" and name != "p"]
    assert tools == ["get_order", "cancel_order", "manage_order"]
    got, _ = await play(names["get_order"], arguments={"order_id": "17"})
    cancelled, _ = await play(names["cancel_order"], arguments={"order_id": "17"})
    assert len(got.trace.calls[0].result.data) == 1
    assert cancelled.trace.calls[0].result.data == 1
    assert [item.name for item in names["manage_order"].tool.parameters] == ["order_id", "action"]


class InsufficientFundsError(Exception):
    pass


@row("A15", 401, 412)
@pytest.mark.parametrize(
    ("trouble", "data"),
    [
        (None, {"success": True, "transaction_id": "X-1"}),
        (InsufficientFundsError(), {"success": False, "error": "Insufficient funds"}),
        (RuntimeError("down"), {"success": False, "error": "Payment processing error"}),
    ],
)
async def test_a_failure_told_as_plain_data_is_data_and_no_failed_call(
    snippet: Snippet, trouble: Exception | None, data: dict[str, Any]
) -> None:
    made: list[float] = []

    def charge(amount: float) -> SimpleNamespace:
        made.append(amount)
        if trouble is not None:
            raise trouble
        return SimpleNamespace(id="X-1")

    names = await snippet.run(
        parlant=p,
        payment_gateway=SimpleNamespace(charge=charge),
        InsufficientFundsError=InsufficientFundsError,
        logger=logging.getLogger("payments"),
    )
    charging = p.tool(consequential=True)(names["charge_customer"].function)
    turn, shown = await play(charging, arguments={"amount": "20"})
    (call,) = turn.trace.calls
    assert call.result.data == data
    assert not call.failed
    assert made == [20.0]
    assert f'"success":{"true" if data["success"] else "false"}' in shown


@row("A19", 473, 482)
async def test_a_tool_may_mask_what_it_returns(snippet: Snippet) -> None:
    database = SimpleNamespace(get_customer=lambda customer: {"name": customer, "credit_card": "4111 1111 1111 1111"})
    names = await snippet.run(parlant=p, database=database, mask_credit_card=lambda card: f"ends in {card[-4:]}")
    turn, shown = await play(names["get_customer_info"], arguments={"customer_id": "ada"})
    assert turn.trace.calls[0].result.data == {"name": "ada", "credit_card": "ends in 1111"}
    assert "4111" not in shown


def made_by(name: str, ran: list[str]) -> Any:
    @p.tool(name=name)
    async def act(order: str) -> str:
        ran.append(name)
        return f"{name} of {order}"

    return act


@row("A20", 486, 497)
async def test_whatever_a_model_answers_an_agent_calls_only_the_tools_listed_for_it(snippet: Snippet) -> None:
    ran: list[str] = []
    names = ("query_order", "update_shipping_address", "issue_refund", "access_payment_info")
    query_order, update_shipping_address, issue_refund, access_payment_info = (made_by(name, ran) for name in names)
    assert {query_order.name, update_shipping_address.name, issue_refund.name, access_payment_info.name} == set(names)
    model = scripted_model(tools=calling(query_order={"order": "A1"}, issue_refund={"order": "A1"}))
    async with p.Server(model=model) as server:
        declared = await snippet.run(parlant=server)
        basic, senior = await declared["basic_agent"], await declared["senior_agent"]
        first = await server.conversation(basic).say("Refund A1")
        second = await server.conversation(senior).say("Refund A1")
    assert first.trace.failure is None
    assert first.tool_calls == ("query_order",)
    assert second.tool_calls == ("query_order", "issue_refund")
    assert "issue_refund" not in {item.tool for item in first.trace.offered}
    await basic.create_guideline("asks for money back", "refund it", tools=[issue_refund])
    with pytest.raises(p.DefinitionError, match="brings the tool 'issue_refund', which this agent may not call"):
        server.build(basic)
