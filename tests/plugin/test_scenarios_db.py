"""`--scenarios-db`: where results are kept, and that a run never loses them."""

from pathlib import Path

import duckdb
import pytest

from understudy.evals.results.journal import read_journal
from understudy.evals.results.store import open_results


def test_each_run_is_stored_with_its_outcomes(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    for _ in range(2):
        pytester.runpytest_inprocess("--scenarios", "--scenarios-db", "kept/results.duckdb")
    with open_results(pytester.path / "kept" / "results.duckdb") as results:
        runs = results.runs()
        assert [run.passed for run in runs] == [2, 2]
        assert {outcome.scenario for outcome in results.run("latest").outcomes} == {"greets", "offers"}
    assert not list((pytester.path / "kept" / "runs").iterdir())
    assert not (pytester.path / ".understudy").exists()


def test_a_database_in_use_leaves_the_journal_for_the_next_run(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.runpytest_inprocess("--scenarios")
    database = pytester.path / ".understudy" / "results.duckdb"
    with duckdb.connect(str(database)):
        result = pytester.runpytest_subprocess("--scenarios")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["note: results stay in *.understudy/runs/*.jsonl: *is open in another process*"])
    result.stdout.fnmatch_lines(
        [
            "run *, results in .understudy/runs/*.jsonl",
            "the next run that can open .understudy/results.duckdb takes them in",
        ]
    )
    result.stdout.no_fnmatch_line("run *, results in .understudy/results.duckdb")
    (journal,) = (pytester.path / ".understudy" / "runs").glob("*.jsonl")
    assert len(read_journal(journal).outcomes) == 2
    pytester.runpytest_inprocess("--scenarios")
    with open_results(database) as results:
        assert len(results.runs()) == 3


def test_a_file_that_is_no_database_takes_no_verdict_away(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    Path(pytester.path / "notes.txt").write_text("dear diary, " * 100)
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-db", "notes.txt")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["note: results stay in *notes.txt*"])
    assert (pytester.path / "notes.txt").read_text().startswith("dear diary")


def test_a_place_where_nothing_can_be_kept_ends_the_run_and_says_so(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    (pytester.path / ".understudy").write_text("a file, where a folder should be")
    result = pytester.runpytest_subprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["*results can't be kept in *.understudy: *--scenarios-db PATH*"])
    assert "INTERNALERROR" not in result.stdout.str()
