"""The database of results."""

import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from understudy.engine.codec import dump, fingerprint
from understudy.engine.domain.trace import Timing
from understudy.evals.results.errors import ResultsFormatError, ResultsLockedError, UnknownRunError
from understudy.evals.results.journal import Journal
from understudy.evals.results.store import open_results
from understudy.evals.results.text import run_lines

from ..runs import GREET, agent, ask, called, outcome, run, trace

MATCH, TEXTS = ask("match", "Which of these apply?")
PLAYED = outcome(trace("greet", "book", asks=[MATCH], calls=[called(day="Monday")]), texts=TEXTS)


def test_a_run_reads_back_as_it_was(tmp_path: Path) -> None:
    stored = run(PLAYED, outcome(trace("greet"), scenario="greets"), label="base", branch="main", revision="abcdef")
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(stored)
        assert dump(results.run("base")) == dump(stored)


def test_every_decision_has_its_row(tmp_path: Path) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(PLAYED))
    with duckdb.connect(str(tmp_path / "r.duckdb")) as database:

        def rows(query: str) -> list[tuple]:
            return database.execute(query).fetchall()

        assert rows("SELECT guideline, matched FROM guideline_checks ORDER BY position") == [
            ("greet", True),
            ("book", True),
        ]
        assert rows("SELECT tool, arguments->>'day', result->>0, failed FROM tool_calls") == [
            ("get_slots", "Monday", "Monday", False)
        ]
        assert rows("SELECT decision, source, cost FROM asks") == [("match", "recorded", 0.5)]
        assert rows("SELECT name FROM sections") == [("guidelines",)]
        assert rows("SELECT expectation, verdict, turn FROM expectations") == [("guidelines.fired: book", "passed", 1)]
        assert rows("SELECT verdict, tags, seconds FROM trials") == [("passed", ["smoke"], 1.5)]
        assert rows("SELECT text FROM replies") == [("Hi",)]
        assert rows("SELECT agent FROM definitions") == [("clinic",)]
        assert rows("SELECT verdict, trials FROM scenarios") == [("passed", 1)]


def test_a_run_in_figures(tmp_path: Path) -> None:
    failed = outcome(trace("greet"), scenario="fails", verdict="failed")
    untold = outcome(scenario="untold", verdict="inconclusive")
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(PLAYED, failed, untold))
        (summary,) = results.runs()
    assert (summary.passed, summary.failed, summary.inconclusive) == (1, 1, 1)
    assert (summary.asks, summary.prompt_tokens, summary.answer_tokens, summary.cost) == (1, 10, 2, 0.5)
    assert (summary.turn_seconds_p50, summary.seconds) == (0.5, 4.5)


def test_storing_a_run_again_adds_nothing(tmp_path: Path) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(PLAYED))
        results.add(run(PLAYED))
        assert len(results.run("latest").outcomes) == 1


def test_journals_are_taken_in_and_removed_but_for_those_still_written(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / "runs", run=run(id_=f"20260302-09000{digit}-aaaa")) for digit in (1, 2)]
    for journal in journals:
        journal.add(PLAYED, agent=agent())
    journals[0].close()
    with open_results(tmp_path / "r.duckdb") as results:
        assert results.load_journals(tmp_path / "runs") == ()
        assert [each.id for each in results.runs()] == [journals[0].run.id]
        assert [path.name for path in (tmp_path / "runs").glob("*.jsonl")] == [journals[1].path.name]
        journals[1].close()
        results.load_journals(tmp_path / "runs")
        assert len(results.runs()) == 2
    assert not list((tmp_path / "runs").iterdir())


def test_a_journal_that_is_none_stays_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").write_text("{}\n")
    with open_results(tmp_path / "r.duckdb") as results:
        (note,) = results.load_journals(tmp_path)
    assert "notes.jsonl" in note
    assert (tmp_path / "notes.jsonl").exists()


def test_a_database_in_another_process_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(ResultsLockedError, match=re.escape(str(path))), open_results(path):
        pass
    other.communicate("")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear diary, " * 1000)
    with pytest.raises(ResultsFormatError, match=r"notes\.txt"), open_results(tmp_path / "notes.txt"):
        pass


def test_a_database_of_other_things_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as database:
        database.execute("CREATE TABLE songs (title VARCHAR)")
    with pytest.raises(ResultsFormatError, match="holds other things"), open_results(tmp_path / "other.duckdb"):
        pass


