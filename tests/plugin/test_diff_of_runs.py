"""Edit a guideline, play again, see what it changed: from the plugin to `understudy diff`."""

import sys

import pytest

RUN = (sys.executable, "-c", "import sys; from understudy.evals.commands import main; sys.exit(main())")


def test_a_reworded_guideline_is_named_as_the_cause_of_what_it_changed(pytester: pytest.Pytester, clinic) -> None:
    path = clinic("""
    agent: agent.py:build
    scenarios:
      - name: offers
        script: [{customer: I want to see a doctor, expect: {tools: {called: [get_slots]}}}]
    """)
    code = path.with_name("agent.py")
    # Ids that are made from the words change with them.
    code.write_text(code.read_text().replace(', id="offer"', ""))
    pytester.runpytest_inprocess("--scenarios", "--scenarios-label", "before").assert_outcomes(passed=1)
    code.write_text(code.read_text().replace("wants to see a doctor", "asks for a prescription"))
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(failed=1)

    result = pytester.run(*RUN, "diff", "before", "--fail-on", "regression")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "regressions: 1",
            "  guideline 'the-customer-asks-for-a-prescription' (was *) reworded at scenarios/clinic/agent.py:*",
            "  clinic/offers: passed -> failed",
            "    turn 1: tools.called: [[]get_slots]",
            "    turn 1: guideline 'the-customer-asks-for-a-prescription' no longer matches; before it did*",
            "      because something else was asked (1/match/1)*",
            "        from guideline 'the-customer-asks-for-a-prescription' (was *) reworded",
            "      and * more decisions downstream",
        ]
    )


def test_two_plays_of_the_same_agent_differ_in_nothing(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    for _ in range(2):
        pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=2)
    result = pytester.run(*RUN, "diff", "previous", "latest", "--fail-on", "change")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["unchanged: 2"])
