"""`pytest --scenarios`: what it collects and plays, and how it takes part in everything that pytest can do."""

import sys
import xml.etree.ElementTree as ElementTree

import pytest

FAILS = """
agent: agent.py:build
scenarios:
  - name: fails
    script: [{customer: Hello there, expect: {guidelines: {fired: [offer]}}}]
"""
UNTOLD = """
agent: gone.py:build
scenarios:
  - name: untold
    script: [{customer: Hello there}]
"""
BROKEN = """
agent: agent.py:build
scenarios:
  - name: broken
    scirpt: []
  - nam: nameless
    script: [{customer: Hi}]
"""


def test_scenario_files_are_played_and_nothing_else(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*test_other*")


def test_without_the_flag_no_scenario_is_collected(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess(".")
    result.assert_outcomes(passed=1)


def test_tests_marked_as_scenarios_wait_for_the_flag(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    path = pytester.makepyfile(
        "import pytest\n@pytest.mark.scenario\ndef test_marked(): pass\ndef test_plain(): pass\n"
    )
    pytester.runpytest_inprocess(path).assert_outcomes(passed=1, deselected=1)
    result = pytester.runpytest_inprocess("--scenarios", "-v", path)
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*::test_marked PASSED*"])


def test_a_node_id_names_one_scenario(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "-v", "scenarios/clinic/booking.yaml::offers")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["scenarios/clinic/booking.yaml::offers*", "*turn 1: fired offer; called get_slots*"])


@pytest.mark.parametrize("arguments", [("-k", "greets"), ("-m", "smoke")])
def test_names_and_tags_select_scenarios(pytester: pytest.Pytester, clinic, arguments: tuple[str, ...]) -> None:
    clinic()
    pytester.runpytest_inprocess("--scenarios", "--strict-markers", *arguments).assert_outcomes(passed=1, deselected=1)


def test_a_failure_names_turn_place_expectation_and_reason(pytester: pytest.Pytester, clinic) -> None:
    clinic(FAILS)
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "clinic/fails failed: 1 of 1 expectation not met",
            "*turn 1, guidelines.fired: offer*scenarios/clinic/booking.yaml:*",
            "*'offer' was considered and did not match*",
            "*customer: Hello there",
            "*fired greet*",
        ]
    )


def test_what_can_not_be_told_is_an_error_and_has_an_exit_code_of_its_own(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    clinic(UNTOLD, name="untold")
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == 16
    result.stdout.fnmatch_lines(
        ["*untold is inconclusive, agent load: *there is no file*gone.py*", "inconclusive, agent load: clinic/untold"]
    )


def test_one_failure_outweighs_what_can_not_be_told(pytester: pytest.Pytester, clinic) -> None:
    clinic(FAILS, name="fails")
    clinic(UNTOLD, name="untold")
    assert pytester.runpytest_inprocess("--scenarios").ret == pytest.ExitCode.TESTS_FAILED


def test_a_broken_file_is_one_error_with_every_mistake_and_leaves_the_others_alone(
    pytester: pytest.Pytester, clinic
) -> None:
    clinic()
    clinic(BROKEN, name="broken")
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["scenarios/clinic/broken.yaml:5:*scirpt*", "scenarios/clinic/broken.yaml:6:*nam*"])


def test_mistakes_are_told_also_where_scenarios_are_only_listed(pytester: pytest.Pytester, clinic) -> None:
    clinic(BROKEN, name="broken")
    result = pytester.runpytest_inprocess("--scenarios", "--collect-only")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["scenarios/clinic/broken.yaml:5:*scirpt*"])


def test_two_files_of_a_suite_can_not_share_an_id(pytester: pytest.Pytester, clinic) -> None:
    clinic(name="a")
    clinic(name="b")
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*'greets' is taken in suite 'clinic' by scenarios/clinic/a.yaml*"])


def test_a_name_that_the_agent_does_not_have_is_an_error_with_its_place(pytester: pytest.Pytester, clinic) -> None:
    clinic(FAILS.replace("offer", "ofer"))
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["scenarios/clinic/booking.yaml:*no guideline 'ofer'; did you mean 'offer'?"])


def test_an_agent_that_can_not_be_loaded_leaves_each_of_its_scenarios_untold(pytester: pytest.Pytester, clinic) -> None:
    clinic().with_name("agent.py").write_text("raise RuntimeError('no database')\n")
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(errors=2)
    assert result.ret == 16
    result.stdout.fnmatch_lines(["*agent load*no database*"])


def test_listing_scenarios_plays_none_and_leaves_nothing_behind(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", "--collect-only", "-q")
    result.stdout.fnmatch_lines(["scenarios/clinic/booking.yaml::greets", "scenarios/clinic/booking.yaml::offers"])
    assert not (pytester.path / ".understudy").exists()


def test_the_last_failures_can_be_played_alone(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    clinic(FAILS, name="fails")
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=2, failed=1)
    pytester.runpytest_inprocess("--scenarios", "--lf").assert_outcomes(failed=1)


def test_the_first_failure_can_end_the_run(pytester: pytest.Pytester, clinic) -> None:
    clinic(FAILS, name="a")
    clinic(name="b")
    result = pytester.runpytest_inprocess("--scenarios", "-x")
    result.assert_outcomes(failed=1)


def test_junit_tells_failures_from_errors(pytester: pytest.Pytester, clinic) -> None:
    clinic(FAILS, name="fails")
    clinic(UNTOLD, name="untold")
    pytester.runpytest_inprocess("--scenarios", "--junitxml=junit.xml")
    suite = ElementTree.parse(pytester.path / "junit.xml").getroot()[0]
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")
    failure = suite.find(".//failure")
    assert failure is not None
    assert "guidelines.fired: offer" in (failure.text or "")


def test_workers_hand_their_outcomes_to_one_journal(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    clinic(UNTOLD, name="untold")
    result = pytester.runpytest_subprocess("--scenarios", "-n", "2", "-p", "xdist")
    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == 16
    result.stdout.fnmatch_lines(["2 passed, 1 inconclusive", "*asks (* offline)*"])
    assert [path.name for path in (pytester.path / ".understudy").glob("*.duckdb")] == ["results.duckdb"]


def test_without_a_folder_of_scenarios_it_says_what_to_name(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--scenarios")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no folder *scenarios*pytest --scenarios PATH*"])


def test_listing_imports_nothing_heavy(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    code = (
        "import sys, pytest; pytest.main(['--scenarios', '--collect-only', '-q']);"
        "print('heavy:', sorted({'litellm', 'pandas', 'plotly', 'duckdb', 'numpy'} & set(sys.modules)))"
    )
    result = pytester.run(sys.executable, "-c", code)
    result.stdout.fnmatch_lines(["heavy: []"])
