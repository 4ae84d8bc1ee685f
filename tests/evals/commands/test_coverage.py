"""`understudy coverage`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.evals.commands import main
from understudy.evals.results.store import open_results

from ..runs import BOOK, GREET, agent, outcome, run, trace

EDITED = agent(GREET, replace(BOOK, action="offer only mornings"))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_results(Path(".understudy/results.duckdb")) as results:
        results.add(run(outcome(trace("greet")), label="main"))
        results.add(run(outcome(trace("greet"), of=EDITED), id_="20260303-090000-bbbb", of=EDITED))


def test_what_was_edited_since_a_run_and_not_exercised_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--base", "main"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "edited in agent 'clinic' since main and not exercised by any scenario:",
        "  guideline 'book' reworded",
    ]


@pytest.mark.parametrize(("least", "code"), [("20", 0), ("50", 1)])
def test_too_little_is_an_exit_code(least: str, code: int) -> None:
    assert main(["coverage", "--fail-under", least]) == code


def test_other_tools_read_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "main", "--format", "json", "--fail-under", "50"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["agent"], found["percent"]) == ("clinic", 28.57)
    assert found["measures"][0]["missed"] == ["book"]
