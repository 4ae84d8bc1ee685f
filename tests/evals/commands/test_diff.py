"""`understudy diff`."""

from pathlib import Path

import pytest

from understudy.evals.commands import main
from understudy.evals.results.journal import Journal
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results

from ..runs import agent, outcome, run, trace

BASE = run(outcome(trace("book")), label="main")
HEAD = run(outcome(trace("greet"), verdict="failed"), id_="20260303-090000-bbbb")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def journal_of(record: RunRecord, folder: str) -> Path:
    journal = Journal(Path(folder), run=record)
    for each in record.outcomes:
        journal.add(each, agent=agent())
    journal.close()
    return journal.path


def test_stored_runs_are_compared_by_label_and_by_place(capsys: pytest.CaptureFixture[str]) -> None:
    with open_results(Path("other.duckdb")) as results:
        results.add(BASE)
        results.add(HEAD)
    assert main(["diff", "main", "--db", "other.duckdb"]) == 0
    assert "clinic/books: passed -> failed" in capsys.readouterr().out


def test_a_run_is_not_silently_compared_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    journal_of(BASE, ".understudy/runs")
    assert main(["diff", "latest"]) == 0
    assert "there is only one run, 20260302-090000-aaaa; play once more, then compare" in capsys.readouterr().err
    journal_of(HEAD, ".understudy/runs")
    assert main(["diff", "latest"]) == 0
    assert "both are the run 20260303-090000-bbbb" in capsys.readouterr().err
    assert main(["diff", "previous"]) == 0
    assert capsys.readouterr().err == ""


def test_journals_need_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(journal_of(BASE, "a")), str(journal_of(HEAD, "b"))]) == 0
    assert "regressions: 1" in capsys.readouterr().out
    assert not Path(".understudy").exists()


def test_journals_that_a_run_left_behind_count(capsys: pytest.CaptureFixture[str]) -> None:
    journal_of(BASE, ".understudy/runs")
    journal_of(HEAD, ".understudy/runs")
    assert main(["diff", "previous", "latest"]) == 0
    assert "regressions: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["--fail-on", "regression"], 1), (["--fail-on", "change"], 1)]
)
def test_a_regression_can_fail_the_command(arguments: list[str], code: int) -> None:
    files = [str(journal_of(BASE, "a")), str(journal_of(HEAD, "b"))]
    assert main(["diff", *files, *arguments]) == code


def test_equal_runs_never_fail_it() -> None:
    file = str(journal_of(BASE, "a"))
    assert main(["diff", file, file, "--fail-on", "change"]) == 0


@pytest.mark.parametrize("stored", [True, False])
def test_a_run_that_is_not_there_is_explained(capsys: pytest.CaptureFixture[str], stored: bool) -> None:
    if stored:
        with open_results(Path(".understudy/results.duckdb")) as results:
            results.add(BASE)
    assert main(["diff", "mian"]) == 2
    said = capsys.readouterr().err
    assert ("did you mean 'main'?" if stored else "play scenarios first") in said


def test_the_command_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert "compare two runs" in capsys.readouterr().out
