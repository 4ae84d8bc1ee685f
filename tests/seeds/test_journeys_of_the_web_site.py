"""The web site's wire transfer: a journey whose tool waits for what it needs."""

from decimal import Decimal
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.journey import COMPLETED

from ..engine.worlds import calling, matching, moving, now_answering, scripted_model
from .snippets import Snippet, row

DOCUMENT = "004"
BEGINS = "journey = await agent.create_journey("
ASKING, VERIFYING = "ask-for-recipient-name-and-amount", "verify_recipient_and_balance"
GIVEN = {"name": "Ada", "amount": "200"}


def verifying(ran: list[tuple[str, Decimal]]) -> Any:
    @p.tool
    async def verify_recipient_and_balance(context: p.ToolContext, name: str, amount: Decimal) -> p.ToolResult:
        """Verify the recipient and the balance."""
        ran.append((name, amount))
        return p.ToolResult({"covered": True})

    return verify_recipient_and_balance


def reading(ask: Ask) -> dict[str, Any]:
    """Goes on as soon as the condition of the way on holds, by what the customer said so far."""
    (view,) = ask.facts.journeys
    said = " ".join(line.text for line in ask.facts.situation.conversation)
    if view.current == "root":
        return moving(wire_transfer=("advance", ASKING))(ask)
    (way,) = [step for step in view.steps if step.target == VERIFYING]
    assert way.conditions == ("received name and amount",)
    known = all(value in said for value in GIVEN.values())
    return moving(wire_transfer=("advance", VERIFYING) if known else ("stay", None))(ask)


@row("W05", 130, 141, begins=BEGINS)
async def test_the_transfer_is_drawn_with_a_condition_before_its_tool(snippet: Snippet) -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Bank")
        await snippet.run(agent=agent, verify_recipient_and_balance=verifying([]))
        (journey,) = server.build(agent).definition.journeys
    assert (journey.title, journey.description) == ("Wire Transfer", "")
    assert [(state.id, state.kind) for state in journey.states][1:] == [(ASKING, "chat"), (VERIFYING, "tool")]
    assert [(way.source, way.target, way.condition) for way in journey.transitions][1:] == [
        (ASKING, VERIFYING, "received name and amount")
    ]


@row("W05", 130, 141, begins=BEGINS)
@pytest.mark.parametrize(
    "said",
    [
        ("The name of the recipient is Ada", "The amount is 200"),
        ("The amount is 200", "The name of the recipient is Ada"),
        ("What does it cost?", "The name is Ada and the amount is 200"),
    ],
)
async def test_the_recipient_is_verified_once_name_and_amount_are_known(
    snippet: Snippet, said: tuple[str, str]
) -> None:
    ran: list[tuple[str, Decimal]] = []
    model = scripted_model(
        match=matching("customer-requests-a-wire-transfer"), journey=reading, tools=calling(**{VERIFYING: GIVEN})
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await snippet.run(agent=agent, verify_recipient_and_balance=verifying(ran))
        talk = server.conversation(agent)
        for text in ("I request a wire transfer", said[0]):
            turn = await talk.say(text)
            assert (dict(turn.journeys), turn.tool_calls, ran) == ({"wire-transfer": ASKING}, (), [])
        last = await talk.say(said[1])
    assert dict(last.journeys) == {"wire-transfer": VERIFYING}
    assert last.tool_calls == (VERIFYING,)
    assert ran == [("Ada", Decimal(200))]


@row("W05", 130, 141, begins=BEGINS)
@pytest.mark.parametrize("missing", ["name", "amount"])
async def test_a_model_that_goes_ahead_too_early_has_nothing_verified(snippet: Snippet, missing: str) -> None:
    ran: list[tuple[str, Decimal]] = []
    model = scripted_model(
        match=matching("customer-requests-a-wire-transfer"),
        journey=moving(wire_transfer=("advance", VERIFYING)),
        tools=calling(verify_recipient_and_balance={**GIVEN, missing: None}),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await snippet.run(agent=agent, verify_recipient_and_balance=verifying(ran))
        talk = server.conversation(agent)
        turn = await talk.say("I request a wire transfer")
        assert (turn.tool_calls, ran) == ((), [])
        assert [item.parameter.name for item in turn.trace.insights] == [missing]
        assert talk.session.state.paths == {"wire-transfer": (VERIFYING,)}, "it waits for its tool"
        now_answering(
            model, match=matching(), journey=moving(wire_transfer=("stay", None)), tools=calling(**{VERIFYING: GIVEN})
        )
        turn = await talk.say(f"The {missing} is {GIVEN[missing]}")
    assert turn.tool_calls == (VERIFYING,)
    assert ran == [("Ada", Decimal(200))]
    assert talk.session.state.paths == {"wire-transfer": (VERIFYING, COMPLETED)}
