"""`understudy runs`: list, show, label, prune, merge and export the runs that are stored."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ..plugin.options import DATABASE
from ..results.presence import has_results, journals_of, require_results
from ..results.pruning import to_remove
from ..results.run import RunRecord
from ..results.text import run_lines, shown_run
from . import Command

if TYPE_CHECKING:
    from ..results.store import Results

Told: TypeAlias = Iterator[str]
Do: TypeAlias = "Callable[[Results, argparse.Namespace], Told]"
NAMES = "latest, previous, an id or its beginning, a label, or a git revision"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.set_defaults(parser=parser, do=None)
    commands = parser.add_subparsers(title="what to do", metavar="WHAT")

    def command(name: str, do: Do, *, says: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
        made.set_defaults(do=do)
        made.add_argument(
            "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
        )
        return made

    command("list", _list, says="a line for each run, oldest first")
    shown = command("show", _show, says="a run in detail: what did not pass, and how long things took, in percentiles")
    shown.add_argument("run", metavar="RUN", nargs="?", default="latest", help=f"{NAMES} (default: latest)")
    labelled = command("label", _label, says="give a run a name by which others can refer to it")
    labelled.add_argument("run", metavar="RUN", help=NAMES)
    labelled.add_argument("text", metavar="TEXT", help="the name; an empty one takes its name away")
    _add_pruning(command("prune", _prune, says="let go of runs: those that are named, or old ones without a label"))
    merged = command("merge", _merge, says="take in the runs of other files; what is there already stays as it is")
    what = "a database, a run's journal (.jsonl), or a folder of journals or of exported Parquet"
    merged.add_argument("files", metavar="FILE", nargs="+", type=Path, help=what)
    exported = command("export", _export, says="write every table as a file, for other tools or for merging elsewhere")
    exported.add_argument("folder", metavar="FOLDER", type=Path, help="where to")
    exported.add_argument("runs", metavar="RUN", nargs="*", help=f"{NAMES} (default: all)")
    exported.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="(default: parquet)")


def _add_pruning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="*", help=f"runs to remove, labelled or not: {NAMES}")
    parser.add_argument("--keep", metavar="N", type=_count, help="keep the N newest runs")
    parser.add_argument("--before", metavar="DATE", type=_date, help="remove only runs begun before, as 2026-03-02")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for, and print what came of it."""
    if arguments.do is None:
        arguments.parser.print_help()
        return 2
    if arguments.do is _prune and not (arguments.runs or arguments.keep is not None or arguments.before):
        arguments.parser.error("prune: say which runs: name them, or give --keep N or --before DATE")
    if arguments.do is _list and not has_results(arguments.db):
        print(f"there are no runs in {arguments.db} yet; play scenarios: pytest --scenarios")
        return 0
    if arguments.do is _merge:
        arguments.found = _found(arguments.files)  # a mistake in a name makes no database
    else:
        require_results(arguments.db)
    from ..results.store import open_results  # duckdb takes a while to import

    with open_results(arguments.db) as results:
        for note in results.load_journals(journals_of(arguments.db)):
            print(note)
        for line in arguments.do(results, arguments):
            print(line)
    return 0


def _list(results: "Results", _: argparse.Namespace) -> Told:
    return run_lines(results.runs())


def _show(results: "Results", arguments: argparse.Namespace) -> Told:
    record = results.run(arguments.run)
    summary = next(each for each in results.runs() if each.id == record.id)
    return shown_run(record, summary, latency=results.latency(record.id))


def _label(results: "Results", arguments: argparse.Namespace) -> Told:
    name = results.find(arguments.run).id
    results.label(name, arguments.text)
    yield f"{name} is now called {arguments.text!r}" if arguments.text else f"{name} has no label any more"


def _prune(results: "Results", arguments: argparse.Namespace) -> Told:
    if arguments.runs:
        chosen = tuple({(found := results.find(name)).id: found for name in arguments.runs}.values())
    else:
        chosen = to_remove(results.runs(), keep=arguments.keep, before=arguments.before)
    if not arguments.dry_run:
        results.remove([each.id for each in chosen])
    said = "would be removed" if arguments.dry_run else "removed"
    yield from (f"{said}: {each.id}" + (f" ({each.label})" if each.label else "") for each in chosen)
    if not chosen:
        yield "there is nothing to remove"


def _found(files: Sequence[Path]) -> list[tuple[Path, RunRecord]]:
    from ..results.merging import runs_in

    return [(file, record) for file in files for record in runs_in(file)]


def _merge(results: "Results", arguments: argparse.Namespace) -> Told:
    from ..results.merging import merge

    for file, record in arguments.found:
        fresh = merge(results, record)
        what = f"{fresh} of {len(record.outcomes)} trials are new" if fresh else "nothing of it is new"
        yield f"{record.id} from {file}: {what}"


def _export(results: "Results", arguments: argparse.Namespace) -> Told:
    chosen = [results.find(name).id for name in arguments.runs] or [each.id for each in results.runs()]
    yield from map(str, results.export(arguments.folder, kind=arguments.format, runs=chosen))


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs; write a whole number such as 20")
    return int(text)


def _date(text: str) -> str:
    """A day or a moment as runs write it down; without a time zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        said = f"{text!r} is no date; write one such as 2026-03-02 or 2026-03-02T09:00"
        raise argparse.ArgumentTypeError(said) from error
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).isoformat(timespec="milliseconds")


command = Command(
    name="runs",
    help="list, show, label, prune, merge or export the runs that are stored",
    run=run,
    add_arguments=add_arguments,
)
