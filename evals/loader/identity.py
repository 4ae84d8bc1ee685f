"""What tells a scenario from others, and how many of its trials must pass."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...engine.domain.values import slug
from . import keys
from .cases import NAMELESS, Case
from .nodes import Node

ID = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A scenario's id and name, those of its case included."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How often a scenario is played, and how many of its trials must pass (None is all)."""

    trials: int = 1
    needed: int | None = None


def identity(fields: Mapping[str, Node], case: Case) -> Identity | None:
    """The id and the name of a scenario, None where it has neither; a case tells itself from others by its suffix."""
    name = (fields["name"].text("name") or "") if "name" in fields else ""
    told = _base(fields, name)
    if told is None:
        return None
    apart = "name" in case.told_apart
    shown = name if apart or not case.suffix or not name else f"{name} ({case.suffix})"
    if not case.suffix or "id" in case.told_apart or ("id" not in fields and apart):
        return Identity(id=told, name=shown)
    full = f"{told}-{case.suffix}"
    if not ID.fullmatch(full):
        text = f"the id {case.suffix!r} of a case can't be used; it is made of letters, digits, hyphens and underscores"
        (fields.get("id") or fields["name"]).findings.add(case.place, text, near=slug(case.suffix))
    return Identity(id=full, name=shown)


def gate_of(fields: Mapping[str, Node]) -> Gate:
    """How often a scenario is played and how many trials must pass, from `trials` and `pass`."""
    trials = _whole(fields.get("trials"), "trials", least=1)
    if "pass" not in fields:
        return Gate(trials=trials or 1)
    gate = fields["pass"].fields("pass", keys.GATE, required=("at_least",))
    of = _whole(gate.get("of"), "of", least=1)
    needed = _whole(gate.get("at_least"), "at_least", least=0)
    if of and trials and of != trials:
        gate["of"].problem(f"of is {of} and trials is {trials}; say it once")
    played = of or trials
    if played is None and needed is not None:
        fields["pass"].problem("pass says how many must pass, and nothing says of how many; add of:")
    if played and needed is not None and needed > played:
        gate["at_least"].problem(f"at_least is {needed}, more than the {played} trials that are played")
    return Gate(trials=played or 1, needed=needed)


def _base(fields: Mapping[str, Node], name: str) -> str | None:
    if "id" in fields:
        given = fields["id"].text("id")
        if given is not None:
            _refuse_bad_id(fields["id"], given)
        return given
    if name and slug(name) == NAMELESS:
        fields["name"].problem(f"no id can be made from the name {name!r}; add an id:")
    return slug(name) if name else None


def _refuse_bad_id(node: Node, given: str) -> None:
    """Write down a problem where an id can't be one."""
    if not ID.fullmatch(given) or slug(given) == NAMELESS:
        text = f"the id {given!r} can't be used; an id is made of letters, digits, hyphens, dots and underscores"
        node.problem(text, near=slug(given) if slug(given) != NAMELESS else None)


def _whole(node: Node | None, what: str, *, least: int) -> int | None:
    number = node.number(what) if node else None
    if node and number is not None and (number < least or not isinstance(number, int)):
        wanted = f"{least} or more" if isinstance(number, int) else f"a whole number from {least}"
        node.problem(f"{what} must be {wanted}, not {node.written}")
        return None
    return None if number is None else int(number)
