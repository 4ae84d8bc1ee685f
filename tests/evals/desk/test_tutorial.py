"""The tutorial, followed step by step in an empty directory: commands are run, edits are made, outputs are found."""

import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb  # noqa: F401  # not anew by every run of pytest within pytest
import pytest

from understudy.evals.commands import main
from understudy.evals.plugin.restriction import begin_run, end_run

DOCS = Path(__file__).resolve().parents[3] / "docs"
TUTORIAL = DOCS / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^you: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: commands (sh), what they show (text), an edit (diff), or a file (yaml)."""

    kind: str
    text: str
    line: int

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]


def blocks(file: Path = TUTORIAL) -> list[Block]:
    page = file.read_text(encoding="utf-8")
    return [
        Block(kind=found[1], text=found[2], line=page[: found.start()].count("\n") + 1)
        for found in BLOCK.finditer(page)
    ]


@pytest.fixture
def reader(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator["Reader"]:
    for name in ("CI", "UNDERSTUDY_MODEL"):
        monkeypatch.delenv(name, raising=False)
    begin_run("any")  # commands are run outside of pytest
    yield Reader(pytester, monkeypatch, capsys)
    end_run()


class Reader:
    """Somebody who does what the tutorial says."""

    def __init__(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._pytester, self._monkeypatch, self._capsys = pytester, monkeypatch, capsys
        self.shown = ""

    def run(self, commands: list[str], *, typed: str) -> None:
        self.shown = "\n".join(self._run(shlex.split(command), typed) for command in commands)

    def edit(self, edit: Block) -> None:
        name, *lines = edit.lines
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] == sign) for sign in "-+")
        file = self._pytester.path / name
        before = file.read_text()
        assert before.count(old) == 1, f"line {edit.line} of the tutorial edits what is not there: {old}"
        file.write_text(before.replace(old, new))

    def write(self, block: Block) -> None:
        file = self._pytester.path / block.lines[0].removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text)

    def _run(self, words: list[str], typed: str) -> str:
        program, *arguments = words
        if program == "pytest":
            return self._pytester.runpytest_inprocess(*arguments).stdout.str()
        assert program == "understudy", f"the tutorial runs {program}"
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        self._capsys.readouterr()
        assert main(arguments) == 0, self._capsys.readouterr()
        return self._capsys.readouterr().out


def test_the_tutorial_does_what_it_says(reader: Reader) -> None:
    page = blocks()
    for index, block in enumerate(page):
        match block.kind:
            case "sh":
                after = page[index + 1].text if index + 1 < len(page) and page[index + 1].kind == "text" else ""
                reader.run(block.lines, typed="".join(f"{said}\n" for said in TYPED.findall(after)))
            case "text":
                missing = _not_in_order(block.lines, reader.shown)
                assert not missing, f"line {block.line} of the tutorial shows {missing!r}; shown was:\n{reader.shown}"
            case "diff":
                reader.edit(block)
            case "yaml":
                reader.write(block)
            case _:
                raise AssertionError(f"line {block.line} of the tutorial has a block of {block.kind}")


def test_the_agent_and_the_scenario_of_the_readme_play(reader: Reader) -> None:
    for block in blocks(DOCS.parent / "README.md"):
        if block.text.startswith("# scenarios/"):
            reader.write(block)
    reader.run(["pytest --scenarios scenarios/shop/orders.yaml"], typed="")
    assert "1 passed" in reader.shown


def test_the_example_of_an_evaluation_passes_in_a_new_project(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    reader.run(["understudy new"], typed="")
    (example,) = [block for block in blocks(DOCS / "evaluation.md") if block.kind == "python"]
    exec(compile(example.text, "evaluation.md", "exec"), {})
    assert capsys.readouterr().out.startswith("4 cases: 4 passed\n")


def _not_in_order(lines: list[str], shown: str) -> str:
    """The first of these lines that is not shown after those before it; spaces at the ends of lines do not count."""
    at = 0
    for line in lines:
        found = shown.find(line.rstrip(), at)
        if found < 0:
            return line
        at = found + len(line.rstrip())
    return ""
