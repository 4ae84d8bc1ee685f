"""`understudy report [RUN]`: the HTML report, or the tables behind it, of a run that is stored."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..evals.commands import Command
from ..evals.plugin.options import DATABASE
from ..evals.results.remembering import with_past
from ..evals.results.run import RunRecord
from .errors import NothingToReportError, NotWrittenError

LATEST = "latest"
PAGE = Path(DATABASE).with_name("report.html")


def stored_run(database: Path, name: str = LATEST, *, baseline: str = "") -> RunRecord:
    """A run in a database of results, with the runs before it. Journals beside the database are taken in first.

    It is compared with the run before it, or with what `baseline` names: `baseline` for what is approved, a run's id
    or label, the file of its journal, or a git revision. Raises NothingToReportError where no run is stored,
    UnknownRunError, NotComparableError, and the ResultsErrors of opening the database.
    """
    journals = database.parent / "runs"
    if not database.is_file() and not any(journals.glob("*.jsonl")):
        raise NothingToReportError(database=database)
    from ..evals.results.store import open_results  # duckdb takes a while to import

    with open_results(database) as results:
        for note in results.load_journals(journals):
            print(f"understudy report: {note}", file=sys.stderr)
        if not results.runs():
            raise NothingToReportError(database=database)
        run = with_past(results.run(name), results, compared=not baseline)
    if not baseline:
        return run
    from ..evals.diff.references import Places, refer

    return replace(run, base=refer(baseline, Places(db=database)).run.shared_with(run))


def report(asked: argparse.Namespace) -> int:
    """Write what was asked for and say where; gives back the exit code. Raises ReportError, ResultsError."""
    run = stored_run(asked.db, asked.run_name, baseline=asked.baseline)
    if asked.data is not None:
        from .data import write_data  # pandas and duckdb

        _tell(_tried(lambda: write_data(run, asked.data), path=asked.data))
    if asked.output is not None or asked.data is None:
        path = asked.output or PAGE
        _tell(_tried(lambda: _page(run, path), path=path))
    return 0


def _page(run: RunRecord, path: Path) -> list[Path]:
    from .render import write_report  # Jinja, and where there are charts pandas and plotly

    write_report(run, path)
    return [path]


def _tried(write: Callable[[], list[Path]], *, path: Path) -> list[Path]:
    try:
        return write()
    except OSError as error:
        raise NotWrittenError(path=path, error=error) from error


def _tell(paths: list[Path]) -> None:
    for path in paths:
        print(path)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run_name",
        metavar="RUN",
        nargs="?",
        default=LATEST,
        help="latest, previous, a run's id or label, or a revision",
    )
    parser.add_argument(
        "--baseline",
        metavar="REF",
        default="",
        help="what to compare with: `baseline` for what is approved, a run, a revision (default: the run before)",
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )
    parser.add_argument("--output", metavar="PATH", type=Path, help=f"the file to write (default: {PAGE.as_posix()})")
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="write the tables there as Parquet and CSV; no page unless --output"
    )


command = Command(
    name="report",
    help="write the HTML report of a run, by default the newest",
    run=report,
    add_arguments=_add_arguments,
)
