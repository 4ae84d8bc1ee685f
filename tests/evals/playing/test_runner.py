"""Playing a scenario: the script, stand-ins for tools, time limits, and the verdict with its reason."""

import asyncio
from dataclasses import replace

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.evals.expectations.kinds import ExpectedCall, GuidelineFired, ReplyWas, ToolsCalled
from understudy.evals.playing.runner import play
from understudy.evals.scenario import (
    AgentFirst,
    CustomerSays,
    Expected,
    FrontEndEvent,
    OperatorSays,
    Place,
    Raises,
    Returns,
    RunIt,
    Scenario,
    SetMode,
    Step,
)

PLACE = Place(file="clinic.yaml", line=3)
OFFLINE = p.make_llm("offline")


@p.tool
async def get_slots(context: p.ToolContext) -> p.ToolResult:
    """List the free slots."""
    return p.ToolResult(["Monday"])


@p.tool
async def sleep(context: p.ToolContext) -> p.ToolResult:
    """Sleep for ever."""
    await asyncio.Event().wait()
    return p.ToolResult(None)


@p.tool(consequential=True)
async def cancel_visit(context: p.ToolContext) -> p.ToolResult:
    """Cancel the visit."""
    return p.ToolResult("cancelled for real")


async def clinic() -> p.BuiltAgent:
    async with p.Server() as server:
        agent = await server.create_agent(name="Clinic", description="Books visits.")
        await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
        for name, wish, tool in (
            ("slots", "asks for free slots", get_slots),
            ("nap", "wants you to sleep", sleep),
            ("cancel", "wants to cancel the visit", cancel_visit),
        ):
            await agent.create_guideline(condition=f"the customer {wish}", action="do so", tools=[tool], id=name)
        return server.build(agent)


def scenario(*script: Step, **more) -> Scenario:
    return Scenario(id="s", name="S", suite="clinic", place=PLACE, agent="agent.py:build", script=script, **more)


def says(text: str, *expectations) -> CustomerSays:
    return CustomerSays(texts=(text,), expect=tuple(expected(each) for each in expectations))


def expected(expectation) -> Expected:
    return Expected(expectation=expectation, words=type(expectation).__name__, place=PLACE)


class Silent:
    """A provider that never answers."""

    async def ask(self, ask: Ask, /) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError("never reached")


class Down:
    """A provider that can't be reached, from some ask on."""

    def __init__(self, *, after: int = 0) -> None:
        self._left = after

    async def ask(self, ask: Ask, /) -> Reply:
        if self._left == 0:
            raise p.ModelUnavailableError("503 from the provider")
        self._left -= 1
        return await OFFLINE.ask(ask)


async def test_a_script_is_played_in_order_and_every_turn_is_kept() -> None:
    outcome = await play(
        scenario(
            AgentFirst(),
            CustomerSays(texts=("Hello", "I mean good morning")),
            FrontEndEvent(data={"page": "checkout"}),
            OperatorSays(text="Dana here", name="Dana"),
        ),
        await clinic(),
        llm=OFFLINE,
    )
    assert outcome.verdict == "passed"
    assert [(turn.number, turn.step) for turn in outcome.turns] == [(1, 0), (2, 1)]
    assert outcome.session is not None
    told = [event.text for event in outcome.session.events if event.kind == "message" and event.source != "ai_agent"]
    assert told == ["Hello", "I mean good morning", "Dana here"]
    assert outcome.answered_by == "offline"
    assert outcome.texts


async def test_in_manual_mode_the_agent_takes_no_turn() -> None:
    script = (SetMode(mode=p.SessionMode.MANUAL), says("Hello", ReplyWas(kind="silent", expected=True)))
    outcome = await play(scenario(*script), await clinic(), llm=OFFLINE)
    assert (outcome.verdict, outcome.turns) == ("passed", ())


async def test_every_expectation_of_turns_and_of_the_whole_is_judged() -> None:
    played = scenario(
        says("Hello", GuidelineFired(guideline="greet"), GuidelineFired(guideline="cancel")),
        expect=(expected(GuidelineFired(guideline="slots")),),
    )
    outcome = await play(played, await clinic(), llm=OFFLINE)
    assert outcome.verdict == "failed"
    assert [(check.verdict, check.turn) for check in outcome.checks] == [("passed", 1), ("failed", 1), ("failed", None)]


