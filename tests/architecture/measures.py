"""How long our functions and classes are, and how many parameters they take."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .source import place, syntax

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A function or a class in a file; `name` is dotted, as in `Journey.walk`."""

    place: str
    name: str
    line: int
    node: Function | ast.ClassDef
    in_class: bool


def definitions(path: Path) -> Iterator[Definition]:
    """Every function, method and class of a file, nested ones too."""
    yield from _below(syntax(path), place(path), prefix="", in_class=False)


def _below(node: ast.AST, file: str, *, prefix: str, in_class: bool) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = prefix + child.name
            yield Definition(place=file, name=name, line=child.lineno, node=child, in_class=in_class)
            yield from _below(child, file, prefix=f"{name}.", in_class=isinstance(child, ast.ClassDef))
        else:
            yield from _below(child, file, prefix=prefix, in_class=in_class)


def lines_of_code(node: Function | ast.ClassDef) -> int:
    """From the `def` or `class` line to the last line, without docstrings: explaining a thing does not make it long."""
    end = node.end_lineno or node.lineno
    return end - node.lineno + 1 - sum(_docstring_lines(inner) for inner in ast.walk(node))


def _docstring_lines(node: ast.AST) -> int:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return 0
    first = node.body[0]
    if not (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    ):
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def parameters(definition: Definition) -> tuple[int, int]:
    """How many parameters a function takes, and how many of them by position; `self` and `cls` are not counted."""
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return 0, 0
    args = node.args
    positional = len(args.posonlyargs) + len(args.args)
    if definition.in_class and positional and not _is_static(node):
        positional -= 1
    total = positional + len(args.kwonlyargs) + (args.vararg is not None) + (args.kwarg is not None)
    return total, positional


def _is_static(node: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in node.decorator_list)
