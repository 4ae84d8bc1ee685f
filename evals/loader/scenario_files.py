"""YAML to scenarios: every mistake of a file at once, each with its place and the name that was probably meant."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from ...engine.domain.modes import ModerationMode, SessionMode
from ...engine.domain.session import Customer
from ...engine.domain.values import JSON, slug
from ..scenario import ModelChoice, Named, Scenario, StandIn, Start, Step
from . import keys
from .beginnings import beginnings_of
from .cases import Case, cases_of
from .documents import read_document
from .expectations import expectations
from .identity import gate_of, identity
from .models import OF_ONE, model
from .nodes import Node
from .problems import ScenarioError, ScenarioProblem
from .script import script, stand_ins
from .start import start

DEFAULT_NOW = "2026-01-01T09:00:00Z"

__all__ = ["ScenarioError", "ScenarioProblem", "duplicate_ids", "file_name", "load_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a file says for all of its scenarios."""

    file: Node
    suite: str
    agent: str
    model: ModelChoice | None
    redact: tuple[str, ...]
    customer: Node | None
    now: str
    limits: "Limits"
    judge: ModelChoice | None = None
    """The model that judges, where one is set apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long things may take, in seconds."""

    turn: float = 60.0
    scenario: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """What comes of a scenario's own keys and of those that it includes."""

    script: tuple[Step, ...] = ()
    tools: Mapping[str, tuple[StandIn, ...]] = field(default_factory=dict[str, tuple[StandIn, ...]])
    start: Start = Start()
    names: tuple[Named, ...] = ()


