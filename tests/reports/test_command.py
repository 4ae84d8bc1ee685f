"""`understudy report` writes the page, or the tables, of the newest run that is stored."""

from dataclasses import replace
from pathlib import Path

import pytest

from understudy.evals.commands import main
from understudy.evals.results.journal import Journal
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results
from understudy.reports.command import stored_run
from understudy.reports.errors import NothingToReportError

from .worlds import outcome, run

OLD = replace(run(outcome()), id="r1", started="2026-01-01T00:00:00+00:00", label="old")
NEW = replace(run(outcome("failed")), id="r2", started="2026-01-02T00:00:00+00:00", label="new")


def stored(folder: Path, *runs: RunRecord) -> Path:
    path = folder / "results.duckdb"
    with open_results(path) as results:
        for each in runs:
            results.add(each)
    return path


def test_the_page_is_of_the_stored_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    code = main(["report", "--db", str(stored(tmp_path, NEW, OLD)), "--output", str(page)])
    assert (code, capsys.readouterr().out) == (0, f"{page}\n")
    assert "Scenarios of new" in page.read_text(encoding="utf-8")


def test_the_runs_before_it_are_its_history(tmp_path: Path) -> None:
    found = stored_run(stored(tmp_path, OLD, NEW))
    assert (found.id, [each.id for each in found.history]) == ("r2", ["r1"])


def test_a_journal_that_was_left_behind_is_taken_in_first(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "runs", run=NEW)
    journal.add(NEW.outcomes[0])
    journal.close()
    assert stored_run(tmp_path / "results.duckdb").outcomes == NEW.outcomes


def test_without_results_it_says_how_to_get_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--db", str(tmp_path / "none.duckdb")]) != 0
    assert "pytest --scenarios" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_runs_has_nothing_to_report(tmp_path: Path) -> None:
    with pytest.raises(NothingToReportError, match="play scenarios first"):
        stored_run(stored(tmp_path))


def test_a_file_that_is_no_database_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "results.duckdb"
    path.write_text("not a database, though long enough to be taken for one" * 100)
    assert main(["report", "--db", str(path)]) != 0
    assert str(path) in capsys.readouterr().err


def test_a_file_that_can_not_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    page = blocked / "page.html"
    assert main(["report", "--db", str(stored(tmp_path, NEW)), "--output", str(page)]) != 0
    assert f"{page} can't be written" in capsys.readouterr().err


def test_with_data_the_tables_are_written_and_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--db", str(stored(tmp_path, NEW)), "--data", str(tmp_path / "data")]) == 0
    names = {path.name for path in (tmp_path / "data").iterdir()}
    assert {"scenarios.csv", "scenarios.parquet", "asks.csv", "asks.parquet"} <= names
    assert {path.suffix for path in tmp_path.rglob("*.*")} == {".csv", ".parquet", ".duckdb"}
    assert len(capsys.readouterr().out.splitlines()) == len(names)


def test_any_run_can_be_reported_compared_with_the_one_before_it_or_with_another(tmp_path: Path) -> None:
    oldest = replace(OLD, id="r0", started="2025-12-31T00:00:00+00:00", label="oldest")
    database = stored(tmp_path, oldest, OLD, NEW)
    by_label = stored_run(database, "old")
    assert (by_label.id, [each.id for each in by_label.history]) == ("r1", ["r0"])
    assert [each.base.id for each in (by_label, stored_run(database)) if each.base] == ["r0", "r1"]
    named = stored_run(database, baseline="oldest").base
    assert named is not None
    assert named.id == "r0"
    assert stored_run(database, "oldest").base is None


def test_a_run_that_is_not_stored_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nightly", "--db", str(stored(tmp_path, NEW))]) != 0
    assert "nightly" in capsys.readouterr().err
