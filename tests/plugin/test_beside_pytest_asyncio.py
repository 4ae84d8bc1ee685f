"""Coroutine tests of users and scenarios in Python, side by side with a plugin that runs coroutines."""

import importlib.util

import pytest

REAL = importlib.util.find_spec("pytest_asyncio") is not None
AS_IT_DOES = '''
"""Runs coroutine tests as pytest-asyncio does in its auto mode: a plain function is put in the test's place."""
import asyncio, functools, inspect, pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    own = item.obj
    if not inspect.iscoroutinefunction(own):
        return (yield)

    @functools.wraps(own)
    def run(**arguments):
        return asyncio.run(own(**arguments))

    item.obj = run
    try:
        return (yield)
    finally:
        item.obj = own
'''
TESTS = """
import pytest
import understudy.engine as p

class TestAgent:
    "A class as users write it, around a server of its own."

    @pytest.mark.asyncio
    async def test_greets(self):
        async with p.Server(model="offline") as server:
            agent = await server.create_agent(name="Ada")
            await agent.create_guideline(condition="the customer greets you", action="greet them", id="greet")
            turn = await server.conversation(agent).say("Hello")
        assert turn.fired == ("greet",)

async def build(server):
    agent = await server.create_agent(name="Ada")
    await agent.create_guideline(condition="the customer greets you", action="greet them", id="greet")
    return agent

@pytest.fixture
def word():
    return "Hello"

@pytest.mark.scenario(agent=build)
async def test_scenario(rehearse, word):
    assert "greet" in (await rehearse.say(word)).fired
"""
MODES = ["as it does", *(["auto", "strict"] if REAL else [])]


@pytest.fixture
def project(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> pytest.Pytester:
    mode = request.param
    if mode == "as it does":
        pytester.makeconftest(AS_IT_DOES)
        pytester.makeini("[pytest]\naddopts = -p no:asyncio\nfilterwarnings = error\nmarkers = asyncio: a coroutine\n")
    else:
        settings = f"asyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n"
        pytester.makeini(f"[pytest]\nfilterwarnings = error\n{settings}")
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("project", MODES, indirect=True)
def test_a_users_own_class_runs_as_if_we_were_not_there(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("-v")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*::TestAgent::test_greets PASSED*"])


@pytest.mark.parametrize("project", MODES, indirect=True)
def test_scenarios_in_python_are_played_by_us(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--scenarios", "-v", ".")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*::test_scenario PASSED*", "1 passed", "*asks (* offline)*"])
