"""`understudy aa [RUN…]`: how often two runs of one revision would look like a regression."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.errors import UnderstudyError
from ..plugin.options import DATABASE
from ..results.presence import journals_of, require_results
from ..results.run import RunRecord
from . import Command
from .diff import read_runs

if TYPE_CHECKING:
    from ..false_alarms import FalseAlarms

FORMATS = ("terminal", "md", "json")
ENOUGH = 0.05
"""The rate of false alarms that is asked for where nobody says another."""


class TooFewTrialsError(UnderstudyError):
    """Nothing was played twice, so there is nothing to compare."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = (
        "Trials of a scenario at one revision are split into two halves, in every way or in a thousand, and compared "
        "as `understudy diff` compares runs. Exits with 0 where something could be measured, else with 2."
    )
    names = "runs whose trials are taken: latest, an id, a label, a revision, or the file of a journal"
    parser.add_argument("runs", metavar="RUN", nargs="*", help=f"{names} (default: all that are stored)")
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="(default: terminal)")
    parser.add_argument(
        "--rate",
        metavar="SHARE",
        type=_share,
        default=ENOUGH,
        help=f"the rate of false regressions for which to say how many trials it takes (default: {ENOUGH})",
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure and print. Raises TooFewTrialsError where no scenario has two trials of one revision."""
    from ..false_alarms import false_alarms

    runs = read_runs(arguments.runs, db=arguments.db) if arguments.runs else _all(arguments.db)
    found = false_alarms(runs, wanted=arguments.rate)
    if not found.scenarios:
        raise TooFewTrialsError(_too_few(found))
    print(_told(found, arguments.format))
    return 0


def _all(db: Path) -> list[RunRecord]:
    require_results(db)
    from ..results.store import open_results  # duckdb takes a while to import

    with open_results(db) as results:
        results.load_journals(journals_of(db))
        return [results.run(each.id) for each in results.runs()]


def _told(found: "FalseAlarms", form: str) -> str:
    from ..false_alarms_text import alarms_data, alarms_lines, alarms_markdown

    if form == "json":
        return json.dumps(alarms_data(found), indent=2, ensure_ascii=False)
    return "\n".join(alarms_markdown(found) if form == "md" else alarms_lines(found))


def _too_few(found: "FalseAlarms") -> str:
    count = f"{len(found.too_few)} scenario{'s' if len(found.too_few) != 1 else ''}"
    return (
        f"there are too few trials: none of {count} was played twice at one revision with a model that may answer "
        "otherwise; play some: pytest --scenarios --scenarios-trials 10 --scenarios-model NAME"
    )


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate; write a share between 0 and 1, such as 0.05")
    return share


command = Command(
    name="aa",
    help="measure how often two runs of one revision would look like a regression",
    run=run,
    add_arguments=add_arguments,
)
