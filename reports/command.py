"""`understudy report`: the HTML report, or the tables behind it, of the newest run that is stored."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..engine.errors import UnderstudyError
from ..evals.run import RunRecord

HOME = Path(".understudy")
Read = Callable[[Path], RunRecord]


def command(arguments: Sequence[str], *, read: Read | None = None) -> int:
    """Write the HTML report of the newest run.

    Takes the words after `understudy report` and gives back the exit code: 0, or 1 with one line on stderr where there
    is nothing to report or the file can't be written. `read` finds the run in a database of results.
    """
    asked = _parser().parse_args(list(arguments))
    try:
        run = (read or newest_run)(asked.db)
        written = _write(run, output=asked.output, data=asked.data)
    except (UnderstudyError, OSError) as error:
        print(f"understudy report: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path)
    return 0


def newest_run(database: Path) -> RunRecord:
    """The newest run in a database of results, with the runs before it. Journals beside it are taken in first.

    Raises FileNotFoundError where there is neither, and what opening the database raises.
    """
    journals = database.parent / "runs"
    if not database.is_file() and not any(journals.glob("*.jsonl")):
        raise FileNotFoundError(
            f"no results in {database}; play scenarios first (pytest --scenarios), or name a file with --db"
        )
    from ..evals.results.store import open_results  # duckdb takes a while to import

    with open_results(database) as results:
        for note in results.load_journals(journals):
            print(f"understudy report: {note}", file=sys.stderr)
        run = results.run("latest")
        return replace(run, history=tuple(each for each in results.runs() if each.id != run.id))


def _write(run: RunRecord, *, output: Path | None, data: Path | None) -> tuple[Path, ...]:
    from .render import write_report  # heavy, and not needed to say that there is nothing to report

    written: list[Path] = []
    if data is not None:
        from .data import write_data

        written += write_data(run, data)
    if output is not None or data is None:
        path = output or HOME / "report.html"
        write_report(run, path)
        written.append(path)
    return tuple(written)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="understudy report", description="Write the HTML report of the newest run.")
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=HOME / "results.duckdb", help="where results are kept"
    )
    parser.add_argument(
        "--output", metavar="PATH", type=Path, help=f"the file to write (default: {HOME.as_posix()}/report.html)"
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        help="write the run's tables there as Parquet and CSV; no page unless --output",
    )
    return parser
