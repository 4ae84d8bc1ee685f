"""Scenarios are written as a user writes them: of ours they import the engine's front door and nothing else."""

import ast
from collections.abc import Iterator

import pytest

from .source import ROOMS, place, python_files, syntax

FRONT_DOOR = "understudy.engine"


def test_scenarios_import_the_front_door_only() -> None:
    found = [
        f"{place(path)}: {module}"
        for path in python_files("scenarios")
        for module in _ours(syntax(path))
        if module != FRONT_DOOR
    ]
    assert not found, f"import {FRONT_DOOR!r} as a user would, and nothing below or beside it:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import understudy.engine as p", ["understudy.engine"]),
        ("from understudy.engine import Server", ["understudy.engine"]),
        ("from understudy import engine", ["understudy.engine"]),
        ("from understudy.engine import domain", ["understudy.engine.domain"]),
        ("from understudy.engine.domain import some_name", ["understudy.engine.domain"]),
        ("import evals.runner", ["evals.runner"]),
        ("import json\nfrom datetime import date", []),
    ],
)
def test_imports_of_ours_are_found_however_they_are_written(code: str, modules: list[str]) -> None:
    assert list(_ours(ast.parse(code))) == modules


def _ours(tree: ast.AST) -> Iterator[str]:
    roots = {"understudy", *ROOMS}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name.split(".")[0] in roots)
            case ast.ImportFrom(module=str(module), names=names, level=0) if module.split(".")[0] in roots:
                yield from dict.fromkeys(_imported_from(module, alias.name) for alias in names)
            case _:
                pass


def _imported_from(module: str, name: str) -> str:
    """The module that an import takes `name` from: `name` itself where it is a module of ours."""
    inner = f"{module}.{name}"
    files = {place(path).removesuffix(".py").removesuffix("/__init__") for path in python_files(*ROOMS)}
    return inner if inner.removeprefix("understudy.").replace(".", "/") in files else module
