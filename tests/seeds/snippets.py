"""Code read out of the documents that the product answers to, by line range, and run as it stands there.

The documents are not part of the project: they lie in a folder beside it, and where that is missing their tests are
skipped. Nothing of them is copied here.
"""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
ABSENT = "the seed documents are not beside the project: ../shared/seeds"
IMPORTS = (("import parlant.sdk as p", "import understudy.engine as p"),)
FENCE = "```"


class RangeMovedError(AssertionError):
    """The lines named do not hold what they should: the document has changed, or the range is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Some lines of a document, word for word but for the name of the package."""

    file: Path
    first: int
    """The number of its first line in the document."""
    text: str

    async def run(self, **around: Any) -> dict[str, Any]:
        """Run it with these names around it, as the body of a coroutine function, and give all names back.

        Python compiles a module with `await` at its top as such a body, without a change to its lines, so that
        definitions and errors name the line of the document.
        """
        names: dict[str, Any] = {"__name__": self.file.stem, **around}
        placed = "\n" * (self.first - 1) + self.text
        body = eval(compile(placed, str(self.file), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.isawaitable(body):
            await body
        return names

    def script(self, folder: Path, *, name: str = "main.py", before: str = "") -> Path:
        """Write it to a file that can be run, after the code that it takes for granted."""
        path = folder / name
        path.write_text(f"{before}\n{self.text}\n", encoding="utf-8")
        return path


def run_script(path: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in an interpreter of its own."""
    return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=60)


def find_document(prefix: str, folder: Path = SEEDS) -> Path:
    """The document whose name begins so; the test is skipped where there are no documents at all."""
    if not folder.is_dir():
        pytest.skip(ABSENT)
    found = sorted(folder.glob(f"{prefix}_*"))
    if len(found) != 1:
        raise RangeMovedError(f"{len(found)} documents in {folder} begin with {prefix!r}, and one should")
    return found[0]


def read_fenced(file: Path, first: int, last: int) -> Snippet:
    """A fenced block; the range holds both of its fences."""
    lines = _lines(file, first, last)
    inner = lines[1:-1]
    if not lines[0].startswith(FENCE) or lines[-1].rstrip() != FENCE or _fences(inner):
        raise RangeMovedError(
            f"{file.name}:{first}-{last} is not one fenced block: it begins with {lines[0]!r}, ends with "
            f"{lines[-1]!r} and has {_fences(inner)} fences in between; find the block and correct the range"
        )
    return Snippet(file=file, first=first + 1, text=_ours(inner))


def read_plain(file: Path, first: int, last: int, *, begins: str) -> Snippet:
    """Lines of a page without fences and without indentation; their first words show that they are the right ones."""
    lines = _lines(file, first, last)
    if not lines[0].startswith(begins):
        raise RangeMovedError(
            f"{file.name}:{first} begins with {lines[0][:60]!r} and not with {begins!r}; find it and correct the range"
        )
    return Snippet(file=file, first=first, text=_ours(lines))


def _lines(file: Path, first: int, last: int) -> list[str]:
    lines = file.read_text(encoding="utf-8").split("\n")
    if not 1 <= first < last <= len(lines):
        raise RangeMovedError(f"{file.name} has {len(lines)} lines, and no range {first}-{last}")
    return [line.rstrip("\r") for line in lines[first - 1 : last]]


def _fences(lines: Iterable[str]) -> int:
    return sum(line.startswith(FENCE) for line in lines)


def _ours(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    for theirs, ours in IMPORTS:
        text = text.replace(theirs, ours)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The lines that a test is about; `begins` is given for a document without fences."""

    first: int
    last: int
    begins: str | None = None

    def read(self, file: Path) -> Snippet:
        """Read the lines out of the document."""
        if self.begins is None:
            return read_fenced(file, self.first, self.last)
        return read_plain(file, self.first, self.last, begins=self.begins)


def row(name: str, first: int, last: int, *, begins: str | None = None) -> pytest.MarkDecorator:
    """Give a test the fixture `snippet` with these lines; the name is the test's id."""
    lines = Range(first=first, last=last, begins=begins)
    return pytest.mark.parametrize("snippet", [pytest.param(lines, id=name)], indirect=True)
