"""The web site, whose code and listings stand without fences: what a turn narrows down, and its trace as JSON."""

import json
import re

import understudy.engine as p

from ..engine.worlds import calling, choosing, matching, moving, saying, scripted_model
from .snippets import Snippet, row

DOCUMENT = "004"


@p.tool
async def lookup_order(context: p.ToolContext, order_id: str) -> p.ToolResult:
    return p.ToolResult({"order": order_id}, canned_response_fields={"order": order_id})


@p.tool
async def cancel_order(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("cancelled")


@row("W02", 45, 52, begins="Customer message ingestion")
async def test_what_a_turn_is_narrowed_down_to_can_be_counted_from_its_trace(snippet: Snippet) -> None:
    counts = {what: int(number) for number, what in re.findall(r"- (\d+) (\w+)", snippet.text)}
    words = ["order", "parcel", "refund", "voucher", "label", "courier", "depot", "claim", "warranty", "invoice"]
    held = ("returning", "polite", "lookup")
    model = scripted_model(
        match=matching(*held),
        journey=moving(**{"return": ("advance", "ask-why")}),
        tools=calling(lookup_order={"order_id": "A1"}),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        for word in words:
            await agent.create_term(word, f"what {word} means here")
        returning = await agent.create_observation("wants to return something", id="returning")
        await agent.create_guideline("is cross", "stay polite", id="polite")
        await agent.create_guideline("names an order", "look it up", id="lookup", tools=[lookup_order])
        await agent.create_guideline("wants to cancel", "cancel it", id="cancel", tools=[cancel_order])
        journey = await agent.create_journey("Return", triggers=[returning])
        await journey.initial_state.transition_to(chat_state="Ask why", id="ask-why")
        await agent.create_journey("Complaint", triggers=["complains about staff"])
        spoken_of = ", ".join(words[: counts["glossary"]])
        turn = await server.conversation(agent).say(f"About {spoken_of}: I want to return A1")
    trace = turn.trace
    assert trace.failure is None
    assert (len(trace.fired), trace.fired) == (counts["guidelines"], held)
    assert (len(trace.active_journeys), dict(trace.active_journeys)) == (counts["journey"], {"return": "ask-why"})
    assert len(trace.terms) == counts["glossary"]
    assert {item.tool for item in trace.offered} == {"lookup_order"}, "of two tools"
    (draft,) = [ask for ask in model.asked if ask.decision == "draft"]
    assert "look it up" in draft.prompt
    assert "cancel it" not in draft.prompt


@row("W07", 157, 166, begins="{")
async def test_a_turns_trace_has_a_summary_with_the_keys_shown(snippet: Snippet) -> None:
    shown = json.loads(snippet.text)
    wanted = [item["id"] for item in shown["matched_guidelines"]]
    model = scripted_model(
        match=matching(*wanted),
        tools=calling(lookup_order={"order_id": "A1"}),
        draft=saying("What is the order id?"),
        selection=choosing(shown["canned_response"], "high"),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("has no order id", "ask for it", id=wanted[0], tools=[lookup_order])
        await agent.create_guideline("says something", "acknowledge it", id=wanted[1])
        await agent.create_guideline("leaves", "say goodbye", id="goodbye")
        await agent.create_canned_response("I see. What is its order id?", id=shown["canned_response"])
        talk = server.conversation(agent)
        for _ in range(shown["turn"]):
            turn = await talk.say("My headphones aren't working")
    summary = turn.trace.summary()
    timing = summary.pop("timing")
    # What may differ between two runs stands apart, and no score is made up for what was tried only once.
    assert list(timing) == ["latency_ms"]
    assert isinstance(timing["latency_ms"], int)
    assert shown.pop("latency_ms") > 0
    assert summary == {**shown, "matched_guidelines": [{"id": name} for name in wanted]}
