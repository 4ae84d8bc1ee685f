"""`understudy recordings`: look at what is recorded, see what recording would take, and keep the files clean."""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ..recordings.entry import Entry, RecordedAsk, RecordedCall
from ..recordings.inventory import Problem, entries_of, faults_in, inventory, recordings_files, secrets_in
from . import Command
from .selecting import Selected, one, select

SHORT = 100
"""Characters of an answer that are shown without --full."""

Told: TypeAlias = tuple[Iterable[str], int]
"""What to print, and the exit code."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    commands = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    many = "folders, files, file::id, or ids; all below scenarios/ by default"
    _add(commands, _list, name="list", says="every recordings file: asks, tools, models, tokens, age").add_argument(
        "where", nargs="*", metavar="WHERE", help=many
    )
    show = _add(commands, _show, name="show", says="the recordings of one scenario, in order")
    show.add_argument("scenario", metavar="SCENARIO", help="file::id, or its id")
    show.add_argument("--full", action="store_true", help="show answers whole")
    for name, run, says in (
        ("explain", _explain, "why a scenario does not replay: what differs from the nearest recording"),
        ("preview", _preview, "what recording would take: which scenarios miss, why, how many asks, tokens and USD"),
        ("prune", _prune, "remove what no scenario reads any more"),
    ):
        made = _add(commands, run, name=name, says=says)
        made.add_argument("where", nargs="*", metavar="WHERE", help=many)
        made.add_argument("--model", metavar="NAME", help="the model to replay for; as --scenarios-model")
        if name == "prune":
            made.add_argument("--dry-run", action="store_true", help="say what would be removed, and leave it")
    scan = _add(
        commands, _scan, name="scan", says="find secrets that a file still holds; exits with 1 where there are any"
    )
    scan.add_argument("where", nargs="*", metavar="WHERE", help=many)
    scan.add_argument("--pattern", action="append", default=[], metavar="REGEX", type=_regex, help="look for this too")
    verify = _add(
        commands, _verify, name="verify", says="check every line of every file; exits with 1 where one is not right"
    )
    verify.add_argument("where", nargs="*", metavar="WHERE", help=many)


def run(arguments: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], Told] = arguments.do
    lines, code = do(arguments)
    for line in lines:
        print(line)
    return code


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error
    return text


def _add(
    commands: Any,
    do: Callable[[argparse.Namespace], Told],
    *,
    name: str,
    says: str,
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    made.set_defaults(do=do)
    return made


def _list(arguments: argparse.Namespace) -> Told:
    return _inventories(_paths(arguments.where)), 0


def _inventories(paths: Sequence[Path]) -> Iterator[str]:
    if not paths:
        yield "nothing is recorded yet; pytest --scenarios --scenarios-model NAME records"
        return
    width = max(len(str(path)) for path in paths)
    asks, cost = 0, 0.0
    for path in paths:
        found = inventory(path)
        tokens = found.usage.prompt_tokens + found.usage.answer_tokens
        asks, cost = asks + found.asks, cost + found.usage.cost
        results = f", {_count(found.results, 'result')}" if found.results else ""
        trials = f", {found.trials} trials" if found.trials > 1 else ""
        oldest = f", oldest {found.oldest[:10]}" if found.oldest else ""
        yield (
            f"{path!s:<{width}}  {_count(found.asks, 'ask')}{results}{trials}, "
            f"{', '.join(found.models) or 'no model'}, {tokens:,} tokens, ${found.usage.cost:.4f}{oldest}, "
            f"{found.size / 1024:,.0f} KB"
        )
        yield from (f"  {warning}" for warning in found.warnings)
    yield f"{_count(len(paths), 'file')}, {_count(asks, 'ask')}, ${cost:.4f} when recorded"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("s" if number != 1 else "")


def _show(arguments: argparse.Namespace) -> Told:
    path = _file_of(one(arguments.scenario))
    if not path.exists():
        return iter([f"nothing is recorded for this scenario ({path})"]), 0
    return (line for entry in entries_of(path) for line in _entry(entry, full=arguments.full)), 0


def _entry(entry: Entry, *, full: bool) -> Iterator[str]:
    place = f"trial {entry.trial}, turn {entry.turn}" if entry.trial else "of the agent"
    again = f", time {entry.ordinal}" if entry.ordinal > 1 else ""
    if isinstance(entry.body, RecordedAsk):
        usage = entry.body.usage
        attempt = f", attempt {entry.body.attempt}" if entry.body.attempt > 1 else ""
        yield (
            f"{place}: {entry.name}{attempt}{again} by {entry.body.served}, "
            f"{usage.prompt_tokens + usage.answer_tokens:,} tokens, ${usage.cost:.4f}, {entry.recorded_at}"
        )
        yield f"    {_cut(entry.body.reply, full=full)}"
    elif isinstance(entry.body, RecordedCall):
        yield f"{place}: the {entry.kind} {entry.name} called with {dict(entry.body.arguments)}{again}"
        yield f"    {_cut(str(entry.body.result.visible), full=full)}"
    else:
        yield f"{place}: {entry.kind} by {entry.name}"


def _cut(text: str, *, full: bool) -> str:
    line = text if full else " ".join(text.split())
    return line if full or len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def _explain(arguments: argparse.Namespace) -> Told:
    from .replayed import explained

    return explained(select(arguments.where), model=arguments.model), 0


def _preview(arguments: argparse.Namespace) -> Told:
    from .replayed import previewed

    return previewed(select(arguments.where), model=arguments.model), 0


def _prune(arguments: argparse.Namespace) -> Told:
    from .replayed import pruned

    return pruned(select(arguments.where), model=arguments.model, dry_run=arguments.dry_run), 0


def _scan(arguments: argparse.Namespace) -> Told:
    paths = _paths(arguments.where)
    found = [problem for path in paths for problem in secrets_in(path, _patterns(arguments, path))]
    return _judged(paths, found, fine="no secret was found in")


def _verify(arguments: argparse.Namespace) -> Told:
    paths = _paths(arguments.where)
    return _judged(paths, [problem for path in paths for problem in faults_in(path)], fine="nothing is wrong with")


def _judged(paths: Sequence[Path], problems: Sequence[Problem], *, fine: str) -> Told:
    return (map(str, problems), 1) if problems else ([f"{fine} {_count(len(paths), 'file')}"], 0)


def _patterns(arguments: argparse.Namespace, path: Path) -> tuple[str, ...]:
    """What must not be stored: as given, and as the scenarios of the suite say."""
    declared = (pattern for chosen in select([str(path.parent.parent)]) for pattern in chosen.scenario.redact)
    return tuple(dict.fromkeys((*arguments.pattern, *declared)))


def _paths(where: Sequence[str]) -> tuple[Path, ...]:
    """The recordings files that are meant: those of scenarios, and for a folder all that there are."""
    if not where:
        return recordings_files(Path("scenarios"))
    paths: dict[Path, None] = {}
    for target in where:
        folder = Path(target)
        found = recordings_files(folder) if folder.is_dir() else map(_file_of, select([target]))
        paths |= dict.fromkeys(path for path in found if path.exists())
    return tuple(paths)


def _file_of(selected: Selected) -> Path:
    from ..recordings.committed import recordings_file

    return recordings_file(selected.folder, selected.scenario.id)


command = Command(
    name="recordings",
    help="list, show, explain, preview, prune, scan or verify recordings",
    run=run,
    add_arguments=add_arguments,
)
