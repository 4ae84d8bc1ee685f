"""Our own source as the architecture tests read it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "evals", "reports")
"""The three folders that are packages, each under the import name `understudy.<folder>`."""


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file below these folders of the project; a folder that is not there holds none."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    """A file as it is written in messages and tables: its path from the project's root."""
    return path.relative_to(ROOT).as_posix()


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once per test run."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def project_table() -> dict[str, object]:
    """The project's pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
