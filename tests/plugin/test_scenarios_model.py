"""`--scenarios-model`: which model answers."""

import pytest

from understudy.evals.recordings.committed import Committed, recordings_file
from understudy.evals.recordings.entry import Entry, RecordedAsk


def test_the_command_line_outweighs_the_scenario_file(pytester: pytest.Pytester, clinic) -> None:
    clinic("model: openai/gpt-4o\nagent: agent.py:build\nscenarios: [{name: greets, script: [{customer: Hello}]}]\n")
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-model", "offline")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*asks (* offline)*"])


def test_the_project_names_a_model_for_those_who_name_none(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makepyprojecttoml("[tool.understudy]\nmodel = {name = 'blocked'}\n")
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["inconclusive, model unavailable: clinic/greets, clinic/offers"])


def test_a_project_model_without_a_name_is_refused(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makepyprojecttoml("[tool.understudy]\nmodel = {temperature = 0}\n")
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*model: a table needs a name*"])


def test_a_scenario_that_was_recorded_is_never_played_on_the_offline_model_by_accident(
    pytester: pytest.Pytester, clinic
) -> None:
    suite = clinic().parent
    asked = RecordedAsk(
        attempt=1, model="openai/gpt-4o", served="gpt-4o", sections=(), schema="s", facts="f", reply="{}"
    )
    entry = Entry(key="k", name="match", turn=1, trial=1, ordinal=1, body=asked)
    Committed(recordings_file(suite, "greets")).write([entry])
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*model unnamed: there are recordings made with 'openai/gpt-4o'*--scenarios-model*"])
