"""`understudy aa`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.evals.commands import main
from understudy.evals.results.store import open_results

from ..runs import outcome, run, trace


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stored(verdicts: str, *, scenario: str = "books") -> None:
    trials = [
        replace(
            outcome(trace("book"), scenario=scenario, verdict="passed" if sign == "+" else "failed"),
            trial=number,
            answered_by="live",
        )
        for number, sign in enumerate(verdicts, start=1)
    ]
    alone = replace(outcome(trace("greet"), scenario="alone"), answered_by="live")
    with open_results(Path(".understudy/results.duckdb")) as results:
        results.add(run(*trials, alone, revision="abcdef0123456789", label="nightly"))


def test_it_tells_rates_intervals_and_how_many_trials_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    stored("++-+")
    assert main(["aa"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "false regressions between two halves of trials at one revision, with 95 % intervals",
        "  clinic/books  0.0% (0% to 49%) of 6 splits of 4 trials; other behaviour in 0.0%; 3 passed; 2 trials needed",
        "all comparisons of a scenario: 0.0% (0% to 49%) of 6 splits of 4 trials",
        "Comparing 1 scenario with itself, half of the trials on each side, shows a regression in 0.0% of cases.",
        "For at most 5.0% play 2 trials of each in each run (--scenarios-trials 2).",
        "Too few trials to say anything: clinic/alone",
    ]


def test_a_run_is_named_and_another_rate_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    stored("+-")
    assert main(["aa", "nightly", "--rate", "0.5"]) == 0
    assert "For at most 50.0% play 1 trial of each" in capsys.readouterr().out


def test_a_table_can_go_into_a_pull_request(capsys: pytest.CaptureFixture[str]) -> None:
    stored("+-")
    assert main(["aa", "--format", "md"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("**Comparing 1 scenario with itself")
    assert "| clinic/books | 50.0% | 9% to 91% | 0.0% | 1 of 2 | 3 |" in said


def test_data_is_for_other_tools(capsys: pytest.CaptureFixture[str]) -> None:
    stored("+-")
    assert main(["aa", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["wanted"], data["suite"], data["needed"], data["too_few"]) == (0.05, 0.5, 3, ["clinic/alone"])
    assert data["scenarios"][0]["regressions"]["splits"] == 2


def test_where_nothing_was_played_twice_it_says_how_to(capsys: pytest.CaptureFixture[str]) -> None:
    stored("+")
    assert main(["aa"]) == 2
    assert "too few trials: none of 2 scenarios was played twice" in capsys.readouterr().err
