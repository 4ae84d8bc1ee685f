"""Whatever a model answers: what may not be called is not called, and a consequential call has the values it should."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from hypothesis import given
from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.facts import ConsequentialFacts, ToolFacts

from ..worlds import matching, scripted_model

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


ran: list[tuple[str, dict[str, Any]]] = []


@p.tool
async def look(order: str) -> None:
    ran.append(("look", {"order": order}))


@p.tool
async def wipe(order: str) -> None:
    ran.append(("wipe", {"order": order}))


@p.tool(consequential=True)
async def pay(
    amount: Annotated[float, p.ToolParameterOptions(source="customer")],
    account: Annotated[str, p.ToolParameterOptions(source="context")],
    size: Size,
    gift: bool = False,
) -> None:
    ran.append(("pay", {"amount": amount, "account": account, "size": size, "gift": gift}))


@p.tool(consequential=True)
async def close_account() -> None:
    ran.append(("close_account", {}))


NAMES = ("look", "wipe", "pay", "close_account", "nobody")
PARAMETERS = ("order", "amount", "account", "size", "gift", "rogue")
VALUES = ("A1", "20", "small", "tiny", "yes", "maybe", "", None)


def answered(draw: Draw, ask: Ask) -> dict[str, Any]:
    """Any answer at all that has the form of one, about tools that were offered and some that were not."""
    assert isinstance(ask.facts, ToolFacts | ConsequentialFacts)
    offered = [offer.tool.id for offer in ask.facts.offers]
    names = draw(st.sampled_from((offered, offered, [*offered, draw(st.sampled_from(NAMES))], [])))
    return {"tools": [_verdict(draw, name, careful=ask.decision == "consequential") for name in names]}


def _verdict(draw: Draw, name: str, *, careful: bool) -> dict[str, Any]:
    calls = [{"arguments": _arguments(draw, name, careful=careful)} for _ in range(draw(st.integers(0, 2)))]
    return {"tool": name, "evidence": "as it pleases", "should_run": draw(st.booleans()), "calls": calls}


def _arguments(draw: Draw, name: str, *, careful: bool) -> list[dict[str, Any]]:
    own = {"look": ["order"], "wipe": ["order"], "pay": ["amount", "account", "size"]}.get(name, [])
    names = draw(st.sampled_from((own, own, own, [*own, draw(st.sampled_from(PARAMETERS))])))
    return [_argument(draw, each, careful=careful) for each in names]


def _argument(draw: Draw, name: str, *, careful: bool) -> dict[str, Any]:
    likely = {"order": "A1", "amount": "20", "account": "K9", "size": "small", "gift": "yes"}.get(name)
    origin = {"origin": draw(st.sampled_from(("customer", "context", "nobody")))} if careful else {}
    state = draw(st.sampled_from(("given", "given", "missing", "invalid")))
    return {
        "name": name,
        "evidence": "as it pleases",
        **origin,
        "state": state,
        "value": draw(st.sampled_from((likely, likely, *VALUES))),
    }


def play(draw: Draw, *, ceiling: str | None, may_call: bool) -> tuple[p.TurnResult, list[dict[str, Any]]]:
    """A turn with an agent that may look, and with guidelines that bring more than that."""
    ran.clear()
    answers: list[dict[str, Any]] = []

    def answer(ask: Ask) -> dict[str, Any]:
        answers.append(answered(draw, ask))
        return answers[-1]

    async def turn() -> p.TurnResult:
        model = scripted_model(match=matching("work"), tools=answer, consequential=answer)
        async with p.Server(model=model) as server:
            tools = [look, pay, close_account, wipe] if may_call else None
            agent = await server.create_agent("Bank", tools=tools)
            await agent.create_guideline("asks", "do it", id="work", tools=[look, pay, close_account])
            await agent.create_guideline("says a word that nobody knows", "wipe it", id="never", tools=[wipe])
            options: dict[str, Any] = {"permission_ceiling": ceiling} if ceiling else {}
            return await server.conversation(agent, **options).say("Go")

    return asyncio.run(turn()), answers


@given(st.data())
def test_a_tool_that_is_not_offered_or_lies_above_the_ceiling_never_runs(data: st.DataObject) -> None:
    turn, _ = play(data.draw, ceiling="read", may_call=False)
    assert {name for name, _ in ran} <= {"look"}
    assert {item.tool for item in turn.trace.offered} <= {"look"}
    # A turn that stayed undecided is taken back to where it stood before, which is before anything was called.
    withheld = {item.tool for item in turn.trace.withheld}
    assert withheld == {"pay", "close_account"} or (turn.trace.failure is not None and ran == [])
    assert set(turn.tool_calls) <= {"look"}


@given(st.data())
def test_a_consequential_call_has_every_value_it_needs_from_where_it_may_come(data: st.DataObject) -> None:
    turn, answers = play(data.draw, ceiling=None, may_call=False)
    proposed = [
        {argument["name"]: argument for argument in call["arguments"]}
        for answer in answers
        for verdict in answer["tools"]
        if verdict["tool"] == "pay" and verdict["should_run"]
        for call in verdict["calls"]
    ]
    for name, arguments in ran:
        if name != "pay":
            continue
        assert isinstance(arguments["amount"], float)
        assert isinstance(arguments["size"], Size)
        assert isinstance(arguments["gift"], bool)
        assert any(
            call["amount"]["origin"] == "customer"
            and call["account"]["origin"] == "context"
            and call["size"]["origin"] != "nobody"
            and all(call[each]["state"] == "given" for each in ("amount", "account", "size"))
            for call in proposed
            if {"amount", "account", "size"} <= call.keys()
        )
    assert sorted(call.tool for call in turn.trace.calls) == sorted(name for name, _ in ran)


@given(st.data())
def test_tools_at_hand_change_none_of_that(data: st.DataObject) -> None:
    turn, _ = play(data.draw, ceiling="read", may_call=True)
    assert {name for name, _ in ran} <= {"look", "wipe"}
    # A turn that stayed undecided is taken back to where it stood before, which is before anything was called.
    withheld = {item.tool for item in turn.trace.withheld}
    assert withheld == {"pay", "close_account"} or (turn.trace.failure is not None and ran == [])
