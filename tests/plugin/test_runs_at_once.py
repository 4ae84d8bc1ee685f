"""Several runs in one folder at once, and a run that is broken off by hand."""

import signal
from pathlib import Path

import pytest

from understudy.evals.results.store import open_results

from .controlled import Project


def stored(root: Path) -> list[list[str]]:
    """The scenarios of each stored run, the oldest first."""
    with open_results(root / ".understudy" / "results.duckdb") as results:
        runs = [results.run(run.id) for run in results.runs()]
    return [sorted(outcome.scenario for outcome in run.outcomes) for run in runs]


def test_a_run_that_begins_and_ends_within_another_waits_for_nobody_and_loses_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    with project.begin() as outer:
        for what in outer.happens():
            if what == "told s2":
                inner = project.run()
                assert inner[-1] == "stored"
                # The other is still under way: its journal is left to it.
                assert stored(project.root) == [["s1", "s2", "s3", "s4"]]
            outer.go_on()
        output = outer.process.communicate()[0].decode()
    assert outer.process.returncode == 0, output
    assert stored(project.root) == [["s1", "s2", "s3", "s4"], ["s1", "s2", "s3", "s4"]]
    assert not list((project.root / ".understudy" / "runs").glob("*.jsonl"))
    assert "4 passed" in output


def test_two_runs_pay_once_for_what_both_ask(tmp_path: Path) -> None:
    alone = Project(tmp_path / "alone")
    alone.run()
    both = Project(tmp_path / "both")
    with both.begin() as outer:
        for what in outer.happens():
            if what == "told s1":
                both.run()
            outer.go_on()
    assert both.paid == alone.paid


@pytest.mark.parametrize("jobs", [1, 8])
def test_ctrl_c_keeps_what_was_done_and_stores_it_at_once(tmp_path: Path, jobs: int) -> None:
    project = Project(tmp_path / "project")
    with project.begin(jobs=jobs) as running:
        for what in running.happens():
            if what == "told s2":
                running.send(signal.SIGINT)
            running.go_on()
        output = running.process.communicate()[0].decode()
    assert running.process.returncode == pytest.ExitCode.INTERRUPTED, output
    (kept,) = stored(project.root)
    assert {"s1", "s2"} <= set(kept) < {"s1", "s2", "s3", "s4"}
    assert not list((project.root / ".understudy" / "runs").glob("*.jsonl"))
