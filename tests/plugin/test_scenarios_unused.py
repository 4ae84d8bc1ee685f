"""`--scenarios-unused` and `--scenarios-stale`."""

import pytest

from understudy.evals.plugin.options import OPTIONS
from understudy.evals.plugin.settings import read_options


@pytest.mark.parametrize(("option", "value"), [("unused", "keep"), ("stale", "maybe")])
def test_a_choice_that_is_none_is_refused(pytester: pytest.Pytester, clinic, option: str, value: str) -> None:
    clinic()
    pytester.makeini(f"[pytest]\nscenarios_{option} = {value}\n")
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*scenarios_{option}: '{value}' is *"])


def test_they_can_be_set_in_a_file(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.understudy]\nunused = 'fail'\nstale = 'allow'\nbudget = 0.5\nprice = '1/2'\n")
    options = read_options(pytester.parseconfig())
    assert (options.unused, options.stale, options.budget) == ("fail", True, 0.5)
    assert options.price == {"prompt": 1.0, "answer": 2.0}


def test_by_default_unread_recordings_are_told_and_stale_ones_are_not_served(pytester: pytest.Pytester) -> None:
    options = read_options(pytester.parseconfig())
    assert (options.unused, options.stale, options.budget, options.price) == ("warn", False, None, None)


def test_every_option_has_help() -> None:
    assert all(option.help for option in OPTIONS)