def load_file(path: Path, suite: str | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a file; the suite is its folder's name unless another is given.

    Raises ScenarioError with every mistake in the file.
    """
    root = read_document(path)
    fields = root.fields("a scenario file", keys.FILE, required=("agent", "scenarios"))
    sheet = _sheet(fields, file=root, suite=path.absolute().parent.name if suite is None else suite)
    scenarios = _scenarios(fields["scenarios"], sheet) if "scenarios" in fields else ()
    root.findings.problems.extend(duplicate_ids(scenarios))
    root.findings.raise_if_any()
    return scenarios


def file_name(scenario: Scenario) -> tuple[str, str]:
    """What the files of a scenario go by: its suite, and its id as file names are written."""
    return scenario.suite, slug(scenario.id)


def duplicate_ids(
    scenarios: Iterable[Scenario], taken: Mapping[tuple[str, str], Scenario] | None = None
) -> tuple[ScenarioProblem, ...]:
    """A problem for each scenario whose id, case aside, would name the same files as an earlier one's of its suite.

    `taken` holds earlier scenarios of other files by their `file_name`.
    """
    first = dict[tuple[str, str], Scenario]()
    found: list[ScenarioProblem] = []
    for scenario in scenarios:
        name = file_name(scenario)
        other = (taken or {}).get(name) or first.setdefault(name, scenario)
        if other is not scenario:
            same = "" if other.id == scenario.id else f" (as {other.id!r}; one name where files are written)"
            text = (
                f"the id {scenario.id!r} is taken in suite {scenario.suite!r} by {other.place}{same}; give one an id:"
            )
            found.append(ScenarioProblem(place=scenario.place, text=text))
    return tuple(found)


def _sheet(fields: Mapping[str, Node], *, file: Node, suite: str) -> Sheet:
    defaults = fields["defaults"].fields("defaults", keys.DEFAULTS) if "defaults" in fields else {}
    return Sheet(
        file=file,
        suite=suite,
        agent=(fields["agent"].text("agent") or "") if "agent" in fields else "",
        model=model(fields["model"]) if "model" in fields else None,
        redact=_patterns(fields["redact"]) if "redact" in fields else (),
        customer=defaults.get("customer"),
        now=_now(defaults["now"]) if "now" in defaults else DEFAULT_NOW,
        limits=_limits(defaults.get("timeout"), Limits()),
        judge=_judge(defaults["judge"]) if "judge" in defaults else None,
    )


def _judge(node: Node) -> ModelChoice | None:
    fields = node.fields("judge", keys.JUDGE, required=("model",))
    return model(fields["model"], known=OF_ONE) if "model" in fields else None


def _patterns(node: Node) -> tuple[str, ...]:
    patterns = (item.pattern("a pattern to redact") for item in node.items("redact"))
    return tuple(pattern for pattern in patterns if pattern is not None)


def _limits(node: Node | None, otherwise: Limits) -> Limits:
    limits = node.fields("timeout", keys.LIMITS) if node else {}
    return Limits(
        turn=_limit(limits.get("turn"), otherwise=otherwise.turn),
        scenario=_limit(limits.get("scenario"), otherwise=otherwise.scenario),
    )


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
    read = (scenario for item in node.items("scenarios", needed=True) for scenario in _scenarios_of(item, sheet))
    return tuple(scenario for scenario in read if scenario is not None)


def _scenarios_of(node: Node, sheet: Sheet) -> Iterator[Scenario | None]:
    """A scenario, or one for each of its cases."""
    if not node.is_map:
        node.fields("a scenario", keys.SCENARIO)
        return
    before = beginnings_of(node, sheet.file)
    for case in cases_of(node, beginnings=before):
        opening = _opening([case.fill(each) for each in (*before, node)])
        yield _scenario(case.fill(node), sheet, case=case, opening=opening)


def _opening(nodes: Sequence[Node]) -> _Opening:
    """The scripts one after another; a later stand-in prevails, and the conversation starts once."""
    found = _Opening()
    for node in nodes:
        fields = {key.text: value for key, value in node.entries("a scenario")}
        tools, named_tools = stand_ins(fields["tools"]) if "tools" in fields else ({}, ())
        begun, named_parts = start(fields["start"]) if "start" in fields else (found.start, ())
        if "start" in fields and found.start != Start():
            fields["start"].problem("what is included has a start already; remove one")
        found = _Opening(
            script=(*found.script, *(script(fields["script"]) if "script" in fields else ())),
            tools={**found.tools, **tools},
            start=begun,
            names=(*found.names, *named_parts, *named_tools),
        )
    return found


def _scenario(node: Node, sheet: Sheet, *, case: Case, opening: _Opening) -> Scenario | None:
    fields = node.fields("a scenario", keys.SCENARIO, required=("name", "script"))
    customer, variables = _customer(sheet.customer, fields.get("customer"))
    session = fields["session"].fields("session", keys.SESSION) if "session" in fields else {}
    expected = expectations(fields["expect"], whole=True) if "expect" in fields else ()
    told = identity(fields, case)
    gate = gate_of(fields)
    limits = _limits(fields.get("timeout"), sheet.limits)
    if told is None:
        return None
    return Scenario(
        id=told.id,
        name=told.name,
        suite=sheet.suite,
        place=case.place,
        agent=sheet.agent,
        script=opening.script,
        expect=expected,
        model=sheet.model,
        judge=sheet.judge,
        tags=_texts(fields.get("tags"), "a tag"),
        customer=customer,
        variables=variables,
        mode=_mode(session.get("mode")),
        moderation=_moderation(session.get("moderation")),
        labels=_texts(session.get("labels"), "a label"),
        metadata=_values(session.get("metadata"), "metadata"),
        tools=opening.tools,
        names=opening.names,
        start=opening.start,
        now=_now(fields["now"]) if "now" in fields else sheet.now,
        trials=gate.trials,
        needed=gate.needed,
        redact=sheet.redact,
        turn_limit=limits.turn,
        scenario_limit=limits.scenario,
    )


def _customer(default: Node | None, own: Node | None) -> tuple[Customer, Mapping[str, JSON]]:
    """The customer and their variables; a scenario's own keys prevail over the file's defaults."""
    fields: dict[str, Node] = {}
    for node in (default, own):
        fields |= node.fields("a customer", keys.CUSTOMER) if node else {}
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
    mode = node.one_of("mode", keys.MODES) if node else None
    return SessionMode(mode) if mode else SessionMode.AUTO


def _moderation(node: Node | None) -> ModerationMode:
    mode = node.one_of("moderation", keys.MODERATION) if node else None
    return cast("ModerationMode", mode or "none")
