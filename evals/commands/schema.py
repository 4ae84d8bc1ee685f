"""`understudy schema`: the JSON Schema of scenario files, by which editors complete and check them."""

import argparse
from pathlib import Path

from ..loader.schema import schema_text
from . import Command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--output", metavar="PATH", type=Path, help="the file to write; the terminal where none is named"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the schema."""
    path: Path | None = arguments.output
    if path is None:
        print(schema_text(), end="")
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(schema_text(), encoding="utf-8")
    print(f"{path}: begin scenario files with `# yaml-language-server: $schema=` and the way there")
    return 0


command = Command(
    name="schema",
    help="write the JSON Schema of scenario files",
    run=run,
    add_arguments=add_arguments,
)
