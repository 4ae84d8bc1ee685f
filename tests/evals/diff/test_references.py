"""What a name of a comparison stands for: a file, approved behaviour, a run, or a revision."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.evals.baselines import write_baseline
from understudy.evals.commands import main
from understudy.evals.diff.references import NotComparableError, Places, refer
from understudy.evals.results.errors import NoResultsError, UnknownRunError
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results

from ..runs import outcome, run, trace

PLACES = Places(db=Path(".understudy/results.duckdb"))
PLAYED = replace(outcome(trace("book")), file="scenarios/clinic/booking.yaml")

AGENT = """
import understudy.engine as p

async def build(server: p.Server) -> p.Agent:
    agent = await server.create_agent(name="Clinic")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
SCENARIOS = """
agent: agent.py:build
scenarios: [{name: greets, script: [{customer: Hello there, expect: {guidelines: {fired: [greet]}}}]}]
"""


def git(*arguments: str) -> str:
    settings = ("-c", "user.name=Jean", "-c", "user.email=jean@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *settings, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(text: str) -> str:
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", text)
    return git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERSTUDY_MODEL", raising=False)
    git("init", "--quiet", "--initial-branch", "main")
    Path(".gitignore").write_text(".understudy/\n")


def store(*records: RunRecord) -> None:
    with open_results(PLACES.db) as results:
        for record in records:
            results.add(record)


def test_a_revision_stands_for_a_clean_run_of_it_and_never_for_a_dirty_one() -> None:
    revision = commit("first")
    clean = run(PLAYED, revision=revision)
    store(clean, run(PLAYED, revision=revision, dirty=True, id_="20260303-090000-bbbb"))
    for name in ("main", "HEAD", revision[:8]):
        found = refer(name, PLACES)
        assert (found.origin, found.run.id) == ("run", clean.id)


def test_a_label_goes_before_a_branch_of_that_name() -> None:
    commit("first")
    store(run(PLAYED, label="main"))
    assert refer("main", PLACES).run.label == "main"


def test_without_a_run_the_baselines_committed_there_stand_for_a_revision() -> None:
    write_baseline([PLAYED], run(PLAYED).agents, root=Path())
    commit("first")
    write_baseline([replace(PLAYED, verdict="failed")], run(PLAYED).agents, root=Path())
    found = refer("main", PLACES)
    assert (found.origin, [each.verdict for each in found.run.outcomes]) == ("committed baseline", ["passed"])
    assert found.run.agents == run(PLAYED).agents
    assert [each.verdict for each in refer("baseline", PLACES).run.outcomes] == ["failed"]


def test_a_revision_of_which_nothing_is_known_says_what_to_do() -> None:
    commit("first")
    with pytest.raises(NotComparableError, match="add --play to play it now, or approve a baseline"):
        refer("main", PLACES)


def test_a_name_that_is_nothing_is_no_revision_either() -> None:
    commit("first")
    store(run(PLAYED, label="nightly"))
    with pytest.raises(UnknownRunError, match="did you mean 'nightly'"):
        refer("nightli", PLACES)


def test_what_looks_like_an_option_is_never_passed_to_git_as_one() -> None:
    commit("first")
    with pytest.raises(NoResultsError):
        refer("--output=stolen", PLACES)
    assert not Path("stolen").exists()


def test_a_revision_is_played_in_a_worktree_that_is_gone_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    suite = Path("scenarios/clinic")
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    (suite / "greeting.yaml").write_text(SCENARIOS)
    Path("pytest.ini").write_text("[pytest]\n")
    commit("first")
    store(run(replace(outcome(trace("greet"), scenario="greets"), file="scenarios/clinic/greeting.yaml")))
    assert main(["diff", "main", "latest", "--play"]) == 0
    assert "clinic/greets" in capsys.readouterr().out
    (agent,) = refer("main", replace(PLACES, play=True)).run.agents.values()
    assert str(agent.guidelines[0].source).startswith("scenarios/clinic/agent.py:")
    assert len(git("worktree", "list").splitlines()) == 1
    assert git("status", "--porcelain") == ""


def test_a_missing_baseline_fails_the_command_and_says_how_to_approve(capsys: pytest.CaptureFixture[str]) -> None:
    write_baseline([PLAYED], run(PLAYED).agents, root=Path())
    store(run(PLAYED, replace(PLAYED, scenario="young")))
    assert main(["diff", "baseline"]) == 1
    assert "no baseline is approved for clinic/young; approve: understudy approve" in capsys.readouterr().err
