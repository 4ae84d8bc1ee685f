"""What can be read from a turn's trace at a glance, and what takes no part when two traces are compared."""

from dataclasses import replace

import understudy.engine as p
from understudy.engine.domain.trace import Composition, GuidelineCheck, ResolutionOutcome, Said, Timing, Trace

from ..worlds import calling, choosing, matching, scripted_model


async def test_a_summary_names_what_held_what_was_said_and_what_ran():
    @p.tool
    async def look_up(context: p.ToolContext, order: str) -> p.ToolResult:
        return p.ToolResult("shipped")

    model = scripted_model(
        match=matching("find", "calm"),
        tools=calling(look_up={"order": "A1"}),
        selection=choosing("on-its-way", "high"),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        calm = await agent.create_guideline("is upset", "stay calm", id="calm")
        offer = await agent.create_guideline(action="offer a voucher", id="offer")
        await agent.create_guideline("asks for an order", "find it", id="find", tools=[look_up])
        await calm.prioritize_over(offer)
        await agent.create_canned_response("It is on its way.", id="on-its-way")
        turn = await server.conversation(agent).say("Where is A1?!")
    summary = turn.trace.summary()
    assert list(summary) == ["turn", "matched_guidelines", "canned_response", "tools_called", "timing"]
    assert summary["turn"] == 1
    assert summary["matched_guidelines"] == [{"id": "calm"}, {"id": "find"}], "what gave way is not among them"
    assert (summary["canned_response"], summary["tools_called"]) == ("on-its-way", ["look_up"])


def test_a_summary_of_a_turn_in_which_nothing_happened_has_the_same_keys():
    assert Trace(trace_id="s/3", turn=3).summary() == {
        "turn": 3,
        "matched_guidelines": [],
        "canned_response": None,
        "tools_called": [],
        "timing": {"latency_ms": 0},
    }


def test_a_summary_gives_the_latency_in_whole_milliseconds_apart_from_what_was_decided():
    trace = Trace(
        trace_id="s/1",
        turn=1,
        checks=(GuidelineCheck(round=1, guideline="greet", method="model", matched=True),),
        resolutions=(ResolutionOutcome(round=1, kind="guideline", id="greet", outcome="kept"),),
        composition=Composition(mode=p.CompositionMode.FLUID),
        said=(Said(text="Hello!"),),
        timing=Timing(total=0.4118),
    )
    slower = replace(trace, timing=Timing(total=2.0))
    assert trace.summary()["timing"] == {"latency_ms": 412}
    assert slower.summary()["timing"] == {"latency_ms": 2000}
    assert {**trace.summary(), "timing": None} == {**slower.summary(), "timing": None}
    assert trace == slower
