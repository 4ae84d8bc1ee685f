"""Shared beginnings: what `include` names, a scenario of this or of another file, or a file of its own."""

from pathlib import Path
from typing import cast

import yaml

from ...engine.domain.values import slug
from ...engine.errors import closest
from . import keys
from .documents import read_document
from .nodes import Node
from .problems import Findings, ScenarioError

INCLUDE = "include"
SUFFIXES = (".yaml", ".yml")
BETWEEN = "::"


def beginnings_of(scenario: Node, file: Node) -> tuple[Node, ...]:
    """The maps whose start, tools and script come before a scenario's own, the earliest first."""
    return _before(scenario, file, above=())


def _before(node: Node, file: Node, *, above: tuple[str, ...]) -> tuple[Node, ...]:
    value = _value(node, INCLUDE)
    name = value.text(f"{INCLUDE} (a scenario's id, a file, or file.yaml::id)") if value is not None else None
    if value is None or name is None:
        return ()
    path, _, wanted = name.partition(BETWEEN) if _is_file(name) else ("", "", name)
    other = _opened(value, path) if path else file
    if other is None:
        return ()
    mark = f"{other.findings.file}{BETWEEN}{wanted}"
    if mark in above:
        value.problem(f"{name!r} includes itself, by way of {' and '.join(above)}")
        return ()
    found = _scenario(value, other, wanted=wanted) if wanted else other
    if found is None:
        return ()
    if not wanted:
        other.fields("a shared beginning", keys.BEGINNING, required=("script",))
    return (*_before(found, other, above=(*above, mark)), found)


def _is_file(name: str) -> bool:
    return name.partition(BETWEEN)[0].endswith(SUFFIXES)


def _opened(value: Node, path: str) -> Node | None:
    here = Path(value.findings.file)
    there = here.parent / path
    if not there.is_file():
        others = sorted(other.name for other in here.parent.glob("*.y*ml"))
        value.problem(f"there is no file {there.as_posix()} to include", near=closest(path, others))
        return None
    try:
        raw = read_document(there).raw
    except ScenarioError as error:
        value.findings.problems += (each for each in error.problems if each not in value.findings.problems)
        return None
    # What is wrong over there is told with what is wrong here.
    return Node(raw, Findings(file=there.as_posix(), problems=value.findings.problems))


def _scenario(value: Node, file: Node, *, wanted: str) -> Node | None:
    listed = _value(file, "scenarios")
    known = {_identity(item): item for item in (listed.items("scenarios", may_be_empty=True) if listed else ())}
    found = known.get(wanted)
    if found is None:
        near = closest(wanted, [name for name in known if name])
        value.problem(f"{file.findings.file} has no scenario {wanted!r} to include", near=near)
    return found


def _identity(scenario: Node) -> str:
    given, name = _value(scenario, "id"), _value(scenario, "name")
    if given is not None and given.scalar:
        return given.scalar
    return slug(name.scalar) if name is not None and name.scalar else ""


def _value(node: Node, key: str) -> Node | None:
    if not isinstance(node.raw, yaml.MappingNode):
        return None
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.raw.value)
    return next((Node(value, node.findings) for name, value in pairs if name.value == key), None)
