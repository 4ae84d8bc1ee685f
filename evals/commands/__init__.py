"""The command `understudy`: its subcommands come from the entry-point group `understudy.commands`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any

GROUP = "understudy.commands"
MISUSED = 2
"""The exit code of a command that could not do what it was asked to do."""
CUT_OFF = 141
"""The exit code where whoever reads the output has gone, as `head` does when it has enough: 128 and SIGPIPE."""
CODES = (
    "Exit codes: 0 where it was done, 2 where it could not be (it says why), 141 where nobody reads what it says; "
    "others are told by the command's own --help."
)


def _no_arguments(_: argparse.ArgumentParser) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A subcommand. A package registers one in the entry-point group `understudy.commands` under its name."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    """Does it and gives back the exit code; an UnderstudyError that it raises is shown without a traceback."""
    add_arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `understudy`. Gives back the exit code."""
    try:
        code = _main(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would say so once more when it ends and flushes what is left; that goes nowhere now.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF
    return code


def _main(given: list[str]) -> int:
    found = {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}
    if given and given[0] in found:
        return _run(_load(found[given[0]]), given[1:])
    parser = argparse.ArgumentParser(
        prog="understudy", description="Rehearse agents, and compare what they do.", epilog=CODES
    )
    parser.add_argument("--version", action="version", version=f"understudy {version('understudy')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for entry in found.values():
        command = _load(entry)
        command.add_arguments(commands.add_parser(command.name, help=command.help, description=command.help))
    parser.parse_args(given)
    return 0


def _load(entry: EntryPoint) -> Command:
    command: Any = entry.load()
    if not isinstance(command, Command):
        raise TypeError(f"the entry point {entry.value!r} of group {GROUP!r} is no Command but {command!r}")
    return command


def _run(command: Command, arguments: Sequence[str]) -> int:
    from ...engine.errors import UnderstudyError

    parser = argparse.ArgumentParser(prog=f"understudy {command.name}", description=command.help)
    command.add_arguments(parser)
    try:
        return command.run(parser.parse_args(arguments))
    except BrokenPipeError:
        raise
    except UnderstudyError as error:
        problem = str(error)
    except OSError as error:  # of a file that somebody named: not there, not to be read, a folder
        where = f"{error.filename}: " if error.filename is not None else ""
        problem = f"{where}{error.strerror or error}; name another file or folder, or one that may be used"
    print(f"understudy {command.name}: {problem}", file=sys.stderr)
    return MISUSED
