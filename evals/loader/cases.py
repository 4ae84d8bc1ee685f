"""Scenarios with cases: one text, read once for each case of `with` with the case's values in their places."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import yaml

from ...engine.domain.values import slug
from ...engine.errors import closest
from ..scenario import Place
from .nodes import Node

CASES = "with"
ID = "id"
TOLD = (ID, "name")
PLACEHOLDER = re.compile(r"(?<!\{)\{([^\W\d]\w*)\}(?!\})")
"""A word in single braces; {3} in a regular expression and {{these}} are none."""
NAMELESS = slug("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One reading of a scenario: what to put in the place of each placeholder, and what tells it from the others."""

    place: Place
    suffix: str = ""
    told_apart: frozenset[str] = frozenset()
    """Which of the scenario's `id` and `name` hold a placeholder, so that they differ from case to case."""
    values: Mapping[str, Node] = field(default_factory=dict[str, Node])

    def fill(self, node: Node) -> Node:
        """A node with this case's values in the places of its placeholders."""
        return Node(_filled(node.raw, self.values), node.findings) if self.values else node


def cases_of(scenario: Node, *, beginnings: Sequence[Node] = ()) -> tuple[Case, ...]:
    """The cases of a scenario; one without values where it has none."""
    node = next((value for key, value in _pairs(scenario.raw) if key == CASES), None)
    if node is None:
        return (Case(place=scenario.place),)
    listed = Node(node, scenario.findings)
    if not listed.is_list:
        listed.problem(f"with must be a list of cases such as `- {{day: Monday}}`, not {listed.kind}")
        return ()
    templates = {
        key: set(PLACEHOLDER.findall(value.value))
        for key, value in _pairs(scenario.raw)
        if key in TOLD and isinstance(value, yaml.ScalarNode)
    }
    cases = tuple(
        _case(item, number=number, templates=templates) for number, item in enumerate(listed.items(CASES), start=1)
    )
    _check_keys(cases, listed, said=_said((scenario, *beginnings)))
    return cases


def _case(node: Node, *, number: int, templates: Mapping[str, set[str]]) -> Case:
    entries = node.entries("a case (a map of placeholders to values)")
    given = next((value.text("the id of a case") for key, value in entries if key.text == ID), None)
    if not entries and node.is_map:
        node.problem("a case is empty; give it a value for each placeholder")
    for key, value in entries:
        if not PLACEHOLDER.fullmatch(f"{{{key.text}}}"):
            value.findings.add(key.place, f"{key.text!r} can't be a placeholder; use letters, digits and underscores")
    values = {key.text: value for key, value in entries if key.text != ID}
    said = slug("-".join(value.scalar for value in values.values() if value.scalar is not None))
    return Case(
        place=node.place,
        suffix=given or (said if said != NAMELESS else str(number)),
        told_apart=frozenset(key for key, names in templates.items() if names & values.keys()),
        values=values,
    )


def _check_keys(cases: Sequence[Case], node: Node, *, said: set[str]) -> None:
    every = list(dict.fromkeys(key for case in cases for key in case.values))
    for case in cases:
        if case.values and (missing := [key for key in every if key not in case.values]):
            text = f"this case has no {' and no '.join(map(repr, missing))}, which others have; add it"
            node.findings.add(case.place, text)
    for key in every:
        if key not in said:
            place = next(case.values[key].place for case in cases if key in case.values)
            near = closest(key, sorted(said - set(every)))
            hint = f"; the scenario speaks of {{{near}}}" if near else "; remove it, or write it where it belongs"
            node.findings.add(place, f"nothing in the scenario has the placeholder {{{key}}} of this case{hint}")


def _said(nodes: Sequence[Node]) -> set[str]:
    found: set[str] = set()
    waiting = [node.raw for node in nodes]
    while waiting:
        match raw := waiting.pop():
            case yaml.ScalarNode():
                found.update(PLACEHOLDER.findall(cast(str, raw.value)))
            case yaml.SequenceNode():
                waiting += cast("list[yaml.Node]", raw.value)
            case yaml.MappingNode():
                if (name := _bare(raw)) is not None:
                    found.add(name)
                pairs = cast("list[tuple[yaml.Node, yaml.Node]]", raw.value)
                waiting += [part for pair in pairs if pair[0].value != CASES for part in pair]
            case _:
                pass
    return found


def _bare(raw: yaml.MappingNode) -> str | None:
    """The placeholder that somebody wrote without quotes: to YAML {day} is a map with a key and no value."""
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", raw.value)
    if not raw.flow_style or len(pairs) != 1:
        return None
    key, value = pairs[0]
    if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
        return None
    return cast(str, key.value) if value.value == "" and not value.style else None


def _filled(raw: yaml.Node, values: Mapping[str, Node]) -> yaml.Node:
    match raw:
        case yaml.ScalarNode():
            return _text(raw, values)
        case yaml.SequenceNode():
            items = [_filled(item, values) for item in cast("list[yaml.Node]", raw.value)]
            return yaml.SequenceNode(raw.tag, items, raw.start_mark, raw.end_mark, raw.flow_style)
        case yaml.MappingNode():
            if (name := _bare(raw)) in values and name is not None:
                return values[name].raw
            pairs = cast("list[tuple[yaml.Node, yaml.Node]]", raw.value)
            filled = [(_filled(key, values), _filled(value, values)) for key, value in pairs]
            return yaml.MappingNode(raw.tag, filled, raw.start_mark, raw.end_mark, raw.flow_style)
        case _:
            return raw


def _text(raw: yaml.ScalarNode, values: Mapping[str, Node]) -> yaml.Node:
    written = cast(str, raw.value)
    whole = PLACEHOLDER.fullmatch(written)
    if whole and whole[1] in values:
        return values[whole[1]].raw
    filled = PLACEHOLDER.sub(lambda found: _written(found[0], values.get(found[1])), written)
    if filled == written:
        return raw
    return yaml.ScalarNode(raw.tag, filled, raw.start_mark, raw.end_mark, raw.style or '"')


def _written(placeholder: str, value: Node | None) -> str:
    if value is None:
        return placeholder
    return value.scalar if value.scalar is not None else value.written


def _pairs(raw: yaml.Node) -> list[tuple[str, yaml.Node]]:
    if not isinstance(raw, yaml.MappingNode):
        return []
    pairs = cast("list[tuple[yaml.Node, yaml.Node]]", raw.value)
    return [(key.value, value) for key, value in pairs if isinstance(key, yaml.ScalarNode)]
