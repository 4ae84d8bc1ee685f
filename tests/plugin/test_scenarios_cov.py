"""--scenarios-cov and --scenarios-cov-fail-under."""

import pytest


def test_coverage_is_shown_where_it_is_asked_for(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-cov")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "coverage of agent 'clinic': 7 of 7 (100 %) by scenarios that passed",
            "  Guidelines fired * 2 of 2",
            "  Tools called * 1 of 1",
        ]
    )
    result = pytester.runpytest_inprocess("--scenarios")
    result.stdout.no_fnmatch_line("coverage of agent*")


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("90", 1)])
def test_too_little_coverage_fails_a_run_of_scenarios_that_pass(
    pytester: pytest.Pytester, clinic, least: str, code: int
) -> None:
    clinic("""
    agent: agent.py:build
    scenarios: [{name: greets, script: [{customer: Hello there, expect: {guidelines: {fired: [greet]}}}]},
                {name: asks, script: [{customer: What is the weather like?}]}]
    """)
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-cov-fail-under", least)
    result.assert_outcomes(passed=2)
    assert result.ret == code
    if code:
        result.stdout.fnmatch_lines(["coverage is 57.1 %, and scenarios_cov_fail_under asks for 90 %*"])


def test_a_share_that_is_none_is_refused(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-cov-fail-under", "lots")
    result.stderr.fnmatch_lines(["*--scenarios-cov-fail-under: 'lots' is no share in per cent; write one such as 80"])
