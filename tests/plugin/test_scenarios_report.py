"""`--scenarios-report` and the hook through which reports are written."""

import json

import pytest

CONFTEST = """
import json
def pytest_understudy_run_finished(run):
    open("seen.json", "w").write(json.dumps({
        "report": str(run.report_path), "outcomes": [o.scenario for o in run.outcomes],
        "agents": [agent.id for agent in run.agents.values()], "history": len(run.history), "label": run.label,
    }))
"""


def test_the_hook_gets_the_run_with_its_agents_and_the_runs_before_it(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makeconftest(CONFTEST)
    pytester.runpytest_inprocess("--scenarios")
    pytester.runpytest_inprocess("--scenarios", "--scenarios-label", "second")
    seen = json.loads((pytester.path / "seen.json").read_text())
    assert seen == {
        "report": "None",
        "outcomes": ["greets", "offers"],
        "agents": ["clinic"],
        "history": 1,
        "label": "second",
    }


def test_the_report_is_written_where_it_was_asked_for(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makeconftest(CONFTEST)
    result = pytester.runpytest_inprocess("--scenarios", "--scenarios-report", "out/report.html")
    assert json.loads((pytester.path / "seen.json").read_text())["report"] == str(pytester.path / "out/report.html")
    result.stdout.fnmatch_lines(["report: *out/report.html"])


def test_the_hook_is_not_called_where_nothing_was_played(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makeconftest(CONFTEST)
    pytester.runpytest_inprocess("--scenarios", "--collect-only")
    assert not (pytester.path / "seen.json").exists()