def test_a_newer_database_is_refused_by_name(tmp_path: Path) -> None:
    with open_results(tmp_path / "r.duckdb"):
        pass
    with duckdb.connect(str(tmp_path / "r.duckdb")) as database:
        database.execute("UPDATE format SET version = 99")
    with (
        pytest.raises(ResultsFormatError, match="format 99 by a newer Understudy"),
        open_results(tmp_path / "r.duckdb"),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("latest", "20260303-090000-cccc"),
        ("previous", "20260302-100000-bbbb"),
        ("20260302-09", "20260302-090000-aaaa"),
        ("nightly", "20260302-100000-bbbb"),
        ("beef", "20260302-090000-aaaa"),
    ],
)
def test_a_run_goes_by_many_names(tmp_path: Path, name: str, found: str) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(id_="20260303-090000-cccc"))
        results.add(run(id_="20260302-090000-aaaa", label="nightly", revision="beef01"))
        results.add(run(id_="20260302-100000-bbbb", label="nightly"))
        assert results.run(name).id == found


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nightli", "did you mean 'nightly'"),
        ("2026030", "several runs begin like that"),
        ("previous", "runs that are there: 1"),
    ],
)
def test_a_name_that_fits_no_run_or_several_is_explained(tmp_path: Path, name: str, problem: str) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(id_="20260302-090000-aaaa", label="nightly"))
        if name != "previous":
            results.add(run(id_="20260303-090000-bbbb"))
        with pytest.raises(UnknownRunError, match=problem):
            results.run(name)


def test_latency_is_told_in_percentiles(tmp_path: Path) -> None:
    turns = [
        replace(trace("greet", asks=[MATCH], turn=number), timing=Timing(total=number, first_message=number / 2))
        for number in range(1, 6)
    ]
    staged = replace(turns[0], timing=replace(turns[0].timing, stages=(("match_guidelines", 0.25),)))
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(outcome(staged, *turns[1:])))
        latency = {(each.what, each.name): each for each in results.latency("20260302-090000-aaaa")}
    assert (latency["turn", ""].p50, latency["turn", ""].p90, latency["turn", ""].longest) == (3.0, 4.6, 5.0)
    assert (latency["first message", ""].p50, latency["turn", ""].measured) == (1.5, 5)
    assert latency["stage", "match_guidelines"].p99 == 0.25
    assert ("ask", "match") not in latency  # nobody measured it


def test_an_older_database_is_migrated_on_open_and_its_runs_get_the_new_rows(tmp_path: Path) -> None:
    path = tmp_path / "r.duckdb"
    with open_results(path) as results:
        results.add(run(replace(PLAYED, stale=("turn 1: match",))))
    with duckdb.connect(str(path)) as database:
        database.execute(
            "DROP VIEW scenarios; DROP VIEW latency; DROP TABLE stages; DROP TABLE coverage; DROP TABLE measures"
        )
        for table, column in (("trials", "needed"), ("trials", "stale"), ("turns", "decided")):
            database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        database.execute("UPDATE format SET version = 1")
    with open_results(path) as results:
        assert [(each.passed, each.stale) for each in results.runs()] == [(1, 1)]
    with duckdb.connect(str(path)) as database:
        assert database.execute("SELECT stale FROM trials").fetchall() == [(["turn 1: match"],)]
        assert database.execute("SELECT version FROM format").fetchall() == [(4,)]
        assert ("guideline", "book", "fired", 1) in database.execute(
            "SELECT kind, part, aspect, turns FROM coverage"
        ).fetchall()
        assert database.execute("SELECT count(*) FROM measures WHERE exercised > 0").fetchone() != (0,)
        assert database.execute("SELECT count(*) FROM turns WHERE decided = ''").fetchone() == (0,)


def test_a_stale_verdict_is_counted_and_its_decisions_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "r.duckdb"
    with open_results(path) as results:
        stale = replace(PLAYED, scenario="stale", verdict="failed", stale=("agent: properties", "turn 1: match"))
        results.add(run(PLAYED, stale))
        (summary,) = results.runs()
    assert (summary.passed, summary.failed, summary.stale) == (1, 1, 1)
    assert "1 passed, 1 failed (1 stale); " in "".join(run_lines([summary]))
    with duckdb.connect(str(path)) as database:
        found = database.execute("SELECT scenario, stale FROM trials ORDER BY scenario").fetchall()
        assert found == [(PLAYED.scenario, []), ("stale", ["agent: properties", "turn 1: match"])]


def test_removing_a_run_takes_the_definitions_along_that_no_other_played(tmp_path: Path) -> None:
    other = agent(GREET)
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(PLAYED))
        results.add(run(outcome(trace("greet"), of=other), id_="20260303-090000-bbbb", of=other))
        results.remove(["20260302-090000-aaaa"])
        assert [each.id for each in results.runs()] == ["20260303-090000-bbbb"]
    with duckdb.connect(str(tmp_path / "r.duckdb")) as database:
        assert database.execute("SELECT fingerprint FROM definitions").fetchall() == [(fingerprint(other),)]
        assert database.execute("SELECT count(*) FROM asks").fetchall() == [(0,)]


def test_every_column_of_the_schema_says_what_it_holds() -> None:
    schema = files("understudy.evals.results").joinpath("schema.sql").read_text()
    columns = [line for line in schema.splitlines() if re.match(r"    [a-z]\w* [A-Z]", line) or " AS " in line]
    assert len(columns) > 100
    described = re.compile(r"--|^CREATE|^WITH|bool_or|ELSE|>= coalesce|FILTER \(verdict = 'passed'\) AS passed")
    assert [line for line in columns if not described.search(line)] == []
