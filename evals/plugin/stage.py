"""What pytest does in a run with --scenarios: collect scenario files, keep the books, say what it came to."""

from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from ..outcome import Outcome, verdict_on
from ..playing.ahead import Ahead, Coming
from ..playing.means import Means, Played
from ..playing.metering import Meter
from ..playing.rehearsal import Rehearsal
from ..results.ledger import Carrier, Ledger
from ..results.run import RunRecord
from . import long_lived, python_scenarios
from .afterwards import Afterwards, look_back, with_base
from .budget import purse_for
from .collection import (
    SCENARIOS,
    STAGE,
    ScenarioFile,
    ScenarioInconclusiveError,
    ScenarioItem,
    Stage,
    is_scenario_file,
    told_instead,
)
from .progress import Progress, progress_for
from .pruning import prune_agents
from .python_scenarios import PLAYED, is_python_scenario, play_function
from .registered import own_sections, registered_checks
from .settings import Options
from .terminal import Summary, turn_lines, write_afterwards, write_mistakes, write_nothing_found, write_summary
from .upcoming import TellsWorkers, upcoming

INCONCLUSIVE_ONLY = 16
"""The exit code where nothing failed and something could not be told; pytest's own go from 0 to 6."""

CARGO = "understudy"
"""The attribute of a report on which a scenario's outcomes travel, as text."""


class ScenarioPlugin:
    """Registered with --scenarios only; under xdist in the controller and in every worker."""

    def __init__(self, config: pytest.Config, *, options: Options) -> None:
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        self._meter = Meter()
        self._progress: Progress | None = None
        means = Means(
            namings=options.namings,
            mode=options.mode,
            cache=options.home / "cache",
            unused=options.unused,
            stale=options.stale,
            purse=purse_for(config, options),
            price=options.price,
            trials=options.trials,
            jobs=options.jobs,
            meter=self._meter,
            checks=lambda: registered_checks(config),
        )
        self._rehearsal = Rehearsal(means)
        self._ahead = Ahead(self._rehearsal)
        self._carrier = Carrier()
        self._ledger = Ledger(options=options, root=config.rootpath)
        self._stage = Stage(play=self._play)
        self._failed = False
        self._inconclusive = False
        self._summary: Summary | None = None
        self._afterwards = Afterwards()
        config.stash[STAGE] = self._stage
        config.pluginmanager.register(python_scenarios, "understudy-python-scenarios")
        config.pluginmanager.register(long_lived, "understudy-long-lived")
        if not self._is_worker:
            config.pluginmanager.register(TellsWorkers(), "understudy-workers")
        _default_path(config)

    def pytest_sessionstart(self) -> None:
        """Find out whether somebody is watching."""
        self._progress = progress_for(self._config, self._meter)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
        """Collect scenario files."""
        named = parent.session.isinitpath(file_path)
        if not is_scenario_file(file_path, named=named):
            return None
        return ScenarioFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell what happened in our words, and send the outcomes along with the report of the setup."""
        report = yield
        if call.when == "call" and PLAYED in item.stash and isinstance(item, pytest.Function):
            setattr(report, CARGO, self._carrier.pack(item.stash[PLAYED], ()))
            if call.excinfo and isinstance(call.excinfo.value, ScenarioInconclusiveError):
                report.when = "setup"  # an error, not a failure
        if call.excinfo and (told := told_instead(call.excinfo.value)) is not None:
            report.longrepr = told
        if call.when == "setup" and isinstance(item, ScenarioItem) and item.played:
            setattr(report, CARGO, self._carrier.pack(item.played, item.scenario.redact))
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Play scenarios written in Python."""
        if not is_python_scenario(pyfuncitem):
            return None
        with self._watched():
            play_function(pyfuncitem, self._rehearsal)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down what was played."""
        packed: str | None = getattr(report, CARGO, None)
        outcomes = self._written(packed) if packed and not self._is_worker else ()
        inconclusive = bool(outcomes) and verdict_on(outcomes) == "inconclusive"
        self._inconclusive = self._inconclusive or inconclusive
        self._failed = self._failed or (report.failed and not inconclusive)
        self._write_turns(outcomes)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be collected is a failure like any other."""
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the run: store it, tell others of it, and say by the exit code what kind of run it was."""
        if self._ledger.options.mode == "record" and not self._is_worker:
            prune_agents(self._rehearsal)
        self._rehearsal.close()
        if self._progress:
            self._progress.close()
        if self._is_worker:
            return
        if run := self._ledger.close():
            self._close(run)
        if session.exitstatus == pytest.ExitCode.TESTS_FAILED and self._inconclusive and not self._failed:
            session.exitstatus = INCONCLUSIVE_ONLY
        if (self._stage.mistakes or self._afterwards.failures) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _close(self, run: RunRecord) -> None:
        """Tell others of a run that is over, and gather what is said of it at the end."""
        options = self._ledger.options
        compared = with_base(run, options, root=self._config.rootpath)
        if options.report:
            compared = replace(compared, run=replace(compared.run, sections=own_sections(self._config, compared.run)))
        self._config.hook.pytest_understudy_run_finished(run=compared.run)
        journal = self._ledger.journal.path
        self._summary = Summary(
            run=compared.run,
            notes=tuple(self._ledger.notes),
            database=options.db,
            journal=journal if journal.is_file() else None,
        )
        self._afterwards = look_back(compared, options)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Say what came of it."""
        if self._config.getoption("collectonly"):
            write_mistakes(terminalreporter, self._stage.mistakes)
        if self._summary:
            write_summary(terminalreporter, self._summary)
            write_afterwards(terminalreporter, self._afterwards)
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not terminalreporter.stats.get("deselected"):
            write_nothing_found(terminalreporter)

    def _written(self, packed: str) -> tuple[Outcome, ...]:
        try:
            return self._ledger.take(packed)
        except OSError as error:  # no run is worth playing to its end of which nothing is kept
            pytest.exit(
                f"results can't be kept in {self._ledger.options.home}: {error}; "
                "make it writable, or name another place: --scenarios-db PATH",
                returncode=pytest.ExitCode.USAGE_ERROR,
            )

    def _play(self, item: ScenarioItem) -> Played:
        with self._watched():
            return self._ahead.play(Coming(node=item.nodeid, scenario=item.scenario), lambda: upcoming(item))

    def _watched(self) -> AbstractContextManager[None]:
        return self._progress.shown() if self._progress else nullcontext()

    def _write_turns(self, outcomes: tuple[Outcome, ...]) -> None:
        reporter: pytest.TerminalReporter | None = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter and outcomes and self._config.get_verbosity() > 0:
            reporter.ensure_newline()
            for outcome in outcomes:
                for line in turn_lines(outcome):
                    reporter.write_line(f"  {line}")


def _default_path(config: pytest.Config) -> None:
    """Look for scenarios where they are by convention; `testpaths` names the place of other tests."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    if config.invocation_params.dir != config.rootpath:
        return
    folder = config.rootpath / SCENARIOS
    if not folder.is_dir():
        raise pytest.UsageError(
            f"there is no folder {folder}; name the files or folders to play: pytest --scenarios PATH "
            "(`understudy new` makes a project that has some)"
        )
    config.args = [str(folder)]
