"""Checks in code: found beside the scenario or by name, asked about the outcome, told apart from the agent's faults."""

import asyncio
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.evals.expectations.code import CodeHolds
from understudy.evals.outcome import Outcome
from understudy.evals.playing.cast import Cast
from understudy.evals.playing.checks import CheckFunction, CodeChecks
from understudy.evals.playing.performance import Performance
from understudy.evals.playing.runner import play_out
from understudy.evals.scenario import CustomerSays, Expected, Place, Scenario

CHECKS = """
import asyncio

def greeted(outcome):
    return "greet" in outcome.turns[-1].trace.fired

async def is_first(outcome):
    await asyncio.sleep(0)
    return "" if len(outcome.turns) == 1 else f"this is turn {len(outcome.turns)}"

def asserts(outcome):
    assert outcome.session.events == (), "there are events"

def breaks(outcome):
    raise KeyError("order")

def answers_oddly(outcome):
    return 7

async def never_ends(outcome):
    await asyncio.Event().wait()

no_function = 3
"""


async def clinic() -> p.BuiltAgent:
    async with p.Server() as server:
        agent = await server.create_agent(name="Clinic", description="Books visits.")
        await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
        return server.build(agent)


def scenario(folder: Path, *, turn: str = "", whole: str = "") -> Scenario:
    (folder / "checks.py").write_text(CHECKS)
    place = Place(file=str(folder / "clinic.yaml"), line=3)

    def expected(check: str) -> tuple[Expected, ...]:
        return (Expected(expectation=CodeHolds(check=check), words=f"check: {check}", place=place),) if check else ()

    return Scenario(
        id="s", name="S", suite="clinic", place=place, agent="agent.py", turn_limit=2.0,
        script=(CustomerSays(texts=("Hello",), expect=expected(turn)), CustomerSays(texts=("Hello again",))),
        expect=expected(whole),
    )  # fmt: skip


def played(one: Scenario, **registered: CheckFunction) -> Outcome:
    async def play() -> Outcome:
        agent = await clinic()
        cast = Cast(one, agent, llm=p.make_llm("offline"))
        return await play_out(Performance(one, agent, cast=cast, code=CodeChecks(lambda: registered)))

    return asyncio.run(play())


def problems(one: Scenario, **registered: CheckFunction) -> list[str]:
    return [each.text for each in asyncio.run(CodeChecks(lambda: registered).problems(one))]


@pytest.mark.parametrize("check", ["checks.py:greeted", "checks.py:is_first"])
def test_a_check_that_is_content_passes(tmp_path: Path, check: str) -> None:
    outcome = played(scenario(tmp_path, turn=check))
    assert outcome.verdict == "passed"
    assert [result.expectation for result in outcome.checks] == [f"check: {check}"]


def test_a_check_of_the_whole_conversation_sees_all_of_it(tmp_path: Path) -> None:
    outcome = played(scenario(tmp_path, whole="checks.py:is_first"))
    assert (outcome.verdict, outcome.checks[0].explanation) == ("failed", "this is turn 2")


@pytest.mark.parametrize(
    ("check", "verdict", "explanation"),
    [
        ("asserts", "failed", "there are events ("),
        ("breaks", "inconclusive", "checks.py:breaks broke: KeyError: 'order' ("),
        ("answers_oddly", "inconclusive", "must answer with True, False or a text that says what is wrong, not 7"),
    ],
)
def test_what_a_check_raises_is_its_own_fault_unless_it_asserts(
    tmp_path: Path, check: str, verdict: str, explanation: str
) -> None:
    outcome = played(scenario(tmp_path, turn=f"checks.py:{check}"))
    assert outcome.verdict == verdict
    assert explanation in outcome.checks[0].explanation
    assert outcome.reason == ("judge_failed" if verdict == "inconclusive" else None)


def test_a_check_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    outcome = played(scenario(tmp_path, turn="checks.py:never_ends"))
    assert outcome.verdict == "inconclusive"
    assert "took longer than 2 s" in outcome.checks[0].explanation


def test_a_registered_check_is_called_by_its_name(tmp_path: Path) -> None:
    def polite(outcome: Outcome) -> bool:
        return "please" in outcome.turns[-1].trace.reply

    one = scenario(tmp_path, turn="polite")
    assert problems(one, polite=polite) == []
    outcome = played(one, polite=polite)
    assert outcome.verdict == "failed"
    assert outcome.checks[0].explanation == "polite said no; a text in place of False would say why"


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ("check.py:greeted", "check.py; did you mean 'checks.py'?"),
        ("checks.py:greted", "has no function 'greted'; did you mean 'greeted'?"),
        ("checks.py:no_function", "has no function 'no_function'"),
        ("nowhere.checks:greeted", "can't be loaded: ModuleNotFoundError: No module named 'nowhere'"),
        ("polit", "no check is called 'polit': registered are polite; a function is named with its file"),
    ],
)
def test_a_check_that_is_not_there_is_a_mistake_in_the_file(tmp_path: Path, check: str, problem: str) -> None:
    (told,) = problems(scenario(tmp_path, whole=check), polite=lambda outcome: True)
    assert problem in told
