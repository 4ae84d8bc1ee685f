"""Hooks that Understudy calls; implement them in a conftest.py or in a plugin. Each gets one frozen record."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest reads this file; what a run of scenarios is made of takes time to import
    from ..results.run import RunRecord


@pytest.hookspec
def pytest_understudy_run_finished(run: "RunRecord") -> None:
    """Called once for each run of pytest that played scenarios, after its last one and before pytest's own summary.

    `run` holds every outcome with its conversation and traces, the definitions of the agents as they were played, and
    the runs before it, oldest first. Under xdist only the controller calls it. `run.report_path` says where
    `--scenarios-report` wants an HTML report, None where nobody asked for one. A field that is added to the record
    later breaks no implementation.
    """
