"""`understudy diff BASE [HEAD]`: what an agent does otherwise in one run than in another, and why."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..plugin.options import DATABASE
from ..results.journal import parse_journal
from ..results.presence import has_results, journals_of, require_results
from ..results.run import RunRecord
from . import Command

if TYPE_CHECKING:
    from ..diff.comparing import RunDiff, ScenarioDiff
    from ..diff.references import Referred

FAIL_ON = ("regression", "change")
FORMATS = ("terminal", "md", "html", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    names = (
        "latest, previous, a run's id or label, the file of a run's journal, `baseline` for what is approved in the "
        "working tree, or a git revision (a stored clean run of it, else the baselines committed there)"
    )
    parser.add_argument("base", metavar="BASE", help=f"what to compare with: {names}")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="latest", help="what to compare (default: latest)")
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="md is made for a pull request comment")
    parser.add_argument("--output", metavar="PATH", type=Path, help="write it there instead of printing it")
    parser.add_argument(
        "--play", action="store_true", help="play a git revision of which nothing is known, in a worktree"
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )
    parser.add_argument("--fail-on", choices=FAIL_ON, help="exit with 1 where a scenario got worse, or changed at all")


def run(arguments: argparse.Namespace) -> int:
    """Compare two runs and tell what differs; 1 where a baseline is missing or --fail-on applies."""
    from ..diff.comparing import compare
    from ..diff.references import Places, refer

    places = Places(db=arguments.db, play=arguments.play)
    base, head = (refer(name, places) for name in (arguments.base, arguments.head))
    if base.run.id == head.run.id and {base.origin, head.origin} <= {"run", "file"}:
        print(_same(head.run, db=arguments.db), file=sys.stderr)
    found = compare(base.run, head.run)
    missing = _missing(base, found)
    text = _told(arguments.format, found, missing=missing)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(text + "\n", encoding="utf-8")
        print(arguments.output)
    else:
        print(text)
    if missing:
        nodes = ", ".join(each.node for each in missing)
        print(f"no baseline is approved for {nodes}; approve: understudy approve {head.run.id}", file=sys.stderr)
    return int(bool(missing) or fails(found, arguments.fail_on))


def fails(diff: "RunDiff", fail_on: str | None) -> bool:
    """Whether what changed is more than is allowed."""
    worse = diff.of("regression")
    changed = (*worse, *diff.of("fixed"), *diff.of("behaviour_changed"), *diff.of("gone"))
    return {"regression": bool(worse), "change": bool(changed), None: False}[fail_on]


def _same(run: RunRecord, *, db: Path) -> str:
    """What to do where a run would be compared with itself."""
    stored = 0
    if has_results(db):
        from ..results.store import open_results

        with open_results(db) as results:
            stored = len(results.runs())
    if stored == 1:
        return f"there is only one run, {run.id}; play once more, then compare"
    return f"both are the run {run.id}, so nothing can differ; name another: understudy runs list"


def _missing(base: "Referred", diff: "RunDiff") -> "tuple[ScenarioDiff, ...]":
    """Scenarios without the baseline that was asked for; at another revision they are simply new."""
    return diff.of("new") if base.origin == "baseline" else ()


def _told(form: str, diff: "RunDiff", *, missing: "Sequence[ScenarioDiff]") -> str:
    if form == "md":
        from ..diff.markdown import diff_markdown

        return diff_markdown(diff, missing=missing).rstrip("\n")
    if form == "html":
        from ..diff.html import diff_html

        return diff_html(diff, missing=missing)
    if form == "json":
        from ..diff.as_json import diff_data

        return json.dumps(diff_data(diff, missing=missing), indent=2, ensure_ascii=False)
    from ..diff.text import diff_lines

    return "\n".join(diff_lines(diff))


def read_runs(names: Sequence[str], *, db: Path) -> list[RunRecord]:
    """The runs that go by these names. Raises ResultsError."""
    files = {name: parse_journal(Path(name)).run for name in names if Path(name).is_file()}
    stored = [name for name in names if name not in files]
    if not stored:
        return [files[name] for name in names]
    require_results(db)
    from ..results.store import open_results  # journal files alone need no database

    with open_results(db) as results:
        results.load_journals(journals_of(db))
        found = {name: results.run(name) for name in stored}
    return [files.get(name) or found[name] for name in names]


command = Command(
    name="diff",
    help="compare two runs: the first decision that differs in each scenario, and why",
    run=run,
    add_arguments=add_arguments,
)
