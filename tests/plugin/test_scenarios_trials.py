"""--scenarios-trials, and what conftest.py files add: checks by name."""

import pytest

from .conftest import Write


def test_on_the_offline_model_one_trial_is_played_and_the_summary_says_so(
    pytester: pytest.Pytester, clinic: Write
) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-trials", "5")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["2 passed", "note: on the offline model,*is played once whatever its trials"])


@pytest.mark.parametrize("number", ["0", "some"])
def test_a_number_of_trials_that_is_none_is_refused(pytester: pytest.Pytester, clinic: Write, number: str) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-trials", number)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"*--scenarios-trials: '{number}' is no number of trials; write a whole number from 1*"]
    )


def test_a_check_that_a_conftest_registers_is_asked_by_its_name(pytester: pytest.Pytester, clinic: Write) -> None:
    pytester.makeconftest(
        """
        def greeted(outcome):
            return "greet" in outcome.turns[-1].trace.fired or "nobody was greeted"

        def pytest_understudy_checks():
            return {"greeted": greeted}
        """
    )
    (pytester.path / "scenarios" / "clinic" / "hello.yaml").write_text("script: [{customer: Hello}]\n")
    clinic(
        """
        agent: agent.py:build
        scenarios:
          - {name: greets, include: hello.yaml, script: [{customer: Hello there, expect: {check: greeted}}]}
          - {name: asks, script: [{customer: I want to see a doctor, expect: {check: greeted}}]}
          - {name: misnames, script: [{customer: Hello, expect: {check: greted}}]}
        """
    )
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*no check is called 'greted': registered are greeted;*did you mean 'greeted'?",
            "*turn 1, check: greeted*booking.yaml:5:*",
            "*nobody was greeted",
        ]
    )
