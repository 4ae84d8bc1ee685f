"""`understudy runs`."""

from pathlib import Path

import duckdb
import pytest

from understudy.evals.commands import main
from understudy.evals.results.journal import Journal
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results

from ..runs import agent, called, outcome, run, trace

BASE = run(outcome(trace("book", calls=[called(day="Monday")])), label="main", revision="abcdef0123456789", dirty=True)
HEAD = run(outcome(trace("greet"), verdict="failed"), id_="20260303-090000-bbbb")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stored(*records: RunRecord, path: str = ".understudy/results.duckdb") -> Path:
    with open_results(Path(path)) as results:
        for record in records:
            results.add(record)
    return Path(path)


def ids(path: str = ".understudy/results.duckdb") -> list[str]:
    with open_results(Path(path)) as results:
        return [each.id for each in results.runs()]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["runs", *arguments]) == 0
    return capsys.readouterr().out


def test_a_list_has_a_line_for_each_run(capsys: pytest.CaptureFixture[str]) -> None:
    stored(BASE, HEAD)
    first, second = said(capsys, "list").splitlines()
    assert first == "20260302-090000-aaaa  2026-03-02 09:00  abcdef0123+  main  1 passed; 0 asks, $0.0000"
    assert second == "20260303-090000-bbbb  2026-03-03 09:00  -                  1 failed; 0 asks, $0.0000"


def test_a_run_is_shown_with_what_failed_and_how_long_turns_took(capsys: pytest.CaptureFixture[str]) -> None:
    stored(BASE, HEAD)
    lines = said(capsys, "show").splitlines()
    assert lines[0] == "run 20260303-090000-bbbb"
    assert "  failed: clinic/books" in lines
    assert "    turn 1: guidelines.fired: book" in lines
    assert lines[-1].split() == ["turn", "1", "0.500", "0.500", "0.500", "0.500", "0.500"]


def test_a_label_is_given_and_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    stored(HEAD)
    assert "is now called 'nightly'" in said(capsys, "label", "latest", "nightly")
    assert "has no label any more" in said(capsys, "label", "nightly", "")


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--keep", "1"], ["20260301-090000-eeee", "20260303-090000-bbbb"]),
        (["--before", "2026-03-03"], ["20260301-090000-eeee", "20260303-090000-bbbb"]),
        (["20260301"], ["20260302-090000-aaaa", "20260303-090000-bbbb"]),
        (["--keep", "0", "--dry-run"], ["20260301-090000-eeee", "20260302-090000-aaaa", "20260303-090000-bbbb"]),
    ],
)
def test_old_runs_are_let_go_but_not_those_with_a_label(arguments: list[str], left: list[str]) -> None:
    labelled = run(outcome(trace("book")), id_="20260301-090000-eeee", label="release")
    stored(labelled, run(outcome(trace("book"))), HEAD)
    assert main(["runs", "prune", *arguments]) == 0
    assert ids() == left


def test_pruning_without_saying_what_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stored(BASE)
    with pytest.raises(SystemExit):
        main(["runs", "prune"])
    assert "name them, or give --keep N or --before DATE" in capsys.readouterr().err
    assert len(ids()) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(["--before", "yesterday"], "'yesterday' is no date"), (["--keep", "few"], "'few' is no number of runs")],
)
def test_what_is_no_date_or_number_is_explained(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    with pytest.raises(SystemExit):
        main(["runs", "prune", *arguments])
    assert problem in capsys.readouterr().err


def test_databases_journals_and_parquet_are_merged(capsys: pytest.CaptureFixture[str]) -> None:
    stored(BASE, path="a.duckdb")
    journal = Journal(Path("journals"), run=HEAD)
    journal.add(HEAD.outcomes[0], agent=agent())
    journal.close()
    third = run(outcome(trace("book")), id_="20260304-090000-cccc")
    stored(third, path="c.duckdb")
    said(capsys, "export", "exported", "--db", "c.duckdb")
    told = said(capsys, "merge", "a.duckdb", "journals", "exported", "--db", "all.duckdb")
    assert "20260303-090000-bbbb from journals: 1 of 1 trials are new" in told
    assert ids("all.duckdb") == ["20260302-090000-aaaa", "20260303-090000-bbbb", "20260304-090000-cccc"]
    assert "nothing of it is new" in said(capsys, "merge", "a.duckdb", "--db", "all.duckdb")
    with open_results(Path("all.duckdb")) as results:
        assert results.run("20260304").agents == third.agents


def test_two_halves_of_one_run_become_one(capsys: pytest.CaptureFixture[str]) -> None:
    stored(run(outcome(trace("book"))), path="a.duckdb")
    stored(run(outcome(trace("book")), outcome(trace("greet"), scenario="greets")), path="b.duckdb")
    assert "1 of 2 trials are new" in said(capsys, "merge", "b.duckdb", "--db", "a.duckdb")
    with open_results(Path("a.duckdb")) as results:
        assert [each.scenario for each in results.run("latest").outcomes] == ["books", "greets"]


def test_merging_an_older_database_leaves_it_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    path = stored(BASE, path="old.duckdb")
    with duckdb.connect(str(path)) as database:
        database.execute("DROP VIEW latency; DROP TABLE stages; DROP TABLE coverage; UPDATE format SET version = 1")
    assert "1 of 1 trials are new" in said(capsys, "merge", "old.duckdb")
    with duckdb.connect(str(path)) as database:
        assert database.execute("SELECT version FROM format").fetchall() == [(1,)]


@pytest.mark.parametrize(("name", "problem"), [("nothing.duckdb", "no results are there"), ("notes.txt", "notes.txt")])
def test_what_holds_no_results_is_named(capsys: pytest.CaptureFixture[str], name: str, problem: str) -> None:
    Path("notes.txt").write_text("dear diary, " * 1000)
    assert main(["runs", "merge", name]) == 2
    assert problem in capsys.readouterr().err


def test_a_newer_database_is_refused_by_its_own_name(capsys: pytest.CaptureFixture[str]) -> None:
    path = stored(BASE, path="new.duckdb")
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE format SET version = 99")
    assert main(["runs", "merge", "new.duckdb"]) == 2
    assert "new.duckdb: written in format 99 by a newer Understudy" in capsys.readouterr().err


def test_every_table_is_exported_for_the_runs_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    stored(BASE, HEAD)
    said(capsys, "export", "tables", "main", "--format", "csv")
    assert Path("tables/trials.csv").read_text().count("20260302-090000-aaaa") == 1
    assert "20260303" not in Path("tables/turns.csv").read_text()
    assert "get_slots" in Path("tables/tool_calls.csv").read_text()
