"""After a run that asked for a report the plugin writes one, and nothing heavy is imported before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "plotly", "duckdb", "litellm")

CONFTEST = """
from pathlib import Path
import pytest
from understudy.evals.results.run import RunRecord

def pytest_sessionfinish(session):
    path = {path}
    run = RunRecord(id="r1", started="2026-03-02T09:00:00+00:00", report_path=path)
    session.config.hook.pytest_understudy_run_finished(run=run)
"""


def played(pytester: pytest.Pytester, path: Path | None, *options: str) -> pytest.RunResult:
    expression = f"Path({str(path)!r})" if path else "None"
    pytester.makeconftest(CONFTEST.format(path=expression))
    pytester.makepyfile("def test_nothing(): pass")
    return pytester.runpytest_subprocess(*options)


def test_a_run_that_asked_for_a_report_gets_one(pytester: pytest.Pytester) -> None:
    path = pytester.path / "out" / "report.html"
    played(pytester, path).assert_outcomes(passed=1)
    assert "No scenarios were played." in path.read_text(encoding="utf-8")


def test_a_run_that_asked_for_none_gets_none(pytester: pytest.Pytester) -> None:
    played(pytester, None).assert_outcomes(passed=1)
    assert list(pytester.path.rglob("*.html")) == []


def test_a_report_that_can_not_be_written_is_told_and_takes_no_verdict_away(pytester: pytest.Pytester) -> None:
    blocked = pytester.path / "file"
    blocked.write_text("in the way")
    result = played(pytester, blocked / "report.html")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["The report could not be written to *report.html: *--scenarios-report."])
    assert result.ret == 0


def test_pytest_starts_where_the_plugin_that_declares_the_hook_is_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_subprocess("-p", "no:understudy").assert_outcomes(passed=1)


@pytest.mark.parametrize("module", ["understudy.reports", "understudy.reports.plugin", "understudy.reports.command"])
def test_importing_it_loads_none_of_the_heavy_libraries(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & set(HEAVY) == set()
