"""Which tools share an ask, and what becomes of the answers."""

from enum import Enum
from typing import Annotated, Literal

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.facts import ConsequentialFacts, ToolFacts

from ..worlds import calling, matching, saying, scripted_model


def asked(model: p.ScriptedModel, decision: str) -> list[list[str]]:
    """The tools that each ask of a decision was about."""
    facts = [ask.facts for ask in model.asked if ask.decision == decision]
    offers = [each.offers for each in facts if isinstance(each, ToolFacts | ConsequentialFacts)]
    return [[offer.tool.id for offer in group] for group in offers]


@p.tool
async def find_order(order: str) -> str:
    """Looks an order up."""
    return f"{order} is packed"


@p.tool
async def find_parcel(parcel: str) -> str:
    """Looks a parcel up."""
    return f"{parcel} is on its way"


@p.tool(consequential=True)
async def cancel_order(order: str) -> str:
    """Cancels an order."""
    return f"{order} is cancelled"


@p.tool(consequential=True)
async def cancel_parcel(parcel: str) -> str:
    """Calls a parcel back."""
    return f"{parcel} comes back"


async def test_harmless_tools_share_an_ask_and_each_consequential_one_has_its_own():
    model = scripted_model(match=matching("help"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        tools = [find_order, cancel_order, find_parcel, cancel_parcel]
        await agent.create_guideline("asks", "help", id="help", tools=tools)
        turn = await server.conversation(agent).say("Hi")
    assert asked(model, "tools") == [["find_order", "find_parcel"]]
    assert asked(model, "consequential") == [["cancel_order"], ["cancel_parcel"]]
    assert [ask.id for ask in turn.trace.asks if ask.decision == "consequential"] == [
        "1/consequential/1",
        "1/consequential/2",
    ]


async def test_a_harmless_tool_without_parameters_is_called_without_an_ask():
    @p.tool
    async def list_offers() -> list[str]:
        return ["a book"]

    model = scripted_model(match=matching("offers"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "list the offers", id="offers", tools=[list_offers])
        turn = await server.conversation(agent).say("What's on?")
    assert turn.tool_calls == ("list_offers",)
    assert asked(model, "tools") == []


async def test_a_consequential_tool_without_parameters_is_still_asked_about():
    @p.tool(consequential=True)
    async def close_account() -> str:
        return "closed"

    model = scripted_model(match=matching("close"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "close it", id="close", tools=[close_account])
        turn = await server.conversation(agent).say("What if I closed it?")
    assert asked(model, "consequential") == [["close_account"]]
    assert turn.tool_calls == ()
    assert [(item.tool, item.reason) for item in turn.trace.rejected] == [("close_account", "as scripted")]


async def test_a_tool_that_should_not_run_is_not_run_whatever_calls_come_with_the_answer():
    def answer(ask: Ask):
        arguments = [{"name": "order", "evidence": "", "state": "given", "value": "A1"}]
        call = {"arguments": arguments}
        return {"tools": [{"tool": "find_order", "evidence": "no need", "should_run": False, "calls": [call]}]}

    async with p.Server(model=scripted_model(match=matching("find"), tools=answer)) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "find it", id="find", tools=[find_order])
        turn = await server.conversation(agent).say("A1?")
    assert turn.tool_calls == ()


async def test_tools_that_overlap_are_chosen_among_in_one_ask():
    model = scripted_model(match=matching("help"), tools=calling(cancel_order={"order": "A1"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        tools = [find_order, cancel_order, cancel_parcel]
        await agent.create_guideline("asks", "help", id="help", tools=tools)
        await agent.declare_overlap(cancel_order, cancel_parcel)
        turn = await server.conversation(agent).say("Cancel A1")
    assert asked(model, "consequential") == [["cancel_order", "cancel_parcel"]]
    (ask,) = [ask for ask in model.asked if ask.decision == "consequential"]
    assert "nearly the same as: cancel_parcel" in ask.prompt
    assert turn.tool_calls == ("cancel_order",)


async def test_overlap_reaches_as_far_as_tools_overlap_with_each_other():
    @p.tool(consequential=True)
    async def undo(order: str) -> str:
        return "undone"

    model = scripted_model(match=matching("help"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        tools = [undo, cancel_parcel, cancel_order]
        await agent.create_guideline("asks", "help", id="help", tools=tools)
        await agent.declare_overlap(cancel_order, cancel_parcel, undo)
        await server.conversation(agent).say("Cancel")
    assert asked(model, "consequential") == [["undo", "cancel_parcel", "cancel_order"]]


async def test_overlapping_tools_without_parameters_are_chosen_among_and_not_all_called():
    @p.tool
    async def opening_hours() -> str:
        """When the shop is open."""
        return "nine to five"

    @p.tool
    async def holiday_hours() -> str:
        """When the shop is open on holidays."""
        return "closed"

    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="tell the hours", tools=[opening_hours, holiday_hours])
        await agent.declare_overlap(opening_hours, holiday_hours)
        turn = await server.conversation(agent).say("Are you open on holidays?")
    assert turn.tool_calls == ("holiday_hours",)
    assert [item.reason for item in turn.trace.rejected] == ["holiday_hours fits better"]


async def test_a_tool_can_be_decided_alone_or_in_sight_of_all_others():
    @p.tool(overlap=p.ToolOverlap.NONE)
    async def alone(order: str) -> str:
        return ""

    @p.tool(overlap=p.ToolOverlap.ALWAYS)
    async def watchful(order: str) -> str:
        return ""

    model = scripted_model(match=matching("help"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        tools = [find_order, alone, find_parcel, watchful]
        await agent.create_guideline("asks", "help", id="help", tools=tools)
        await agent.declare_overlap(alone, find_order)
        await server.conversation(agent).say("Hi")
    assert asked(model, "tools") == [["find_order", "find_parcel"], ["alone"], ["watchful"]]
    prompts = [ask.prompt for ask in model.asked if ask.decision == "tools"]
    assert "Other tools" not in prompts[1]
    assert "Looks a parcel up." in prompts[2]


async def test_an_agent_can_not_overlap_a_tool_with_itself():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(ValueError, match="at least two tools"):
            await agent.declare_overlap(find_order, find_order)


async def test_several_calls_of_one_tool_are_made_and_identical_ones_only_once():
    def answer(ask: Ask):
        calls = [
            {"arguments": [{"name": "order", "evidence": "said", "state": "given", "value": value}]}
            for value in ("A1", "A2", "A1")
        ]
        return {"tools": [{"tool": "find_order", "evidence": "asked", "should_run": True, "calls": calls}]}

    async with p.Server(model=scripted_model(match=matching("find"), tools=answer)) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "find it", id="find", tools=[find_order])
        turn = await server.conversation(agent).say("A1 and A2?")
    assert [call.arguments["order"] for call in turn.trace.calls] == ["A1", "A2"]
    assert [call.id for call in turn.trace.calls] == ["1/find_order/1", "1/find_order/2"]
    assert [item.reason for item in turn.trace.rejected] == ["it was already called with these arguments in this turn"]


async def test_calls_of_earlier_turns_are_shown_to_the_model_with_their_results():
    model = scripted_model(match=matching("find"), tools=calling(find_order={"order": "A1"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "find it", id="find", tools=[find_order])
        talk = server.conversation(agent)
        await talk.say("Where is A1?")
        await talk.say("And now?")
    last = [ask for ask in model.asked if ask.decision == "tools"][-1]
    assert 'find_order {"order":"A1"} gave "A1 is packed"' in last.prompt


async def test_what_a_tool_learned_may_complete_the_call_of_another_in_the_same_turn():
    @p.tool
    async def who_is_it() -> dict[str, str]:
        return {"account": "K9"}

    @p.tool
    async def balance(account: str) -> int:
        return 12

    def answer(ask: Ask):
        known = bool(ask.facts.situation.calls)
        return calling(balance={"account": "K9" if known else None})(ask)

    async with p.Server(model=scripted_model(match=matching("tell"), tools=answer)) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "tell the balance", id="tell", tools=[who_is_it, balance])
        turn = await server.conversation(agent).say("What have I got?")
    assert turn.tool_calls == ("who_is_it", "balance")
    assert turn.trace.insights == ()


async def paid(source: Literal["any", "context", "customer"], origin: str, *, state: str = "given") -> p.TurnResult:
    """A turn in which a model says of the amount to pay who gave it; of the tip, that nobody did."""

    @p.tool(consequential=True)
    async def pay(amount: Annotated[float, p.ToolParameterOptions(source=source)], tip: float = 1.0) -> str:
        return f"paid {amount} and {tip}"

    def answer(ask: Ask):
        arguments = [
            {"name": "amount", "evidence": "seen", "origin": origin, "state": state, "value": "20"},
            {"name": "tip", "evidence": "usual", "origin": "nobody", "state": "given", "value": "2"},
        ]
        return {
            "tools": [{"tool": "pay", "evidence": "asked", "should_run": True, "calls": [{"arguments": arguments}]}]
        }

    async with p.Server(model=scripted_model(match=matching("pay"), consequential=answer)) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks to pay", "pay", id="pay", tools=[pay])
        return await server.conversation(agent).say("Pay")


async def test_a_value_of_a_consequential_call_is_used_where_it_comes_from_where_it_may():
    for turn in (
        await paid("any", "customer"),
        await paid("any", "context"),
        await paid("customer", "customer"),
        await paid("context", "context"),
    ):
        assert turn.tool_calls == ("pay",)


@pytest.mark.parametrize(
    ("source", "origin", "why"),
    [
        ("customer", "context", "only the customer may say it"),
        ("context", "customer", "it may only come from what is on record"),
        ("any", "nobody", "it was assumed, and nobody said so"),
        ("customer", "nobody", "it was assumed, and nobody said so"),
    ],
)
async def test_a_value_of_a_consequential_call_from_elsewhere_counts_as_missing(source, origin, why):
    turn = await paid(source, origin)
    assert turn.tool_calls == ()
    assert [(item.kind, item.problem) for item in turn.trace.insights] == [("missing", why)]


async def test_an_optional_value_that_nobody_gave_is_left_out():
    turn = await paid("any", "customer")
    assert turn.trace.calls[0].arguments == {"amount": 20}
    assert turn.trace.calls[0].result.data == "paid 20.0 and 1.0"


async def test_a_value_that_the_model_finds_invalid_is_not_used():
    turn = await paid("any", "customer", state="invalid")
    assert turn.tool_calls == ()
    assert [(item.kind, item.value, item.problem) for item in turn.trace.insights] == [("invalid", "20", "seen")]


async def test_what_is_wrong_with_a_choice_or_a_yes_or_no_is_found_without_the_model():
    class Size(Enum):
        SMALL = "small"
        LARGE = "large"

    ran: list[object] = []

    @p.tool
    async def harmless(size: Size, gift: bool) -> None:
        ran.append(size)

    @p.tool(consequential=True)
    async def serious(size: Size, gift: bool) -> None:
        ran.append(size)

    given = {"size": "tiny", "gift": "maybe"}
    answers = {"tools": calling(harmless=given, serious=given), "draft": saying("Which size?")}
    async with p.Server(model=scripted_model(match=matching("wrap"), **answers)) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "wrap it", id="wrap", tools=[harmless, serious])
        turn = await server.conversation(agent).say("A tiny one, maybe as a gift")
    assert ran == []
    assert [(item.tool, item.parameter.name, item.kind, item.problem) for item in turn.trace.insights] == [
        ("harmless", "size", "invalid", "'tiny' is not one of: small, large"),
        ("harmless", "gift", "invalid", "'maybe' is neither yes nor no"),
        ("serious", "size", "invalid", "'tiny' is not one of: small, large"),
        ("serious", "gift", "invalid", "'maybe' is neither yes nor no"),
    ]


async def test_no_means_no():
    got: list[bool] = []

    @p.tool
    async def subscribe(news: bool) -> None:
        got.append(news)

    model = scripted_model(match=matching("news"), tools=calling(subscribe={"news": "no"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("answers", "note it", id="news", tools=[subscribe])
        await server.conversation(agent).say("No, thank you")
    assert got == [False]
