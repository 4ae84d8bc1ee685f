"""`understudy diff BASE [HEAD]`: what an agent does otherwise in one run than in another, and why."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..diff.comparing import compare
from ..diff.text import diff_lines
from ..plugin.options import DATABASE
from ..results.errors import UnknownRunError
from ..results.journal import parse_journal
from ..results.run import RunRecord
from . import Command

FAIL_ON = ("regression", "change")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    names = "latest, previous, a run's id or label, a git revision, or the file of a run's journal"
    parser.add_argument("base", metavar="BASE", help=f"the run to compare with: {names}")
    parser.add_argument(
        "head", metavar="HEAD", nargs="?", default="latest", help="the run to compare (default: latest)"
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )
    parser.add_argument("--fail-on", choices=FAIL_ON, help="exit with 1 where a scenario got worse, or changed at all")


def run(arguments: argparse.Namespace) -> int:
    """Compare two runs and print what differs."""
    base, head = read_runs([arguments.base, arguments.head], db=arguments.db)
    found = compare(base, head)
    for line in diff_lines(found):
        print(line)
    worse = found.of("regression")
    changed = (*worse, *found.of("fixed"), *found.of("behaviour_changed"), *found.of("gone"))
    fails = {"regression": bool(worse), "change": bool(changed), None: False}
    return int(fails[arguments.fail_on])


def read_runs(names: Sequence[str], *, db: Path) -> list[RunRecord]:
    """The runs that go by these names. Raises UnknownRunError, JournalError, ResultsError."""
    files = {name: parse_journal(Path(name)).run for name in names if Path(name).is_file()}
    stored = [name for name in names if name not in files]
    if not stored:
        return [files[name] for name in names]
    if not db.is_file() and not list((db.parent / "runs").glob("*.jsonl")):
        problem = (
            f"there are no results in {db}; play scenarios first (pytest --scenarios), or name another file with --db"
        )
        raise UnknownRunError(name=stored[0], known=(), problem=problem)
    from ..results.store import open_results  # journal files alone need no database

    with open_results(db) as results:
        results.load_journals(db.parent / "runs")
        found = {name: results.run(name) for name in stored}
    return [files.get(name) or found[name] for name in names]


command = Command(
    name="diff",
    help="compare two runs: the first decision that differs in each scenario, and why",
    run=run,
    add_arguments=add_arguments,
)
