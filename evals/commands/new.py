"""`understudy new [FOLDER]`: a project that plays as it is."""

import argparse
import shlex
from pathlib import Path

from ..desk.starter import make_project
from . import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = "Example: understudy new shop, then cd shop and pytest --scenarios."
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=Path(),
        help="where the project is made (default: here); nothing that is there is overwritten",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make a project and say what to do next."""
    folder: Path = arguments.folder
    made = make_project(folder)
    here = folder.resolve() == Path.cwd()
    print(f"Made a project {'here' if here else f'in {folder}'}:")
    width = max(len(each.path) for each in made)
    for each in made:
        print(f"  {each.path:<{width}}  {'(added to) ' if each.added else ''}{each.what}")
    print("\nNext:")
    for line in ([] if here else [f"cd {shlex.quote(str(folder))}"]) + [
        "pytest --scenarios                                  # play the scenarios; they pass, without any key",
        "understudy chat scenarios/shop/agent.py:build       # talk to the agent, and /save what was said",
    ]:
        print(f"  {line}")
    print("Then change a guideline in scenarios/shop/agent.py, play again, and read what the failure says.")
    return 0


command = Command(
    name="new",
    help="make a project with an agent and scenarios that play as they are, without a key",
    run=run,
    add_arguments=add_arguments,
)
