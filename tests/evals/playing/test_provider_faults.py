"""Scenarios on a provider that misbehaves, over real HTTP: what passes is got over, the rest is told for what it is."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from understudy.evals.commands.selecting import select
from understudy.evals.outcome import Outcome
from understudy.evals.playing.means import Means
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.scenario import ModelChoice

from ... import provider
from ...loopback import Answer, Loopback, loopback

AGENT = """
async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(
        condition="the customer greets you", action="greet the customer", id="greet", continuous=False,
        customer_dependent=False,
    )
    return agent
"""
SCENARIO = """
agent: agent.py:build
scenarios:
  - {name: greets, script: [{customer: Hello, expect: {guidelines: {fired: [greet]}}}]}
"""
KEY = "sk-testtesttesttesttest"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios" / "clinic"
    folder.mkdir(parents=True)
    (folder / "agent.py").write_text(AGENT)
    (folder / "greets.yaml").write_text(SCENARIO)
    return folder


def faulty(*faults: Answer | str, for_ever: bool = False) -> Callable[[dict[str, Any]], Answer | str]:
    """A provider whose first answers, or all of them, are faults."""
    left = list(faults)

    def respond(request: dict[str, Any]) -> Answer | str:
        if for_ever:
            return faults[0]
        return left.pop(0) if left else provider.respond(request)

    return respond


def play(suite: Path, server: Loopback, **settings: Any) -> Outcome:
    how = {"api_base": server.url, "api_key": KEY, "backoff": 0.001, "timeout": 10.0, **settings}
    namings = Namings(command_line=ModelChoice(name="openai/small", settings=how))
    (chosen,) = select([str(suite)])
    with Rehearsal(Means(namings=namings, mode="auto")) as rehearsal:
        (outcome,) = rehearsal.play(chosen.scenario, node=chosen.node).outcomes
    return outcome


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=429, text="slow down"),
        Answer(status=429, text="slow down", headers={"Retry-After": "0"}),
        Answer(status=500, text="the hamster died"),
        Answer(reset=True),
        Answer(text='{"checks": [{"id": "gr', finish_reason="length"),
        Answer(text='{"another": "schema"}'),
        Answer(refusal="I can't help with that."),
        Answer(text=""),
    ],
    ids=["429", "429 with Retry-After", "500", "reset", "half a JSON", "another schema", "refusal", "empty"],
)
def test_a_fault_that_passes_is_got_over(suite: Path, fault: Answer) -> None:
    with loopback(faulty(fault)) as server:
        outcome = play(suite, server)
    assert (outcome.verdict, outcome.explanation) == ("passed", "")


def test_an_answer_in_a_fence_and_prose_is_read(suite: Path) -> None:
    def respond(request: dict[str, Any]) -> str:
        return f"Of course:\n```json\n{provider.respond(request)}\n```\nAnything else?"

    with loopback(respond) as server:
        assert play(suite, server).verdict == "passed"
        before = len(server.requests)
        assert play(suite, server).answered_by == "replayed"
        assert len(server.requests) == before


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Answer(status=429, text="quota spent"), "quota spent"),
        (Answer(status=500, text="the hamster died"), "the hamster died"),
        (Answer(hang=True), "no answer within|[Tt]imed? ?out"),
        (Answer(reset=True), "gave no answer after 2 tries"),
        (Answer(body=b'{"id": "chatcmpl-1", "choices": [{"ind'), "gave no answer"),
    ],
    ids=["429", "500", "hang", "reset", "half a body"],
)
def test_a_provider_that_can_not_be_had_says_nothing_of_the_agent(suite: Path, fault: Answer, words: str) -> None:
    with loopback(faulty(fault, for_ever=True)) as server:
        outcome = play(suite, server, timeout=0.3, retries=1)
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "model_unavailable")
    assert re.search(words, outcome.explanation)


@pytest.mark.parametrize(
    ("fault", "objection"),
    [
        (Answer(text='{"checks": [{"id": "gr', finish_reason="length"), "the answer was not valid JSON"),
        (Answer(text='{"another": "schema"}'), "the answer does not fit the schema at checks"),
        (Answer(refusal="I can't help with that."), "the answer was not valid JSON"),
        (Answer(text=""), "the answer was not valid JSON"),
    ],
    ids=["half a JSON", "another schema", "refusal", "empty"],
)
def test_a_model_that_never_gives_an_acceptable_answer_fails_as_a_customer_would_see_it(
    suite: Path, fault: Answer, objection: str
) -> None:
    with loopback(faulty(fault, for_ever=True)) as server:
        outcome = play(suite, server)
    assert outcome.verdict == "failed"
    (failed, *_) = [check for check in outcome.checks if check.verdict == "failed"]
    assert "stayed undecided after its last attempt" in failed.explanation
    assert objection in failed.explanation


PLAY = """
import sys
from pathlib import Path
from understudy.evals.commands.selecting import select
from understudy.evals.playing.models import Namings
from understudy.evals.playing.means import Means
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.scenario import ModelChoice

suite, url, cache = sys.argv[1:]
how = {"api_base": url, "api_key": "sk-testtesttesttesttest"}
namings = Namings(command_line=ModelChoice(name="openai/small", settings=how))
(chosen,) = select([suite])
with Rehearsal(Means(namings=namings, mode="auto", cache=Path(cache))) as rehearsal:
    (outcome,) = rehearsal.play(chosen.scenario, node=chosen.node).outcomes
print(outcome.verdict, outcome.asks)
"""


def test_two_processes_that_play_one_scenario_at_once_pay_once(suite: Path, tmp_path: Path) -> None:
    with loopback(provider.respond) as server:
        command = [sys.executable, "-c", PLAY, str(suite), server.url, str(tmp_path / "cache")]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate()[0].split() for process in running]
        assert [verdict for verdict, _ in said] == ["passed", "passed"]
        # Both asked as much, and the provider was asked that once; one more was about the agent itself.
        assert said[0] == said[1]
        assert len(server.requests) == int(said[0][1]) + 1


def test_nothing_of_a_cancelled_scenario_stays_behind(suite: Path) -> None:
    with loopback(faulty(Answer(hang=True), for_ever=True)) as server:
        (chosen,) = select([str(suite)])
        how = {"api_base": server.url, "api_key": KEY}
        short = Namings(command_line=ModelChoice(name="openai/small", settings=how))
        scenario = replace(chosen.scenario, turn_limit=0.3)
        with Rehearsal(Means(namings=short, mode="auto")) as rehearsal:
            (outcome,) = rehearsal.play(scenario, node=chosen.node).outcomes
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "time_limit")
    assert not (suite / "recordings").exists()
