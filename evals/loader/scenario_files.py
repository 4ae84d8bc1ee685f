"""YAML to scenarios: every mistake of a file at once, each with its place and the name that was probably meant."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...engine.domain.modes import SessionMode
from ...engine.domain.session import Customer
from ...engine.domain.values import JSON, slug
from ..scenario import ModelChoice, Scenario
from .documents import read_document
from .expectations import expectations
from .models import model
from .nodes import Node
from .problems import ScenarioError, ScenarioProblem
from .script import MODES, script, stand_ins

FILE_KEYS = ("agent", "model", "redact", "defaults", "scenarios")
DEFAULT_KEYS = ("customer", "now", "timeout")
SCENARIO_KEYS = ("name", "id", "tags", "customer", "session", "now", "script", "tools", "expect", "trials")
CUSTOMER_KEYS = ("id", "name", "tags", "variables", "metadata")
SESSION_KEYS = ("labels", "metadata", "mode")
ID = re.compile(r"\w[\w.-]*")
NAMELESS = slug("")
DEFAULT_NOW = "2026-01-01T09:00:00Z"

__all__ = ["ScenarioError", "ScenarioProblem", "duplicate_ids", "load_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a file says for all of its scenarios."""

    suite: str
    agent: str
    model: ModelChoice | None
    redact: tuple[str, ...]
    customer: Node | None
    now: str
    turn_limit: float
    scenario_limit: float


