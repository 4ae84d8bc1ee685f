"""A run that is killed, at ten moments spread over it: what was finished is kept, and nothing is half-written."""

import os

import pytest

from understudy.evals.commands import main
from understudy.evals.results.journal import parse_journal
from understudy.evals.results.store import open_results

from .controlled import Project, scenarios_told

MOMENTS = 10


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int]:
    """How many things happen in a run that nobody kills, and for how many asks it pays."""
    project = Project(tmp_path_factory.mktemp("whole"))
    happened = project.run()
    assert happened[-1] == "stored"
    assert scenarios_told(happened) == {"s1", "s2", "s3", "s4"}
    return len(happened), project.paid


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_run_keeps_what_was_finished_and_the_next_start_takes_it_in(
    pytester: pytest.Pytester, whole: tuple[int, int], moment: int, capsys: pytest.CaptureFixture[str]
) -> None:
    things, asks = whole
    project = Project(pytester.path / "project")
    os.chdir(project.root)
    happened = project.run(jobs=1 + 7 * (moment % 2), kill_at=1 + moment * (things - 1) // (MOMENTS - 1))
    told = scenarios_told(happened)

    # The journal is whole, and holds what was told; where it is taken in already, the database does.
    journals = list((project.root / ".understudy" / "runs").glob("*.jsonl")) if told else []
    assert [warning for path in journals for warning in parse_journal(path).warnings] == []
    if told:
        assert main(["runs", "list"]) == 0
        assert not list((project.root / ".understudy" / "runs").glob("*.jsonl"))
        with open_results(project.root / ".understudy" / "results.duckdb") as results:
            kept = {outcome.scenario for outcome in results.run("latest").outcomes}
        assert told <= kept
        assert len(kept - told) <= 1  # written down in the moment of the kill

    # Recordings are whole, and whatever was answered before is not paid for again.
    assert main(["recordings", "verify"]) == 0, capsys.readouterr()
    before = project.paid if (project.root / "paid.txt").exists() else 0
    pytester.runpytest_inprocess("--scenarios", "-p", "no:cacheprovider").assert_outcomes(passed=4)
    assert before <= asks
    assert project.paid - asks <= happened[-1:].count("ask")
    assert main(["recordings", "verify"]) == 0
