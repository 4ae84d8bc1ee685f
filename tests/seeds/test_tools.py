"""The course's hours on tools: their form, their context, when they are offered, and what their results bring."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.facts import ToolFacts

from ..engine.worlds import calling, choosing, matching, now_answering, saying, scripted_model
from .snippets import Snippet, row

DOCUMENT = "000"


async def play(
    tool: Any, *, arguments: dict[str, str | None] | None = None, **options: Any
) -> tuple[p.TurnResult, Any]:
    """One turn in which a guideline brings the tool and a model calls it so; and the model."""
    conversation = options.pop("conversation", {})
    model = scripted_model(match=matching("go"), tools=calling(**{tool.name: arguments or {}}), **options)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_variable("account_tier")
        await agent.create_guideline("asks", "help", id="go", tools=[tool])
        return await server.conversation(agent, **conversation).say("Please help"), model


def draft_of(model: Any) -> str:
    return next(ask.prompt for ask in model.asked if ask.decision == "draft")


class OrderNotFound(Exception):
    pass


@row("C16", 427, 463)
async def test_an_order_that_is_found_is_told_and_one_that_is_not_is_a_failed_call(snippet: Snippet) -> None:
    async def fetch_from_database(order: str) -> dict[str, Any]:
        if order != "A1":
            raise OrderNotFound
        return {"status": "packed", "items": ["a book"], "eta": "Friday"}

    names = await snippet.run(fetch_from_database=fetch_from_database, OrderNotFound=OrderNotFound)
    tool = names["check_order_status"]
    found, shown = await play(tool, arguments={"order_id": "A1"})
    lost, told = await play(tool, arguments={"order_id": "B2"})
    assert tool.tool.parameters[0].description == "The unique identifier for the order"
    assert "Args:" not in tool.tool.description
    assert '"status":"packed"' in draft_of(shown)
    assert not found.trace.calls[0].failed
    assert lost.trace.calls[0].failed
    assert lost.trace.calls[0].retried is None
    assert '{"error":"Order not found"}' in draft_of(told)


@row("C17", 467, 489)
async def test_a_missing_parameter_is_asked_for_by_name_and_the_tool_is_not_called(snippet: Snippet) -> None:
    tool = (await snippet.run(p=p))["book_appointment"]
    given = {"doctor_name": "Dr. Ng", "appointment_date": "Friday", "time_slot": None}
    turn, model = await play(tool, arguments=given)
    assert turn.tool_calls == ()
    assert [(item.kind, item.parameter.name) for item in turn.trace.insights] == [("missing", "time_slot")]
    assert "- label: time slot" in draft_of(model)
    booked, _ = await play(tool, arguments={**given, "time_slot": "10:00"})
    assert booked.trace.calls[0].result.data["time"] == "10:00"


@row("C18", 493, 521)
async def test_a_tool_knows_the_customer_the_conversation_and_the_variables_in_force(snippet: Snippet) -> None:
    tool = (await snippet.run(p=p))["get_customer_info"]
    customer = p.Customer(id="ada", name="Ada", tags=("vip",))
    turn, _ = await play(tool, conversation={"customer": customer, "variables": {"account_tier": "gold"}})
    assert turn.trace.calls[0].result.data == {"customer_id": "ada", "account_tier": "gold", "conversation_context": 1}

    @p.tool
    async def look(context: p.ToolContext) -> list[Any]:
        last = context.interaction.last_customer_message
        return [context.customer.name, list(context.customer_tags), last.text if last else None]

    seen, _ = await play(look, conversation={"customer": customer})
    assert seen.trace.calls[0].result.data == ["Ada", ["vip"], "Please help"]


@row("C19", 527, 549)
async def test_a_tool_is_in_no_prompt_while_its_guideline_is_not_matched(snippet: Snippet) -> None:
    def tool(name: str) -> Any:
        @p.tool(name=name)
        async def act(item: str) -> str:
            return f"{name} of {item}"

        return act

    names = ("check_order_status", "process_return", "get_available_slots", "book_appointment", "check_refund_status")
    model = scripted_model(match=matching("customer-wants-to-return-an-item"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await snippet.run(p=p, agent=agent, **{name: tool(name) for name in names})
        await server.conversation(agent).say("I want to send this back")
    prompts = "\n".join(ask.prompt for ask in model.asked)
    assert [name for name in names if f"tool: {name}" in prompts] == ["check_order_status", "process_return"]


@row("C20", 553, 585)
async def test_a_guideline_says_who_gives_an_amount_and_a_memo_may_be_left_out(snippet: Snippet) -> None:
    given: dict[str, str | None] = {"amount": None, "recipient_account": "K9"}
    model = scripted_model(
        match=matching("customer-wants-to-send-money"), tools=lambda ask: calling(transfer_funds=given)(ask)
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await snippet.run(p=p, agent=agent)
        talk = server.conversation(agent)
        asked = await talk.say("Send them the money")
        given["amount"] = "20"
        done = await talk.say("20")
    (offer,) = next(ask.facts.offers for ask in model.asked if isinstance(ask.facts, ToolFacts))
    amount, account, memo = offer.tool.parameters
    assert (amount.source, amount.description) == ("customer", "How much do you want to transfer?")
    assert (account.source, memo.required) == ("context", False)
    assert asked.tool_calls == ()
    assert [item.parameter.name for item in asked.trace.insights] == ["amount"]
    assert done.trace.calls[0].arguments == {"amount": 20, "recipient_account": "K9"}


class DatabaseError(Exception):
    pass


class SecurityException(Exception):
    pass


@row("C21", 589, 620)
@pytest.mark.parametrize(
    ("trouble", "calls", "error"),
    [
        (None, 1, None),
        (DatabaseError("it is locked"), 2, "it is locked"),
        (SecurityException(), 1, "Security violation"),
    ],
)
async def test_a_query_is_made_again_only_where_its_failure_allows_that(
    snippet: Snippet, trouble: Exception | None, calls: int, error: str | None
) -> None:
    made: list[str] = []

    async def execute_query(query: str) -> list[int]:
        made.append(query)
        if trouble is not None:
            raise trouble
        return [1, 2]

    around = {"execute_query": execute_query, "DatabaseError": DatabaseError, "SecurityException": SecurityException}
    tool = (await snippet.run(p=p, **around))["query_database"]
    turn, model = await play(tool, arguments={"query": "all"})
    (call,) = turn.trace.calls
    assert made == ["all"] * calls
    assert call.result.error == error
    assert (call.retried is not None) == (calls == 2)
    if error is None:
        assert call.result.control["message"] == "Query returned 2 results"
        assert "Query returned 2 results" not in draft_of(model), "the message is for trace and report"


@row("C22", 626, 655)
async def test_what_a_tool_fetches_side_by_side_comes_as_one_result(snippet: Snippet) -> None:
    under_way: list[str] = []
    together = asyncio.Event()

    def fetch(what: str) -> Any:
        async def fetched(customer: str) -> list[str]:
            under_way.append(what)
            if len(under_way) == 3:
                together.set()
            await together.wait()
            return [f"{what} of {customer}"]

        return fetched

    kinds = ("orders", "invoices", "support_tickets")
    tool = (await snippet.run(p=p, **{f"fetch_{kind}": fetch(kind) for kind in kinds}))["fetch_multiple_sources"]
    turn, _ = await play(tool, arguments={"customer_id": "ada"})
    (call,) = turn.trace.calls
    assert call.result.data == {
        "orders": ["orders of ada"],
        "invoices": ["invoices of ada"],
        "tickets": ["support_tickets of ada"],
    }
    assert call.arguments == {"customer_id": "ada"}, "who the model said it is, for all to see"


@row("C23", 659, 687)
async def test_what_a_tool_calls_insights_stays_on_the_event_and_reaches_no_prompt(snippet: Snippet) -> None:
    class Service:
        async def check(self, email: str) -> bool:
            return "@" in email

    tool = (await snippet.run(p=p, email_validation_service=Service()))["validate_email"]
    turn, model = await play(tool, arguments={"email": "ada@example.com"})
    (call,) = turn.trace.calls
    assert call.result.data == {"email": "ada@example.com", "valid": True}
    assert set(call.result.metadata) == {
        "could_not_extract_parameter",
        "tool_execution_failed",
        "missing_required_parameters",
    }
    assert not any("could_not_extract_parameter" in ask.prompt for ask in model.asked)
    assert turn.trace.insights == ()
    assert not call.failed


@row("C24", 691, 717)
async def test_a_response_can_be_said_once_the_tool_has_given_its_fields(snippet: Snippet) -> None:
    async def get_balance(customer: str) -> float:
        return 1234.5

    database = SimpleNamespace(get_balance=get_balance)
    answers = {"draft": saying("You have some."), "selection": choosing("balance", "high")}
    model = scripted_model(match=matching("tell"), **answers)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", composition_mode=p.CompositionMode.STRICT, no_match_response="Hm?")
        names = await snippet.run(p=p, agent=agent, database=database)
        (response,) = [item.id for item in server.build(agent).definition.canned_responses]
        answers["selection"] = choosing(response, "high")
        early = await server.conversation(agent).say("Hello")
        await agent.create_guideline("asks for the balance", "tell it", id="tell", tools=[names["get_account_balance"]])
        speaking = scripted_model(match=matching("tell"), **answers)
        late = await p.open_conversation(server.build(agent), llm=speaking).say("What have I got?")
    assert early.reply == "Hm?"
    assert early.trace.composition is not None
    fates = {item.id: item.fate for item in early.trace.composition.considered}
    assert fates == {response: "fields 'account_balance', 'currency_symbol' not available"}
    assert late.reply == "Your current account balance is $1234.5"


@row("C36", 1087, 1108)
async def test_beside_a_term_and_a_guideline_a_tool_attached_to_nothing_is_never_offered(snippet: Snippet) -> None:
    rule = "customer-asks-about-express-checkout"
    model = scripted_model(match=matching(rule), tools=calling(enable_express_checkout={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        names = await snippet.run(p=p, agent=agent)
        talk = server.conversation(agent)
        turn = await talk.say("What is Express Checkout? Enable express checkout for me")
        assert (turn.fired, turn.trace.offered, turn.trace.withheld, turn.tool_calls) == ((rule,), (), (), ())
        assert turn.trace.terms == ("Express Checkout",)
        assert "Automated checkout process" in draft_of(model)
        assert {ask.decision for ask in model.asked}.isdisjoint({"tools", "consequential"})
        assert not any("enable_express_checkout" in ask.prompt for ask in model.asked)
        await agent.create_guideline(
            "Customer wants it", "enable it", id="on", tools=[names["enable_express_checkout"]]
        )
        now_answering(model, match=matching("on"))
        attached = await server.conversation(agent).say("Enable it")
    assert attached.tool_calls == ("enable_express_checkout",)
    assert attached.trace.calls[0].result.data == {"enabled": True}
