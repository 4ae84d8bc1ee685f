"""What a guideline says of its tools' parameters, and choices that are known only when a turn is played."""

from typing import Annotated

import pytest

import understudy.engine as p
from understudy.engine.domain.facts import ToolFacts
from understudy.engine.domain.tool import Parameter

from ..worlds import calling, matching, scripted_model


@p.tool
async def transfer(
    amount: Annotated[float, p.ToolParameterOptions(significance="it is what you pay", source="context")],
    account: str,
    memo: str = "",
) -> str:
    """Transfers money."""
    return "done"


async def shown(*guidelines: dict[str, object]) -> dict[str, Parameter]:
    """The parameters of the tool as a model is shown them, all guidelines holding."""
    model = scripted_model(match=matching(*(f"g{number}" for number in range(len(guidelines)))))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        for number, options in enumerate(guidelines):
            await agent.create_guideline("asks", "transfer", id=f"g{number}", tools=[transfer], **options)  # pyright: ignore[reportArgumentType]
        await server.conversation(agent).say("Send money")
    (ask,) = [ask for ask in model.asked if ask.decision == "tools"]
    assert isinstance(ask.facts, ToolFacts)
    (offer,) = ask.facts.offers
    return {parameter.name: parameter for parameter in offer.tool.parameters}


def configured(**parameters: dict[str, object]) -> dict[str, object]:
    return {"tool_configuration": {"transfer": parameters}}


async def test_a_guideline_says_more_of_a_tools_parameters_than_the_tool_does():
    told = await shown(configured(amount={"source": "customer", "description": "How much?", "examples": ["20"]}))
    assert told["amount"].source == "customer"
    assert told["amount"].description == "How much?"
    assert told["amount"].examples == ("20",)
    assert told["amount"].significance == "it is what you pay"
    assert told["account"] == transfer.tool.parameter("account")


async def test_of_two_guidelines_the_stricter_source_counts_and_else_the_earlier_word():
    told = await shown(
        configured(account={"source": "context", "description": "first"}),
        configured(account={"source": "customer", "description": "second", "precedence": 1}),
    )
    assert told["account"].source == "customer"
    assert told["account"].description == "first"
    assert told["account"].precedence == 1


async def test_a_guideline_that_says_nothing_leaves_the_tools_own_source_in_force():
    told = await shown(configured(amount={"source": "any"}), {})
    assert told["amount"].source == "context"


async def test_one_guideline_alone_may_loosen_the_tools_own_source():
    assert (await shown(configured(amount={"source": "any"})))["amount"].source == "any"


@pytest.mark.parametrize(
    ("configuration", "problem"),
    [
        ({"transfr": {}}, "names 'transfr', which is none of its tools; did you mean 'transfer'?"),
        ({"transfer": {"amuont": {}}}, "tool 'transfer' has no parameter 'amuont'; did you mean 'amount'?"),
        ({"transfer": {"amount": {"sorce": "any"}}}, "has no option 'sorce'; did you mean 'source'?"),
        ({"transfer": {"amount": {"source": "agent"}}}, "the source 'agent': write one of any, context, customer"),
        ({"transfer": {"amount": {"hidden": "yes"}}}, "has hidden='yes': write true or false"),
        ({"transfer": {"amount": {"precedence": "1"}}}, "has the precedence '1': write a whole number"),
        ({"transfer": {"amount": {"examples": "20"}}}, "has the examples '20': write a list of texts"),
        ({"transfer": {"amount": {"description": 3}}}, "has the description 3: write a text"),
        ({"transfer": {"amount": {"adapter": float}}}, "has adapter here: code belongs to the tool"),
        ({"transfer": {"amount": "customer"}}, "has 'customer': write a mapping of its options"),
        ({"transfer": "customer"}, "says 'customer' of 'transfer': write a mapping"),
    ],
)
async def test_a_configuration_that_stands_for_nothing_is_an_error_when_the_agent_is_built(configuration, problem):
    async with p.Server() as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "transfer", id="send", tools=[transfer], tool_configuration=configuration)
        with pytest.raises(p.DefinitionError) as caught:
            server.build(agent)
    assert problem in str(caught.value)
    assert "guideline 'send'" in str(caught.value)
    assert "test_configuring.py:" in str(caught.value)


async def test_choices_are_asked_for_before_the_model_is_and_depend_on_the_customer():
    async def accounts(context: p.ToolContext) -> list[str]:
        return {"ada": ["savings", "joint"]}.get(context.customer_id, [])

    @p.tool
    async def close(account: Annotated[str, p.ToolParameterOptions(choice_provider=accounts)]) -> str:
        return f"closed {account}"

    model = scripted_model(match=matching("close"), tools=calling(close={"account": "Joint"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "close it", id="close", tools=[close])
        ada = await server.conversation(agent, customer=p.Customer(id="ada")).say("Close the joint one")
        bob = await server.conversation(agent, customer=p.Customer(id="bob")).say("Close the joint one")
    prompts = [ask.prompt for ask in model.asked if ask.decision == "tools"]
    assert 'account: string, one of ["savings", "joint"]' in prompts[0]
    assert ada.trace.calls[0].arguments == {"account": "joint"}
    assert bob.tool_calls == ()
    assert [item.problem for item in bob.trace.insights] == ["there is nothing to choose from"]


async def test_a_provider_of_choices_is_given_plugin_data_by_name():
    async def accounts(bank: dict[str, list[str]], kind: str = "open") -> list[str]:
        return bank[kind]

    @p.tool
    async def close(account: Annotated[str, p.ToolParameterOptions(choice_provider=accounts)]) -> str:
        return f"closed {account}"

    model = scripted_model(match=matching("close"), tools=calling(close={"account": "Joint"}))
    async with p.Server(model=model, plugin_data={"bank": {"open": ["savings", "joint"]}}) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "close it", id="close", tools=[close])
        turn = await server.conversation(agent).say("Close the joint one")
    assert turn.trace.calls[0].arguments == {"account": "joint"}
    (asked,) = [ask.prompt for ask in model.asked if ask.decision == "tools"]
    assert 'account: string, one of ["savings", "joint"]' in asked


async def test_a_provider_of_choices_that_wants_plugin_data_that_there_is_not_is_told_the_nearest():
    def accounts(banc: list[str]) -> list[str]:
        return banc

    @p.tool
    async def close(account: Annotated[str, p.ToolParameterOptions(choice_provider=accounts)]) -> str:
        return f"closed {account}"

    model = scripted_model(match=matching("close"), tools=calling(close={"account": "Joint"}))
    async with p.Server(model=model, plugin_data={"bank": ["joint"]}) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "close it", id="close", tools=[close])
        turn = await server.conversation(agent).say("Close the joint one")
    assert any("no plugin data is called 'banc'; did you mean 'bank'?" in note for note in turn.trace.notes)


async def test_a_provider_of_choices_that_breaks_is_a_note_and_the_call_fails():
    def accounts() -> list[str]:
        raise ConnectionError("no bank")

    ran: list[str] = []

    @p.tool
    async def close(account: Annotated[str, p.ToolParameterOptions(choice_provider=accounts)]) -> None:
        ran.append(account)

    model = scripted_model(match=matching("close"), tools=calling(close={"account": "joint"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks", "close it", id="close", tools=[close])
        turn = await server.conversation(agent).say("Close the joint one")
    assert turn.trace.notes == ("the choices of tool 'close': ConnectionError: no bank",)
    assert turn.trace.calls[0].failed
    assert ran == []