def load_file(path: Path, suite: str | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a file; the suite is its folder's name unless another is given.

    Raises ScenarioError with every mistake in the file.
    """
    root = read_document(path)
    fields = root.fields("a scenario file", FILE_KEYS, required=("agent", "scenarios"))
    sheet = _sheet(fields, suite=path.absolute().parent.name if suite is None else suite)
    scenarios = _scenarios(fields["scenarios"], sheet) if "scenarios" in fields else ()
    root.findings.problems.extend(duplicate_ids(scenarios))
    root.findings.raise_if_any()
    return scenarios


def duplicate_ids(scenarios: Iterable[Scenario]) -> tuple[ScenarioProblem, ...]:
    """A problem for each scenario whose id, case aside, would name the same files as an earlier one's of its suite."""
    first: dict[tuple[str, str], Scenario] = {}
    found: list[ScenarioProblem] = []
    for scenario in scenarios:
        other = first.setdefault((scenario.suite, slug(scenario.id)), scenario)
        if other is not scenario:
            same = "" if other.id == scenario.id else f" (as {other.id!r}; one name where files are written)"
            text = (
                f"the id {scenario.id!r} is taken in suite {scenario.suite!r} by {other.place}{same}; give one an id:"
            )
            found.append(ScenarioProblem(place=scenario.place, text=text))
    return tuple(found)


def _sheet(fields: Mapping[str, Node], *, suite: str) -> Sheet:
    defaults = fields["defaults"].fields("defaults", DEFAULT_KEYS) if "defaults" in fields else {}
    limits = defaults["timeout"].fields("timeout", ("turn", "scenario")) if "timeout" in defaults else {}
    return Sheet(
        suite=suite,
        agent=(fields["agent"].text("agent") or "") if "agent" in fields else "",
        model=model(fields["model"]) if "model" in fields else None,
        redact=_patterns(fields["redact"]) if "redact" in fields else (),
        customer=defaults.get("customer"),
        now=_now(defaults["now"]) if "now" in defaults else DEFAULT_NOW,
        turn_limit=_limit(limits.get("turn"), otherwise=60.0),
        scenario_limit=_limit(limits.get("scenario"), otherwise=300.0),
    )


def _patterns(node: Node) -> tuple[str, ...]:
    patterns = (item.pattern("a pattern to redact") for item in node.items("redact"))
    return tuple(pattern for pattern in patterns if pattern is not None)


def _limit(node: Node | None, *, otherwise: float) -> float:
    seconds = node.number("a time limit in seconds") if node else None
    if node and seconds is not None and seconds <= 0:
        node.problem(f"a time limit must be longer than {seconds:g} seconds")
    return otherwise if seconds is None else float(seconds)


def _now(node: Node) -> str:
    written = node.text("now")
    if written is None:
        return DEFAULT_NOW
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        node.problem(f"now {written!r} is not a time as ISO 8601 writes it, such as {DEFAULT_NOW}")
        return DEFAULT_NOW
    if moment.tzinfo is None:
        full = written if ":" in written else f"{written}T09:00:00"
        node.problem(f"now {written!r} has no time zone; add Z or an offset such as +01:00", near=f"{full}Z")
    return written


def _scenarios(node: Node, sheet: Sheet) -> tuple[Scenario, ...]:
    if not node.is_list:
        node.problem(f"scenarios must be a list, not {node.kind}")
        return ()
    read = (_scenario(item, sheet) for item in node.items("scenarios"))
    return tuple(scenario for scenario in read if scenario is not None)


def _scenario(node: Node, sheet: Sheet) -> Scenario | None:
    fields = node.fields("a scenario", SCENARIO_KEYS, required=("name", "script"))
    customer, variables = _customer(sheet.customer, fields.get("customer"))
    session = fields["session"].fields("session", SESSION_KEYS) if "session" in fields else {}
    tools, names = stand_ins(fields["tools"]) if "tools" in fields else ({}, ())
    steps = script(fields["script"]) if "script" in fields else ()
    name = (fields["name"].text("name") or "") if "name" in fields else ""
    expected = expectations(fields["expect"], whole=True) if "expect" in fields else ()
    identity = _identity(fields, name)
    if identity is None:
        return None
    return Scenario(
        id=identity,
        name=name,
        suite=sheet.suite,
        place=node.place,
        agent=sheet.agent,
        script=steps,
        expect=expected,
        model=sheet.model,
        tags=_texts(fields.get("tags"), "a tag"),
        customer=customer,
        variables=variables,
        mode=_mode(session.get("mode")),
        labels=_texts(session.get("labels"), "a label"),
        metadata=_values(session.get("metadata"), "metadata"),
        tools=tools,
        names=names,
        now=_now(fields["now"]) if "now" in fields else sheet.now,
        trials=_trials(fields.get("trials")),
        redact=sheet.redact,
        turn_limit=sheet.turn_limit,
        scenario_limit=sheet.scenario_limit,
    )


def _identity(fields: Mapping[str, Node], name: str) -> str | None:
    if "id" in fields:
        given = fields["id"].text("id")
        if given is not None and (not ID.fullmatch(given) or slug(given) == NAMELESS):
            text = f"the id {given!r} can't be used; an id is made of letters, digits, hyphens, dots and underscores"
            fields["id"].problem(text, near=slug(given) if slug(given) != NAMELESS else None)
        return given
    if name and slug(name) == NAMELESS:
        fields["name"].problem(f"no id can be made from the name {name!r}; add an id:")
    return slug(name) if name else None


def _customer(default: Node | None, own: Node | None) -> tuple[Customer, Mapping[str, JSON]]:
    """The customer and their variables; a scenario's own keys prevail over the file's defaults."""
    fields: dict[str, Node] = {}
    for node in (default, own):
        fields |= node.fields("a customer", CUSTOMER_KEYS) if node else {}
    given = {key: fields[key].text(key) for key in ("id", "name") if key in fields}
    identity, name = given.get("id"), given.get("name")
    customer = Customer(
        id=identity or (slug(name) if name else Customer().id),
        name=name or identity or Customer().name,
        tags=_texts(fields.get("tags"), "a tag"),
        metadata=_values(fields.get("metadata"), "metadata"),
    )
    return customer, _values(fields.get("variables"), "variables")


def _texts(node: Node | None, what: str) -> tuple[str, ...]:
    return tuple(text.text for text in node.texts(what, may_be_empty=True)) if node else ()


def _values(node: Node | None, what: str) -> Mapping[str, JSON]:
    return {key.text: value.json() for key, value in node.entries(what)} if node else {}


def _mode(node: Node | None) -> SessionMode:
    mode = node.one_of("mode", MODES) if node else None
    return SessionMode(mode) if mode else SessionMode.AUTO


def _trials(node: Node | None) -> int:
    trials = node.number("trials") if node else None
    if node and trials is not None and (trials < 1 or not isinstance(trials, int)):
        node.problem(f"trials must be a whole number from 1, not {node.kind}")
    return int(trials) if trials else 1
