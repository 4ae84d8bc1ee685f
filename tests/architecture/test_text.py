"""What we write speaks of the product alone, and only where it should: no leftovers, stray output or broad catches."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .source import ROOMS, ROOT, place, python_files, syntax

FOLDERS = (*ROOMS, "scenarios", "tests", "docs", "benchmarks", ".ci")
# Recordings (.jsonl) and baselines hold what a model said, which is not our text.
SUFFIXES = {".py", ".md", ".toml", ".yaml", ".yml", ".j2", ".sql", ".css", ".js", ".html", ".json", ".lock", ""}

MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work|tmp|opt|mnt)/\w")
LEFTOVER = re.compile(r"\b(?:TOD[O]|FIXM[E])\b")
ROW_NUMBER = re.compile(r"\bR\d\d\b")

MAY_PRINT = ("evals/plugin/terminal.py", "evals/commands/", "reports/command.py", "benchmarks/")
MAY_CATCH_ALL = {
    "engine/pipeline.py": "the turn boundary: an error becomes an error status, and the turn still ends",
    "engine/guard.py": "foreign code (tools, matchers, hooks, agent modules): its errors become values",
    "evals/playing/runner.py": "the scenario boundary: one scenario's error leaves the others alone",
}


@pytest.mark.parametrize(
    ("pattern", "what"),
    [(MACHINE_PATH, "a path of one machine"), (LEFTOVER, "work left undone"), (ROW_NUMBER, "a row of a design table")],
)
def test_no_text_of_ours_holds(pattern: re.Pattern[str], what: str) -> None:
    found = [f"{place(path)}:{number}: {line.strip()}" for path, number, line in _lines() if pattern.search(line)]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINE_PATH.search("see " + "/home" + "/jo/x")
    assert not MACHINE_PATH.search("https://a.example/home/jo")
    assert LEFTOVER.search("# TO" + "DO: later")
    assert ROW_NUMBER.search("as R" + "07 says")


def test_only_the_terminal_and_the_commands_print() -> None:
    calls = (
        f"{place(path)}:{node.lineno}"
        for path in python_files(*ROOMS)
        if not place(path).startswith(MAY_PRINT)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )
    assert sorted(calls) == []


def test_everything_is_caught_in_three_places_only() -> None:
    found = [
        f"{place(path)}:{line}"
        for path in python_files(*ROOMS)
        if place(path) not in MAY_CATCH_ALL
        for line in _broad_catches(syntax(path))
    ]
    assert not found, f"catch what you can handle; everything is caught only in {sorted(MAY_CATCH_ALL)}:\n{found}"


@pytest.mark.parametrize(
    "code",
    [
        "try: f()\nexcept Exception: pass",
        "try: f()\nexcept: pass",
        "try: f()\nexcept (KeyError, BaseException): pass",
        "with suppress(Exception): f()",
        "with contextlib.suppress(Exception): f()",
    ],
)
def test_a_broad_catch_is_found_however_it_is_written(code: str) -> None:
    assert len(list(_broad_catches(ast.parse(code)))) == 1


def test_cleaning_up_and_raising_again_is_no_catch() -> None:
    assert list(_broad_catches(ast.parse("try: f()\nexcept BaseException:\n    g()\n    raise"))) == []


def _lines() -> Iterator[tuple[Path, int, str]]:
    inside = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    for path in (*(path for path in sorted(ROOT.iterdir()) if _is_ours(path)), *inside):
        if path.is_file() and path.suffix in SUFFIXES and "baseline" not in path.parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                yield path, number, line


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.name != ".git"


def _broad_catches(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler() if _is_broad(node.type) and not _raises_again(node):
                yield node.lineno
            case ast.Call() if _name(node.func) == "suppress" and any(map(_is_broad, node.args)):
                yield node.lineno
            case _:
                pass


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(map(_is_broad, caught.elts))
    return caught is None or _name(caught) in {"Exception", "BaseException"}


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
