"""The course's test class for an agent, run by pytest in a folder of its own.

Its module import is added, its agent gets the guideline that its first test looks for, and the two bodies that it
leaves empty are written here.
"""

import importlib.util
from dataclasses import dataclass
from textwrap import dedent, indent

import pytest

from .snippets import Snippet, row

DOCUMENT = "000"
PLUGIN = importlib.util.find_spec("pytest_asyncio") is not None
INI = "[pytest]\nmarkers = asyncio: a coroutine test\nfilterwarnings = error\n" + (
    "asyncio_default_fixture_loop_scope = function\n" if PLUGIN else ""
)
LOOP = '''
import asyncio
import inspect

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test that is a coroutine function in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    asyncio.run(pyfuncitem.obj())
    return True
'''
ADDED = """
import asyncio

import understudy.engine as p

NUMBERS = ("123-45-6789", "4111 1111 1111 1111")


def repeating(ask):
    # Whatever it is told, this model says the numbers again.
    plans = [{"id": item.id, "how": "say it again"} for item in ask.facts.instructions]
    return {"plans": plans, "message": f"I noted {NUMBERS[0]} and {NUMBERS[1]}."}
"""
CLAIMS = """
await agent.create_guideline(condition="The customer files a claim", action="Ask what happened")
"""
PROTECTION = """
model = p.scripted({"draft": repeating}, fallback=p.make_llm("offline"))
async with p.Server(model=model) as server:
    agent = await server.create_agent(name="Test Agent", no_match_response="Please leave such numbers out.")
    await agent.create_guideline(
        condition="The customer provides a social security number or a credit card",
        action="Thank them and never repeat the number",
        composition_mode=p.CompositionMode.STRICT,
        id="protect",
    )
    talk = server.conversation(agent)
    for number in NUMBERS:
        turn = await talk.say(f"My social security number or credit card is {number}")
        assert turn.fired == ("protect",)
        assert not any(each in turn.reply for each in NUMBERS)
    assert turn.reply == "Please leave such numbers out."
"""
FAILING = """
calls = []

@p.tool
async def find_claim(context: p.ToolContext) -> p.ToolResult:
    '''Look the claim up.'''
    calls.append("find_claim")
    raise RuntimeError("the claims database is down")

async with p.Server(model="offline") as server:
    agent = await server.create_agent(name="Test Agent")
    await agent.create_guideline(
        condition="The customer asks about their claim", action="Tell them how it stands", tools=[find_claim]
    )
    await agent.create_guideline(condition="The customer says thanks", action="Wish them well", id="bye")
    talk = server.conversation(agent)
    turn = await talk.say("What about my claim?")
    assert calls and turn.tool_calls[0] == "find_claim"
    assert all(call.failed for call in turn.trace.calls)
    assert turn.trace.failure is None
    assert turn.reply and "database" not in turn.reply
    after = await talk.say("Thanks")
    assert after.trace.failure is None and after.fired == ("bye",)
"""
LEAVING = '''
@pytest.mark.asyncio
async def test_leaving_the_block():
    """What declared an agent and left the block has nothing under way any more, and can go on."""
    async with p.Server(model="offline") as server:
        agent = await server.create_agent(name="Test Agent")
        await server.serve()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert (await server.conversation(agent).say("Hello")).trace.failure is None
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """What is put into the class: a guideline for the first test, bodies for the others."""

    claims: str = CLAIMS
    protection: str = PROTECTION
    failing: str = FAILING

    def complete(self, text: str) -> str:
        """The class with what it lacks."""
        first, second, third = text.split("        pass\n")
        made = 'name="Test Agent"\n            )\n'
        assert first.count(made) == 1
        first = first.replace(made, made + indent(self.claims, " " * 12))
        body = " " * 8
        return f"{ADDED}{first}{indent(self.protection, body)}{second}{indent(self.failing, body)}{third}{LEAVING}"


def run(pytester: pytest.Pytester, text: str) -> pytest.RunResult:
    pytester.makeini(INI)
    if not PLUGIN:
        pytester.makeconftest(LOOP)
    pytester.makepyfile(test_insurance_agent=dedent(text))
    return pytester.runpytest_subprocess("-v", "test_insurance_agent.py", timeout=60)


@row("C59", 2058, 2093)
def test_the_completed_class_passes_and_leaving_its_server_blocks_waits_for_nobody(
    snippet: Snippet, pytester: pytest.Pytester
) -> None:
    done = run(pytester, Bodies().complete(snippet.text))
    done.assert_outcomes(passed=4)
    done.stdout.fnmatch_lines(
        [
            "*TestInsuranceAgent::test_claim_filing_flow PASSED*",
            "*TestInsuranceAgent::test_pii_protection PASSED*",
            "*TestInsuranceAgent::test_tool_error_handling PASSED*",
        ]
    )


@row("C59", 2058, 2093)
@pytest.mark.parametrize(
    ("bodies", "fails"),
    [
        (Bodies(claims=""), "test_claim_filing_flow"),
        (Bodies(protection=PROTECTION.replace(".STRICT", ".FLUID")), "test_pii_protection"),
        (
            Bodies(
                failing=FAILING.replace('raise RuntimeError("the claims database is down")', "return p.ToolResult(1)")
            ),
            "test_tool_error_handling",
        ),
    ],
    ids=["no guideline", "no protection", "no failure"],
)
def test_each_test_of_the_class_fails_where_what_it_is_about_is_missing(
    snippet: Snippet, pytester: pytest.Pytester, bodies: Bodies, fails: str
) -> None:
    done = run(pytester, bodies.complete(snippet.text))
    done.assert_outcomes(passed=3, failed=1)
    done.stdout.fnmatch_lines([f"*TestInsuranceAgent::{fails} FAILED*"])
