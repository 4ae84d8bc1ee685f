"""`understudy coverage [RUN]`: what of the agents' definitions a run exercised, and what of an edit it did not."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ..coverage import AgentCoverage, coverage, percent_of, total
from ..coverage_text import coverage_data, coverage_lines, uncovered_lines
from ..diff.definitions import compare_definitions
from ..plugin.options import DATABASE
from ..results.run import RunRecord
from ..uncovered import uncovered
from . import Command
from .diff import read_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    names = "latest, previous, a run's id or label, a git revision, or the file of a run's journal"
    parser.add_argument("run", metavar="RUN", nargs="?", default="latest", help=f"{names} (default: latest)")
    parser.add_argument("--base", metavar="REF", help="name what was edited since that run and is not exercised")
    parser.add_argument("--fail-under", metavar="PERCENT", type=float, help="exit with 1 where less is exercised")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="(default: terminal)")
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print coverage; the exit code says whether it is enough."""
    names = [arguments.run, *([arguments.base] if arguments.base else [])]
    record, *before = read_runs(names, db=arguments.db)
    covered = coverage(record.outcomes, record.agents)
    if arguments.format == "json":
        print(json.dumps(coverage_data(covered), indent=2, ensure_ascii=False))
    else:
        for line in (*coverage_lines(covered), *(line for base in before for line in _since(base, covered))):
            print(line)
    share = percent_of(total(covered))
    if arguments.fail_under is not None and share < arguments.fail_under:
        print(f"coverage is {share:.1f} %, and {arguments.fail_under:g} % is asked for", file=sys.stderr)
        return 1
    return 0


def _since(base: RunRecord, covered: tuple[AgentCoverage, ...]) -> Iterator[str]:
    former = {agent.id: agent for agent in base.agents.values()}
    for each in covered:
        if each.agent.id in former:
            edits = uncovered(compare_definitions(former[each.agent.id], each.agent), each)
            yield from uncovered_lines(each.agent.id, edits, since=base.label or base.id)
        else:
            yield f"agent {each.agent.id!r} is not in {base.label or base.id}: nothing of it is known to be edited"


command = Command(
    name="coverage",
    help="what of the agents' definitions a run exercised, and what was edited and is not exercised",
    run=run,
    add_arguments=add_arguments,
)
