"""`--scenarios-unused` and `--scenarios-stale`."""

import pytest

from understudy.engine.adapters.provider import import_litellm
from understudy.evals.plugin.options import OPTIONS
from understudy.evals.plugin.settings import read_options

from ..loopback import loopback
from ..provider import respond

# Once, and not anew by a run of pytest within pytest, which would leave half of it behind.
import_litellm()


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


def test_in_record_what_belongs_to_an_agent_s_former_self_goes_once_its_whole_suite_was_played(
    pytester: pytest.Pytester, clinic
) -> None:
    clinic()
    provider = "[tool.understudy]\nmodel = {name = 'openai/small', api_base = '%s', api_key = 'sk-test'}\n"
    with loopback(respond) as server:
        pytester.makepyprojecttoml(provider % server.url)
        record = ("--scenarios", "--scenarios-llm", "record")
        kept = pytester.path / "scenarios" / "clinic" / "recordings" / "_agent.jsonl"
        pytester.runpytest_inprocess(*record).assert_outcomes(passed=2)
        former = kept.read_bytes()
        agent = pytester.path / "scenarios" / "clinic" / "agent.py"
        agent.write_text(agent.read_text().replace("greets you", "greets you warmly"))
        pytester.runpytest_inprocess(*record, "-k", "greets").assert_outcomes(passed=1, deselected=1)
        assert former.splitlines()[-1] in kept.read_bytes()
        pytester.runpytest_inprocess(*record).assert_outcomes(passed=2)
        assert former.splitlines()[-1] not in kept.read_bytes()
