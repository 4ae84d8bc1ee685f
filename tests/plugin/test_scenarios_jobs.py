"""`--scenarios-jobs`: scenarios begun ahead of their turn, in a run of pytest that looks as ever."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from understudy.evals.results.store import open_results

AGENT = '''
import asyncio
from dataclasses import replace
from pathlib import Path

import understudy.engine as p

LOG = Path(__file__).with_name("asked.txt")


class Model:
    """Answers when TOGETHER scenarios wait; says 'hang' in a message, and it is never answered."""

    def __init__(self):
        self.waiting = self.most = 0
        self.gathered = None
        self.offline = p.make_llm("offline")

    async def ask(self, ask):
        self.gathered = self.gathered or asyncio.Event()
        if ask.decision == "match":
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            with LOG.open("a") as log:
                log.write(f"{self.most}\\n")
            if self.waiting >= TOGETHER:
                self.gathered.set()
            if "hang" in str(ask.facts):
                await asyncio.Event().wait()
            async with asyncio.timeout(20):
                await self.gathered.wait()
            self.waiting -= 1
        return replace(await self.offline.ask(ask), source="live", model="mine")


async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.", model=Model())
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
'''


@pytest.fixture
def project(pytester: pytest.Pytester, clinic) -> Path:
    """A suite of eight scenarios on a model that answers when four of them wait."""
    write(pytester.path, clinic, together=4)
    return pytester.path


def write(root: Path, clinic, *, together: int, says: dict[int, str] | None = None) -> None:
    texts = {number: f"Hello, I am number {number}" for number in range(1, 9)} | (says or {})
    scenarios = "".join(
        f"  - {{name: s{number}, script: [{{customer: '{text}', expect: {{guidelines: {{fired: [greet]}}}}}}]}}\n"
        for number, text in texts.items()
    )
    clinic(f"agent: agent.py:build\nscenarios:\n{scenarios}")
    (root / "scenarios" / "clinic" / "agent.py").write_text(AGENT.replace("TOGETHER", str(together)))


def hanging(first: int) -> dict[int, str]:
    """Messages that are never answered; each its own, for what is asked twice is asked once and waited for."""
    return {number: f"Hello, hang number {number}" for number in range(first, 9)}


def most(root: Path) -> int:
    """How many scenarios waited for the model at once."""
    return max(map(int, (root / "scenarios" / "clinic" / "asked.txt").read_text().split()))


def test_scenarios_are_under_way_together_and_told_in_their_order(pytester: pytest.Pytester, project: Path) -> None:
    result = pytester.runpytest_inprocess("--scenarios", "-v", "--scenarios-jobs", "4")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines([f"*::s{number} PASSED*" for number in range(1, 9)])
    assert most(project) == 4


@pytest.mark.parametrize(
    ("file", "text"),
    [("pytest.ini", "[pytest]\nscenarios_jobs = 4\n"), ("pyproject.toml", "[tool.understudy]\njobs = 4\n")],
)
def test_a_file_can_say_how_many(pytester: pytest.Pytester, project: Path, file: str, text: str) -> None:
    (project / "tox.ini").unlink()
    (project / file).write_text(text)
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=8)
    assert most(project) == 4


@pytest.mark.parametrize("number", ["0", "many"])
def test_a_number_of_jobs_that_is_none_is_refused(pytester: pytest.Pytester, project: Path, number: str) -> None:
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-jobs", number)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--scenarios-jobs: '{number}' is no number of scenarios*"])


def test_a_number_of_jobs_in_an_ini_file_is_refused_by_its_name_there(pytester: pytest.Pytester, project: Path) -> None:
    (project / "tox.ini").write_text("[pytest]\nscenarios_jobs = many\n")
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: scenarios_jobs: 'many' is no number of scenarios*"])


def test_only_what_was_selected_is_begun(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=2)
    result = pytester.runpytest_inprocess("--scenarios", "-k", "s2 or s5")
    result.assert_outcomes(passed=2, deselected=6)
    assert most(pytester.path) == 2


def test_what_pytest_may_skip_is_not_begun(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=1, says={2: "hang"})
    pytester.makeconftest(
        """
        import pytest
        def pytest_collection_modifyitems(items):
            for item in items:
                if item.name == "s2":
                    item.add_marker(pytest.mark.skip(reason="not today"))
        """
    )
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=7, skipped=1)


def test_the_last_failures_are_played_together(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=2, says={3: "Now then", 7: "Well well"})
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=6, failed=2)
    again = pytester.runpytest_inprocess("--scenarios", "--lf", "--scenarios-llm", "refresh")
    again.assert_outcomes(failed=2)


def test_the_first_failure_ends_the_run_and_cancels_what_is_under_way(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=2, says={1: "Now then", **hanging(2)})
    result = pytester.runpytest_inprocess("--scenarios", "-x")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["1 failed", "*stopping after 1 failures*"])
    assert most(pytester.path) > 1


def test_each_worker_has_scenarios_under_way_together(pytester: pytest.Pytester, clinic) -> None:
    pytest.importorskip("xdist", reason="workers need pytest-xdist")
    write(pytester.path, clinic, together=2)
    result = pytester.runpytest_subprocess("--scenarios", "-n", "2")
    result.assert_outcomes(passed=8)
    assert most(pytester.path) >= 2
    result.stdout.fnmatch_lines(["8 passed", "*asks (* live)*"])


def test_a_worker_begins_but_the_next_where_others_may_take_over_the_rest(pytester: pytest.Pytester, clinic) -> None:
    pytest.importorskip("xdist", reason="workers need pytest-xdist")
    write(pytester.path, clinic, together=2)
    pytester.runpytest_subprocess("--scenarios", "-n", "1", "--dist", "worksteal").assert_outcomes(passed=8)
    assert most(pytester.path) == 2


def test_a_python_scenario_takes_part(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=1)
    (pytester.path / "scenarios" / "clinic" / "test_more.py").write_text(
        "import pytest\n"
        "@pytest.mark.scenario(agent='agent.py:build')\n"
        "async def test_greets(rehearse):\n"
        "    assert 'greet' in (await rehearse.say('Hello from code')).fired\n"
    )
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=9)


def test_ctrl_c_keeps_what_was_told_and_cancels_the_rest(pytester: pytest.Pytester, clinic) -> None:
    write(pytester.path, clinic, together=1, says=hanging(3))
    command = [sys.executable, "-m", "pytest", "--scenarios", "-v", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "::s2 PASSED" in line:
                break
        wait_for(lambda: len((pytester.path / "scenarios/clinic/asked.txt").read_text().split()) == 8)
        os.kill(running.pid, signal.SIGINT)
        rest = running.communicate()[0]
    assert running.returncode == pytest.ExitCode.INTERRUPTED
    assert "2 passed" in rest
    assert "KeyboardInterrupt" in rest
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        assert [outcome.scenario for outcome in results.run("latest").outcomes] == ["s1", "s2"]


def wait_for(holds, *, seconds: float = 20.0) -> None:
    """Wait until something holds that another process brings about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.01)
