"""Canned responses, composition modes, and what a customer sees of a turn, as the documents show them."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

import understudy.engine as p

from ..engine.worlds import calling, choosing, matching, moving, now_answering, saying, scripted_model
from .snippets import Range, Snippet, find_document

STRICT = p.CompositionMode.STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Lines of one of the documents."""

    document: str
    lines: Range


def row(name: str, document: str, first: int, last: int, *, begins: str | None = None) -> pytest.MarkDecorator:
    """Give a test these lines of a document as `snippet`; the name is the test's id."""
    place = Place(document=document, lines=Range(first=first, last=last, begins=begins))
    return pytest.mark.parametrize("snippet", [pytest.param(place, id=name)], indirect=True)


@pytest.fixture
def snippet(request: pytest.FixtureRequest) -> Snippet:
    """The lines that a test is about; it is skipped where the documents are not there."""
    place: Place = request.param
    return place.lines.read(find_document(place.document))


def offered(model: p.ScriptedModel) -> list[str]:
    """The texts that the last selection could choose from."""
    asks: list[Any] = [ask for ask in model.asked if ask.decision == "selection"]
    return [candidate.text for candidate in asks[-1].facts.candidates]


def fates(turn: p.TurnResult) -> dict[str, str]:
    assert turn.trace.composition is not None
    return {one.id: one.fate for one in turn.trace.composition.considered}


@row("C32", "000", 968, 992)
async def test_the_responses_of_a_state_are_candidates_in_that_state_alone(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    trigger = "the-customer-asks-a-frequently-asked-question"
    model = scripted_model(selection=choosing(None, "none"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("FAQ", composition_mode=STRICT)
        journey = await names["setup_journey_with_canned_responses"](agent)
        (drawn,) = agent.freeze().journeys
        (state,) = [state.id for state in drawn.states if state.kind == "chat"]
        talk = server.conversation(agent)
        before = await talk.say("Hello")
        moves = {journey.id.replace("-", "_"): ("advance", state)}
        now_answering(model, match=matching(trigger), journey=moving(**moves))
        within = await talk.say("When will I be billed?")
    assert set(fates(before).values()) == {f"the conversation is not in state '{journey.id}/{state}'"}
    assert within.trace.failure is None
    assert len(offered(model)) == len(fates(within)) == 2
    assert any("monthly cycle" in text for text in offered(model))


@row("C44", "000", 1311, 1334)
async def test_a_signal_finds_its_response_and_a_response_without_its_fields_is_out_of_reach(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await names["setup_canned_responses"](agent)
        plain, with_fields, with_signals = agent.freeze().canned_responses
        condition, action = "The customer asks about money back", "Tell whether they can get their money back"
        asking = await agent.create_guideline(condition, action)
        turn = await server.conversation(agent).say("Can I get my money back?")
    assert len(with_signals.signals) == 3
    assert turn.fired == (asking.id,)
    assert turn.reply == with_signals.template
    assert fates(turn) == {
        plain.id: "offered",
        with_fields.id: "fields 'account_balance', 'currency_symbol' not available",
        with_signals.id: "chosen",
    }


@row("C45", "000", 1338, 1362)
async def test_the_most_restrictive_mode_of_what_holds_governs(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await names["setup_composition_modes"](agent)
        fluid, composited, strict = [guideline.id for guideline in agent.freeze().guidelines]
        modes: dict[tuple[str, ...], str] = {}
        for holding in ((), (fluid,), (fluid, composited), (fluid, composited, strict), (strict,)):
            now_answering(model, match=matching(*holding))
            turn = await server.conversation(agent).say("Well?")
            assert turn.trace.composition is not None
            modes[holding] = turn.trace.composition.mode.value
    assert list(modes.values()) == ["fluid", "fluid", "composited", "strict", "strict"]


@row("G11", "001", 258, 262)
async def test_a_response_greets_the_customer_by_name_and_an_unknown_one_as_guest(snippet: Snippet) -> None:
    def first(ask: Any) -> dict[str, Any]:
        return choosing(ask.facts.candidates[0].id, "high")

    async with p.Server(model=scripted_model(selection=first)) as server:
        agent = await server.create_agent("Desk", composition_mode=STRICT)
        await snippet.run(agent=agent)
        known = await server.conversation(agent, customer=await server.create_customer("Maria")).say("Hi")
        unknown = await server.conversation(agent).say("Hi")
    assert (known.reply, unknown.reply) == ("Hi Maria, I can help with that.", "Hi Guest, I can help with that.")


STATUSES = {
    "message acknowledged": "acknowledged",
    "typing": "typing",
    "thinking": "processing",
    "ready (idle)": "ready",
}


@row("W03", "004", 68, 75, begins="- 00")
async def test_a_turn_with_preamble_and_streaming_shows_the_events_listed_in_their_order(snippet: Snippet) -> None:
    listed = re.findall(r"- (\d\d)([a-z]+\d+[a-z]+?)(message|status|tool)(customer|agent|system)(.*)", snippet.text)
    wanted = [(kind, source, STATUSES.get(words)) for _, _, kind, source, words in listed]

    @p.tool
    async def look_up(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("packed")

    model = scripted_model(
        preamble={"reason": "as scripted", "response": None, "message": "One moment."},
        match=matching("order"),
        tools=calling(look_up={}),
        draft=saying("It is packed."),
    )
    policy = p.VoiceOptimizedPerceivedPerformancePolicy()
    async with p.Server(model=model, perceived_performance_policy=policy) as server:
        agent = await server.create_agent("Shop", output_mode=p.OutputMode.STREAM)
        await agent.create_guideline("asks for an order", "look it up", id="order", tools=[look_up])
        turn = await server.conversation(agent).say("I need to return this order")
    sources = {"ai_agent": "agent"}
    seen = [
        (event.kind, sources.get(event.source, event.source), event.status if event.kind == "status" else None)
        for event in turn.events
    ]
    assert seen == wanted
    assert [event.offset for event in turn.events] == [int(offset) for offset, *_ in listed]
    assert len({event.trace_id for event in turn.events}) == len({trace for _, trace, *_ in listed}) == 1
    reply: Any = turn.events[-2]
    assert reply.chunks[-1] is None


@row("W06", "004", 144, 154, begins="await agent.create_guideline(")
async def test_a_strict_guideline_says_its_own_response_only_once_the_tool_gave_its_field(snippet: Snippet) -> None:
    given: dict[str, str] = {}

    @p.tool
    async def process_refund(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("done", canned_response_fields=dict(given))

    def first(ask: Any) -> dict[str, Any]:
        return choosing(ask.facts.candidates[0].id, "high")

    model = scripted_model(
        match=matching("customer-requests-a-refund"), tools=calling(process_refund={}), selection=first
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", no_match_response="A colleague will call you.")
        await snippet.run(p=p, agent=agent, server=server, process_refund=process_refund)
        without = await server.conversation(agent).say("I want my money back")
        given["transaction_id"] = "TX-9"
        with_it = await server.conversation(agent).say("I want my money back")
        now_answering(model, match=matching())
        elsewhere = await server.conversation(agent).say("Hello")
    assert without.reply == "A colleague will call you."
    assert list(fates(without).values()) == ["field 'transaction_id' not available"]
    assert with_it.reply == "Refund processed. Transaction ID: TX-9"
    assert list(fates(elsewhere).values()) == ["no guideline or state that names it holds"]
