"""Scenarios written in Python, beside those in YAML."""

import pytest

from understudy.evals.results.store import open_results

BUILD = """
import pytest
import understudy.engine as p
from understudy.evals.scenario import Returns

@p.tool
async def get_slots(context: p.ToolContext) -> p.ToolResult:
    "List the free slots."
    return p.ToolResult(["Monday"])

@p.tool(consequential=True)
async def cancel_visit(context: p.ToolContext) -> p.ToolResult:
    "Cancel the visit."
    return p.ToolResult("gone")

async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    for name, wish, tool in (
        ("slots", "asks for free slots", get_slots), ("cancel", "wants to cancel the visit", cancel_visit)
    ):
        await agent.create_guideline(condition=f"the customer {wish}", action="do so", tools=[tool], id=name)
    return agent
"""


def test_a_conversation_is_rehearsed_and_stored_like_any_other(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + """
@pytest.mark.scenario(agent=build, tools={"get_slots": Returns(data=["Friday"])})
async def test_slots(rehearse):
    turn = await rehearse.say("Hello")
    assert "greet" in turn.fired
    turn = await rehearse.say("Which slots are free? I ask for free slots")
    assert turn.trace.calls[0].result.data == ["Friday"]
    assert len(rehearse.session.events) > 2

@pytest.mark.parametrize("word", ["Hello", "Hi"])
@pytest.mark.scenario(agent=build)
async def test_greets(rehearse, word):
    assert "slots" in (await rehearse.say(word)).fired
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*assert 'slots' in*", "1 passed, 2 failed"])
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        stored = results.run("latest").outcomes
    assert [(each.scenario, each.verdict, len(each.turns)) for each in stored] == [
        ("test_slots", "passed", 2),
        ("test_greets[Hello]", "failed", 1),
        ("test_greets[Hi]", "failed", 1),
    ]


def test_what_can_not_be_told_is_an_error(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + """
@pytest.mark.scenario(agent=build)
async def test_cancels(rehearse):
    await rehearse.say("I want to cancel the visit")

async def broken(server):
    raise RuntimeError("no database")

@pytest.mark.scenario(agent=broken)
async def test_never_begins(rehearse):
    await rehearse.say("Hello")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(errors=2)
    assert result.ret == 16
    result.stdout.fnmatch_lines(["*stand in missing*cancel_visit*run*", "*agent load*no database*"])


def test_an_option_that_the_mark_does_not_have_is_refused(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + """
@pytest.mark.scenario(agnet=build)
async def test_slots(rehearse):
    await rehearse.say("Hello")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*has no 'agnet'; did you mean 'agent'?*"])
