"""`--scenarios-llm`: how recordings are used."""

from typing import get_args

import pytest

from understudy.evals.plugin.options import MODES
from understudy.evals.recordings.trial import Mode

PAID = ("--scenarios-model", "openai/gpt-4o")


def test_replay_calls_nobody_and_says_what_is_missing_and_how_to_record_it(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-llm", "replay", *PAID, "-k", "greets")
    result.assert_outcomes(errors=1, deselected=1)
    assert result.ret == 16
    result.stdout.fnmatch_lines(["*greets is inconclusive, recording missing: *", "*record it: *"])


def test_in_ci_recordings_are_only_replayed(pytester: pytest.Pytester, clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic()
    monkeypatch.setenv("CI", "true")
    pytester.runpytest_inprocess("--scenarios", *PAID).stdout.fnmatch_lines(["inconclusive, recording missing: *"])


@pytest.mark.parametrize("place", ["ini", "project"])
def test_it_can_be_set_in_a_file(pytester: pytest.Pytester, clinic, place: str) -> None:
    clinic()
    if place == "ini":
        pytester.makeini("[pytest]\nscenarios_llm = replay\n")
    else:
        pytester.makepyprojecttoml("[tool.understudy]\nllm = 'replay'\n")
    pytester.runpytest_inprocess("--scenarios", *PAID).stdout.fnmatch_lines(["inconclusive, recording missing: *"])


def test_a_way_that_is_none_is_refused_with_the_nearest(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makeini("[pytest]\nscenarios_llm = replya\n")
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'replya' is no way to use recordings*did you mean 'replay'?"])


def test_its_choices_are_the_ways_there_are() -> None:
    assert get_args(Mode) == MODES