async def test_stand_ins_answer_in_order_and_the_last_goes_on() -> None:
    played = scenario(
        *[says("Which slots are free? I ask for free slots")] * 3,
        tools={"get_slots": (Returns(data=["Friday"]), Raises(message="calendar is down"))},
    )
    outcome = await play(played, await clinic(), llm=OFFLINE)
    results = [call.result.visible for turn in outcome.turns for call in turn.trace.calls]
    assert results == [["Friday"], {"error": "calendar is down"}, {"error": "calendar is down"}]


async def test_a_consequential_tool_without_leave_does_not_run_and_the_line_to_add_is_named() -> None:
    played = scenario(says("I want to cancel the visit"), says("Hello", GuidelineFired(guideline="cancel")))
    outcome = await play(played, await clinic(), llm=OFFLINE)
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "stand_in_missing")
    assert "tools: {cancel_visit: run}" in outcome.explanation
    assert [check.verdict for check in outcome.checks] == ["inconclusive"]


async def test_a_consequential_tool_runs_where_the_scenario_says_so() -> None:
    played = scenario(says("I want to cancel the visit"), tools={"cancel_visit": (RunIt(),)})
    outcome = await play(played, await clinic(), llm=OFFLINE)
    assert outcome.verdict == "passed"
    assert [call.result.data for turn in outcome.turns for call in turn.trace.calls] == ["cancelled for real"]


async def test_a_provider_that_fails_leaves_the_scenario_untold() -> None:
    outcome = await play(scenario(says("Hello", GuidelineFired(guideline="greet"))), await clinic(), llm=Down())
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "model_unavailable")
    assert "503 from the provider" in outcome.explanation


async def test_what_failed_before_the_provider_did_counts() -> None:
    script = (says("Hello", GuidelineFired(guideline="cancel")), says("Hello again"))
    asks = (await play(scenario(script[0]), await clinic(), llm=OFFLINE)).asks
    outcome = await play(scenario(*script), await clinic(), llm=Down(after=asks))
    assert (outcome.verdict, outcome.reason) == ("failed", None)


async def test_an_engine_that_stays_undecided_is_a_failure() -> None:
    llm = p.scripted({"match": "no JSON at all"}, fallback=OFFLINE)
    outcome = await play(scenario(says("Hello")), await clinic(), llm=llm)
    assert outcome.verdict == "failed"
    (check,) = outcome.checks
    assert check.expectation == "the turn is played to its end"
    assert "undecided" in check.explanation


async def test_a_turn_too_long_for_want_of_an_answer_is_inconclusive() -> None:
    outcome = await play(scenario(says("Hello"), turn_limit=0.05), await clinic(), llm=Silent())
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "time_limit")
    assert "turn 1" in outcome.explanation
    assert "'match'" in outcome.explanation


@pytest.mark.parametrize("limit", ["turn_limit", "scenario_limit"])
async def test_time_lost_in_a_tool_is_the_agents_failure(limit: str) -> None:
    played = replace(scenario(says("I wants you to sleep")), **{limit: 0.2})
    outcome = await play(played, await clinic(), llm=OFFLINE)
    assert outcome.verdict == "failed"
    assert "the tool 'sleep'" in outcome.explanation


async def test_what_breaks_in_the_harness_is_told_and_not_raised() -> None:
    call = ToolsCalled(calls=(ExpectedCall(tool="get_slots"),))
    played = scenario(says("Hello", call), now="no time at all")
    outcome = await play(played, await clinic(), llm=OFFLINE)
    assert outcome.verdict == "failed"
    assert "playing the scenario broke: ValueError" in outcome.explanation
    assert [check.verdict for check in outcome.checks] == ["inconclusive"]


async def test_two_playings_of_a_scenario_are_equal() -> None:
    played = scenario(says("Hello"), says("Which slots are free? I ask for free slots"))
    assert await play(played, await clinic(), llm=OFFLINE) == await play(played, await clinic(), llm=OFFLINE)
