"""--scenarios-baseline: what changed, and a baseline that is missing fails and says how to approve."""

import sys

import pytest

RUN = (sys.executable, "-c", "import sys; from understudy.evals.commands import main; sys.exit(main())")


def test_a_missing_baseline_fails_and_an_approved_one_shows_what_changed(pytester: pytest.Pytester, clinic) -> None:
    path = clinic()
    first = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "baseline")
    first.assert_outcomes(passed=2)
    assert first.ret == 1
    first.stdout.fnmatch_lines(["scenarios_baseline: no behaviour is approved yet; *understudy approve"])

    assert pytester.run(*RUN, "approve", "latest", "greets").ret == 0
    second = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "baseline")
    assert second.ret == 1
    second.stdout.fnmatch_lines(["no baseline is approved for clinic/offers; approve: understudy approve 20*"])

    assert pytester.run(*RUN, "approve").ret == 0
    third = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "baseline")
    assert third.ret == 0
    third.stdout.fnmatch_lines(["baseline -> 20*", "unchanged: 2"])

    code = path.with_name("agent.py")
    code.write_text(code.read_text().replace("wants to see a doctor", "asks for a prescription"))
    fourth = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "baseline", "-k", "offers")
    fourth.assert_outcomes(failed=1)
    fourth.stdout.fnmatch_lines(["regressions: 1", "  clinic/offers: passed -> failed"])
    fourth.stdout.no_fnmatch_line("gone:*")


def test_a_baseline_that_is_no_run_is_explained(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-baseline", "nightly")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["scenarios_baseline: 'nightly': no run goes by that id, label or revision*"])
