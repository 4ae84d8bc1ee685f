"""Judges and simulated customers in a run of pytest: what is told of them, in the terminal, results and the report."""

import json

import duckdb

# Once, and not anew by a run of pytest within pytest: numpy does not survive that.
import pandas  # noqa: F401
import pytest

from understudy.evals.commands import main
from understudy.evals.results.store import open_results

AGENT = """
import understudy.engine as p

def judge(ask):
    met = "rude" not in ask.facts.criterion
    return {"quotes": [], "reason": "One can hear it.", "verdict": "met" if met else "not_met"}

async def build(server: p.Server) -> p.Agent:
    agent = await server.create_agent(
        name="Clinic", description="Books visits.", models={"judge": p.scripted({"judge": judge})}
    )
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
FRIENDLY = """
agent: agent.py:build
scenarios:
  - name: greets
    script:
      - customer: Hello
        expect: {reply: {judge: sounds friendly, similar: {to: Hello!, at_least: 0.5}}}
    expect: {usage: {asks: {at_most: 4}}}
"""
RUDE = """
agent: agent.py:build
scenarios: [{name: greets, script: [{customer: Hello, expect: {reply: {judge: sounds rude}}}]}]
"""
SIMULATED = """
agent: agent.py:build
scenarios:
  - name: comes by
    script: [{simulate: {goal: Hello, turns: 3}}]
    expect: {simulation: {reached: true, turns: 1}, guidelines: {ever: [greet]}}
"""


@pytest.fixture
def judged(pytester: pytest.Pytester, clinic) -> None:
    clinic(FRIENDLY)
    (pytester.path / "scenarios" / "clinic" / "agent.py").write_text(AGENT)


@pytest.mark.usefixtures("judged")
def test_the_judges_asks_are_told_apart_from_the_agents(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["* asks (* offline)*", "the judge: 1 ask (1 scripted)*"])
    database = pytester.path / ".understudy" / "results.duckdb"
    with open_results(database) as results:
        (outcome,) = results.run("latest").outcomes
    with duckdb.connect(str(database)) as tables:
        decisions = [name for (name,) in tables.execute("SELECT decision FROM asks").fetchall()]
    assert outcome.asks == len(decisions) - 1
    assert decisions.count("judge") == 1


@pytest.mark.usefixtures("judged")
def test_a_criterion_that_is_not_met_fails_with_the_votes(pytester: pytest.Pytester, clinic) -> None:
    clinic(RUDE)
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*reply.judge: sounds rude*", "*the judge, vote 1: no: One can hear it.", "*the judge, vote 2: no: *"]
    )


def test_on_the_offline_model_a_criterion_is_inconclusive_and_says_what_to_do(
    pytester: pytest.Pytester, clinic
) -> None:
    clinic(RUDE)
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == 16
    result.stdout.fnmatch_lines(["*can't judge what is meant; name one that judges: --scenarios-judge-model*"])


@pytest.mark.parametrize("where", ["command line", "ini", "project", "file"])
def test_a_judge_is_named_on_the_command_line_for_the_project_or_in_the_file(
    pytester: pytest.Pytester, clinic, where: str
) -> None:
    clinic(RUDE.replace("scenarios:", "defaults: {judge: {model: blocked}}\nscenarios:") if where == "file" else RUDE)
    options = ["--scenarios-judge-model", "blocked"] if where == "command line" else []
    if where == "ini":
        pytester.makeini("[pytest]\nscenarios_judge_model = blocked\n")
    if where == "project":
        pytester.makepyprojecttoml("[tool.understudy]\njudge_model = 'blocked'\n")
    result = pytester.runpytest_inprocess("--scenarios", *options)
    result.stdout.fnmatch_lines(["*the judge could not be asked: the decision 'judge' wanted a model*"])


def test_turns_of_a_simulated_customer_are_marked_everywhere(pytester: pytest.Pytester, clinic) -> None:
    clinic(SIMULATED)
    report = pytester.path / "report.html"
    result = pytester.runpytest_inprocess("--scenarios", "-v", "--scenarios-report", str(report))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*turn 1, simulated customer: fired greet*", "simulated customers: 2 asks (2 offline)*"]
    )
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        (outcome,) = results.run("latest").outcomes
    assert [turn.simulated for turn in outcome.turns] == [True]
    page = report.read_text(encoding="utf-8")
    assert "Hello: reached after 1 turn" in page
    assert "<span>simulated</span>" in page


def test_a_simulated_customer_can_be_approved_and_is_the_same_again(pytester: pytest.Pytester, clinic) -> None:
    clinic(SIMULATED)
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=1)
    assert main(["approve"]) == 0
    baseline = json.loads((pytester.path / "scenarios/clinic/baseline/comes-by.json").read_text())
    assert baseline["trials"][0]["simulations"] == [{"step": 0, "goal": "Hello", "ended": "reached", "turns": 1}]
    assert "beside" not in baseline["trials"][0]
    again = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "baseline")
    again.assert_outcomes(passed=1)
