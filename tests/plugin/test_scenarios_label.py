"""`--scenarios-label`: a name for a run."""

import pytest

from understudy.evals.results.store import open_results


def test_a_run_can_be_found_by_its_label(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.runpytest_inprocess("--scenarios", "--scenarios-label", "before").stdout.fnmatch_lines(["run * (before)*"])
    pytester.runpytest_inprocess("--scenarios")
    with open_results(pytester.path / ".understudy" / "results.duckdb") as results:
        assert results.run("before").id == results.run("previous").id
