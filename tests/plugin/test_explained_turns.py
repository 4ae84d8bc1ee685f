"""Assertions in Python scenarios that do not hold say why, and not only that."""

import pytest

BUILD = """
import pytest
import understudy.engine as p
from understudy.evals.scenario import Earlier, Start

@p.tool
async def get_slots(context: p.ToolContext) -> p.ToolResult:
    "List the free slots."
    return p.ToolResult(["Monday"])

async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    await agent.create_guideline(condition="the customer asks for slots", action="list", tools=[get_slots], id="slots")
    visit = await agent.create_journey(
        title="Visit", description="Book a visit", conditions=["the customer wants to book a visit"]
    )
    await visit.initial_state.transition_to(chat_state="ask for the reason", id="ask-reason")
    return agent

pytestmark = pytest.mark.scenario(agent=build)
"""


def test_collections_of_a_turn_explain_themselves(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + """
async def test_fired(rehearse):
    assert "slots" in (await rehearse.say("Hello")).fired

async def test_not_fired(rehearse):
    assert "greet" not in (await rehearse.say("Hello")).fired

async def test_called(rehearse):
    assert (await rehearse.say("Hello")).tool_calls == ("get_slots",)

async def test_journeys(rehearse):
    assert (await rehearse.say("I want to book a visit")).journeys == {"visit": "booked"}

async def test_dropped(rehearse):
    assert "greet" in (await rehearse.say("Hello")).dropped

@pytest.mark.scenario(agent=build, start=Start(history=[Earlier(source="ai_agent", text="Hello!")], applied=["greet"]))
async def test_goes_on(rehearse):
    await rehearse.say("Well")
    assert rehearse.session.events[0].text == "Hello!"
    assert "greet" in rehearse.session.state.applied

async def test_holds(rehearse):
    turn = await rehearse.say("Hello")
    assert turn.fired == ("greet",)
    assert turn.active_guidelines == turn.fired
    assert not turn.dropped
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(passed=2, failed=5)
    result.stdout.fnmatch_lines(
        [
            "E*assert 'slots' in fired, which is *greet*",
            "E*'slots' was considered and did not match (round 1*",
            "E*assert 'greet' not in fired, which is *greet*",
            "E*'greet' fired (round 1*",
            "E*assert tool_calls: * == ('get_slots',)",
            "E*get_slots was not offered*",
            "E*assert journeys: {'visit': 'ask-reason'} == {'visit': 'booked'}",
            "E*'visit' stands at 'ask-reason'*",
            "E*assert 'greet' in dropped, which is {}",
            "E*'greet' fired (round 1*",
        ]
    )
