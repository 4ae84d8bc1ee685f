"""The pytest plugin that writes the HTML report after a run that asked for one."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest reads this file; the engine, which the record is made of, takes time to import
    from ..evals.results.run import RunRecord


def pytest_configure(config: pytest.Config) -> None:
    """Stand by for the end of a run of scenarios."""
    config.pluginmanager.register(ReportWriter(config), "understudy-report-writer")


class ReportWriter:
    """Writes the report where the run wants one."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    # Optional, so that pytest also starts where the plugin that declares this hook is switched off.
    @pytest.hookimpl(optionalhook=True)
    def pytest_understudy_run_finished(self, run: "RunRecord") -> None:
        """Write the report. A disk that refuses it does not take the verdicts away, so that is told and no more."""
        if run.report_path is None:
            return
        from .render import write_report  # pulls in Jinja, and where there are charts pandas and plotly

        try:
            write_report(run, run.report_path)
        except OSError as error:
            self._tell(f"The report could not be written to {run.report_path}: {error.strerror or error}")

    def _tell(self, sentence: str) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(f"{sentence}. Name another file with --scenarios-report.", red=True)
