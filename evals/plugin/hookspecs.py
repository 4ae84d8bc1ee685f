"""Hooks that Understudy calls; implement them in a conftest.py or in a plugin. Each gets one frozen record."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest reads this file; what a run of scenarios is made of takes time to import
    from ..playing.checks import CheckFunction
    from ..results.run import RunRecord
    from ..sections import ReportSection


@pytest.hookspec
def pytest_understudy_checks() -> "Mapping[str, CheckFunction]":  # pyright: ignore[reportReturnType]
    """Called once, when a scenario first names a check without a file (`expect: {check: polite}`).

    Gives back functions by the names under which scenarios may use them. Each is called with the outcome of the
    conversation so far and answers True or None where that is as it should be, False or a text that says why not; it
    may be a coroutine. An AssertionError fails the expectation, any other error leaves the scenario inconclusive. Two
    functions of one name are an error.
    """


@pytest.hookspec
def pytest_understudy_report_sections(run: "RunRecord") -> "Sequence[ReportSection]":  # pyright: ignore[reportReturnType]
    """Called once after the last scenario of a run that asked for an HTML report (`--scenarios-report`), and before
    `pytest_understudy_run_finished`.

    Gives back sections for the report's page "More": a title with text, a table, or both, shown as text and never as
    HTML. Sections stand in the order in which pytest calls its plugins. `run` is the record that listeners get.
    They are not stored: a report that `understudy report` writes later has none.
    """


@pytest.hookspec
def pytest_understudy_run_finished(run: "RunRecord") -> None:
    """Called once for each run of pytest that played scenarios, after its last one and before pytest's own summary.

    `run` holds every outcome with its conversation and traces, the definitions of the agents as they were played, and
    the runs before it, oldest first; where a report was asked for, also `run.past` (how verdicts, latency and coverage
    went over runs) and `run.base` (the run it is compared with). Under xdist only the controller calls it.
    `run.report_path` says where `--scenarios-report` wants an HTML report, None where nobody asked for one. A field
    that is added to the record later breaks no implementation.
    """
