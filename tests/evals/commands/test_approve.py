"""`understudy approve`."""

from dataclasses import replace
from pathlib import Path

import pytest

from understudy.evals.commands import main
from understudy.evals.outcome import Outcome
from understudy.evals.results.store import open_results

from ..runs import outcome, run, trace

FOLDER = Path("scenarios/clinic/baseline")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def played(*outcomes: Outcome, day: int) -> None:
    placed = [replace(each, file="scenarios/clinic/booking.yaml") for each in outcomes]
    with open_results(Path(".understudy/results.duckdb")) as results:
        results.add(run(*placed, id_=f"2026030{day}-090000-aaaa"))


def approve(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["approve", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_what_was_played_becomes_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    played(outcome(trace("book")), outcome(trace("greet"), scenario="greets"), day=1)
    assert approve(capsys) == [
        "approved: scenarios/clinic/baseline/books.json (new)",
        "approved: scenarios/clinic/baseline/greets.json (new)",
    ]
    assert approve(capsys) == ["there is nothing to approve: what was played is as the baselines say"]


def test_scenarios_are_approved_by_name_without_naming_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    played(outcome(trace("book")), outcome(trace("greet"), scenario="greets"), day=1)
    assert approve(capsys, "clinic/greets") == ["approved: scenarios/clinic/baseline/greets.json (new)"]
    assert approve(capsys, "latest", "books") == ["approved: scenarios/clinic/baseline/books.json (new)"]


def test_only_other_words_are_approved_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    played(outcome(trace("book")), outcome(trace("greet"), scenario="greets"), day=1)
    approve(capsys)
    before = (FOLDER / "books.json").read_text()
    played(outcome(trace("greet")), outcome(trace("greet", reply="Hello"), scenario="greets"), day=2)
    assert approve(capsys, "--only", "wording") == ["approved: scenarios/clinic/baseline/greets.json (wording only)"]
    assert (FOLDER / "books.json").read_text() == before
    assert approve(capsys) == ["approved: scenarios/clinic/baseline/books.json (behaviour changed)"]


def test_what_is_inconclusive_is_never_approved_and_a_failure_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    untold, failed = outcome(verdict="inconclusive"), outcome(trace("greet"), scenario="greets", verdict="failed")
    played(untold, failed, day=1)
    first, second = approve(capsys)
    assert first.startswith("left as it is: clinic/books is inconclusive")
    assert second.endswith("(new), though it failed")
    assert not (FOLDER / "books.json").exists()


def test_baselines_of_scenarios_that_are_gone_are_removed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    played(outcome(trace("book")), outcome(trace("greet"), scenario="greets"), day=1)
    approve(capsys)
    played(outcome(trace("book")), day=2)
    approve(capsys)
    assert (FOLDER / "greets.json").exists()
    assert approve(capsys, "--only", "gone") == ["removed: scenarios/clinic/baseline/greets.json (gone)"]


def test_an_unknown_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    played(outcome(trace("book")), day=1)
    assert main(["approve", "latest", "boks"]) == 2
    assert "did you mean 'books'?" in capsys.readouterr().err
