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


JUDGED = """
import pytest
import understudy.engine as p
from understudy.evals.scenario import Simulate

def judge(ask):
    verdict = {"is kind": "met", "is rude": "not_met"}.get(ask.facts.criterion, "cannot_tell")
    return {"quotes": [], "reason": "One can hear it.", "verdict": verdict}

async def build(server):
    agent = await server.create_agent(
        name="Clinic", description="Books visits.", models={"judge": p.scripted({"judge": judge})}
    )
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""


def test_replies_are_judged_and_customers_played_in_python_too(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        JUDGED
        + """
@pytest.mark.scenario(agent=build)
async def test_kind(rehearse):
    simulation = await rehearse.simulate(Simulate(goal="Hello", turns=2))
    assert (simulation.ended, simulation.turns) == ("reached", 1)
    assert await rehearse.judge("is kind")

@pytest.mark.scenario(agent=build)
async def test_rude(rehearse):
    await rehearse.say("Hello")
    assert await rehearse.judge("is rude")

@pytest.mark.scenario(agent=build)
async def test_blue(rehearse):
    await rehearse.say("Hello")
    assert await rehearse.judge("is blue")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*Judged(met=False, why='the judge, vote 1: no: One can hear it.*"])
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        stored = {each.scenario: each for each in results.run("latest").outcomes}
    assert (stored["test_blue"].verdict, stored["test_blue"].reason) == ("inconclusive", "judge_failed")
    assert [turn.simulated for turn in stored["test_kind"].turns] == [True]
    assert [len(each.beside) for each in stored.values()] == [3, 2, 1]


MOODY = """
from dataclasses import replace

class Moody:
    "Finds no guideline to match in every other conversation."

    def __init__(self):
        self.conversations = 0

    async def ask(self, ask):
        reply = await p.make_llm("offline").ask(ask)
        if ask.decision == "match":
            self.conversations += 1
            if self.conversations % 2 == 0:
                reply = replace(reply, text=reply.text.replace("true", "false"))
        return replace(reply, source="live", model="moody")

async def moody(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.", model=Moody())
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""


def test_a_scenario_has_trials_of_which_so_many_must_pass(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + MOODY
        + """
@pytest.mark.scenario(agent=moody, trials=3, at_least=2)
async def test_mostly(rehearse):
    assert "greet" in (await rehearse.say("Hello")).fired

@pytest.mark.scenario(agent=moody, trials=2)
async def test_always(rehearse):
    assert "greet" in (await rehearse.say("Hello to you")).fired

@pytest.mark.scenario(agent=build, trials=3)
async def test_offline(rehearse):
    assert "greet" in (await rehearse.say("Hello")).fired
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-llm", "live", path)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*/test_always: 1 of 2 trials passed, 2 needed, *",
            "*/test_always failed: *AssertionError: assert 'greet' in fired*",
            "*'greet' was considered and did not match*",
            "note: on the offline model,*is played once whatever its trials",
        ]
    )
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        stored = results.run("latest").outcomes
    assert [(each.scenario, each.trial, each.verdict) for each in stored] == [
        ("test_mostly", 1, "passed"),
        ("test_mostly", 2, "failed"),
        ("test_mostly", 3, "passed"),
        ("test_always", 1, "failed"),
        ("test_always", 2, "passed"),
        ("test_offline", 1, "passed"),
    ]


def test_a_run_says_how_many_trials_there_are(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + MOODY
        + """
@pytest.mark.scenario(agent=moody, trials=2, at_least=1)
async def test_mostly(rehearse):
    assert "greet" in (await rehearse.say("Hello")).fired
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-llm", "live", "--scenarios-trials", "5", path)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["flaky, */test_mostly: 3 of 5 trials passed, 3 needed, *"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("trials=0", "trials=0 is no number of trials; write a whole number from 1"),
        ("trials='3'", "trials='3' is no number of trials"),
        (
            "trials=2, at_least=3",
            "at_least=3 is no number of its trials (2) that must pass; write a whole number up to 2",
        ),
        ("moderation='aut'", "moderation='aut' can't be; it is one of 'none', 'auto', 'paranoid'"),
        ("turn_limit=0", "turn_limit=0 is no limit; write a number of seconds above 0"),
        ("trials=0, modl='offline'", "it has no 'modl'; did you mean 'model'?; trials=0 is no number of trials"),
    ],
)
def test_a_mark_that_can_not_be_is_told_without_frames(pytester: pytest.Pytester, options: str, says: str) -> None:
    path = pytester.makepyfile(
        BUILD
        + f"""
@pytest.mark.scenario(agent=build, {options})
async def test_slots(rehearse):
    await rehearse.say("Hello")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{says}*".replace("[", "[[]")])
    result.stdout.no_fnmatch_line("*python_scenarios.py:*")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("say(3)", 'rehearse.say() can\'t take 3; write await rehearse.say("Hello")'),
        ("say('')", "rehearse.say() can't take ''; write await rehearse.say(\"Hello\")"),
        ("say()", 'rehearse.say() needs what the customer says: await rehearse.say("Hello")'),
        ("simulate('book')", "rehearse.simulate() can't take 'book'; write await rehearse.simulate(Simulate(goal="),
        ("judge('')", "rehearse.judge() can't take ''; write await rehearse.judge(\"is friendly\")"),
        ("judge('is kind')", "rehearse.judge() is about the agent's newest reply; say something before"),
    ],
)
def test_what_can_not_be_said_fails_at_the_line_that_says_it(pytester: pytest.Pytester, call: str, says: str) -> None:
    path = pytester.makepyfile(
        BUILD
        + f"""
@pytest.mark.scenario(agent=build)
async def test_odd(rehearse):
    await rehearse.{call}

@pytest.mark.scenario(agent=build)
async def test_slots(rehearse):
    await rehearse.say("Hello")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f">*await rehearse.{call}", f"E*{says}*"])
    result.stdout.no_fnmatch_line("*python_scenarios.py:*")


def test_a_scenario_that_awaits_nothing_does_not_pass(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        BUILD
        + """
@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.scenario(agent=build)
async def test_forgets(rehearse):
    rehearse.say("Hello")

@pytest.mark.scenario(agent=build)
def test_can_not(rehearse):
    rehearse.say("Hello")
"""
    )
    result = pytester.runpytest_inprocess("--scenarios", path)
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*test_can_not: a scenario in Python is a coroutine; write `async def test_can_not(…)`*",
            "nothing was rehearsed; what `rehearse` gives is awaited: await rehearse.say(…)",
        ]
    )


def test_a_run_that_finds_no_scenario_says_what_one_is(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--scenarios", ".")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["no scenario was found: *`understudy new` makes a project that has some"])
