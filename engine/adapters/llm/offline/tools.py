"""Which tools are called, and with what: the offered ones, with arguments found in the conversation."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from ....domain.facts import ConsequentialFacts, ToolFacts, ToolOffer
from ....domain.tool import Parameter, ParameterType
from ....domain.values import JSON, canonical_json
from .extract import extract, is_story
from .lexicon import data_kinds
from .overlap import overlap
from .places import Places, places
from .text import fold, spoken, tokens
from .values import values
from .wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A value for a parameter with where it comes from; None where nothing gives one."""

    parameter: Parameter
    value: str | None
    why: str
    origin: Literal["customer", "context", "nobody"] = "nobody"
    """Who gave it."""

    @property
    def answer(self) -> dict[str, JSON]:
        """The argument as the answer has it."""
        state = "missing" if self.value is None else "given"
        return {"name": self.parameter.name, "evidence": self.why, "state": state, "value": self.value}

    @property
    def careful_answer(self) -> dict[str, JSON]:
        """The argument as the answer about a consequential tool has it."""
        state = "missing" if self.value is None else "given"
        known = {"name": self.parameter.name, "evidence": self.why, "origin": self.origin}
        return {**known, "state": state, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on a tool, before it is written as an answer."""

    tool: str
    why: str
    arguments: tuple[Argument, ...] | None = None
    """Those of its one call; None where it should not run."""


def answer_tools(facts: ToolFacts) -> dict[str, JSON]:
    """A verdict for each tool, in their order."""
    return {"tools": [_written(verdict, lambda item: item.answer) for verdict in judge(facts)]}


def answer_consequential(facts: ConsequentialFacts) -> dict[str, JSON]:
    """The same verdicts, with who gave each value."""
    return {"tools": [_written(verdict, lambda item: item.careful_answer) for verdict in judge(facts)]}


def judge(facts: ToolFacts | ConsequentialFacts) -> tuple[Judged, ...]:
    """A verdict for each tool, in their order; of those that do nearly the same only the one most spoken of runs."""
    where = places(facts.situation)
    offers: dict[str, ToolOffer] = {}
    for offer in facts.offers:
        offers.setdefault(offer.tool.id, offer)
    ranks = {tool: (_nearness(offer, where), -at) for at, (tool, offer) in enumerate(offers.items())}
    return tuple(_verdict(offer, where=where, ranks=ranks) for offer in offers.values())


def _nearness(offer: ToolOffer, where: Places) -> float:
    """How much of what the customer says now is about what a tool does."""
    about = where.heard.topic(f"{offer.tool.id.replace('_', ' ')} {offer.tool.description}")
    return sum(overlap(where.heard.topic(text), about).weight for text in where.situation.newest)


def _verdict(offer: ToolOffer, *, where: Places, ranks: Mapping[str, tuple[float, int]]) -> Judged:
    """Whether a tool runs; of tools that are equally near the first counts as the nearest."""
    tool = offer.tool.id
    nearest = max((tool, *(other for other in offer.overlaps if other in ranks)), key=lambda name: ranks[name])
    if nearest != tool:
        return Judged(tool=tool, why=f"{nearest} fits better")
    if offer.at_hand and ranks[tool][0] <= 0:
        return Judged(tool=tool, why="nothing said now is about what it does")
    arguments = _told_apart(tuple(_arguments(offer, where)), where)
    lacking = [item.parameter.name for item in arguments if item.value is None]
    if not lacking and _already_called(offer, arguments, where=where):
        return Judged(tool=tool, why="it was called with these arguments")
    reason = offer.reasons[0] if offer.reasons else "it is offered"
    why = f"needed for: {reason}" + (f"; still missing: {', '.join(lacking)}" if lacking else "")
    return Judged(tool=tool, why=why, arguments=arguments)


def _written(verdict: Judged, write: Callable[[Argument], JSON]) -> dict[str, JSON]:
    runs = verdict.arguments is not None
    calls: list[JSON] = [{"arguments": [write(item) for item in verdict.arguments or ()]}] if runs else []
    return {"tool": verdict.tool, "evidence": verdict.why, "should_run": runs, "calls": calls}


def _arguments(offer: ToolOffer, where: Places) -> Iterator[Argument]:
    """Every required parameter, and of the optional ones those for which something is given."""
    parameters = [parameter for parameter in offer.tool.parameters if parameter.name not in offer.fixed]
    for at, parameter in enumerate(parameters):
        rank = sum(_alike(other, parameter) for other in parameters[:at])
        alone = sum(_alike(other, parameter) for other in parameters) == 1
        found = find(Wanted(parameter=parameter, places=where, rank=rank, alone=alone))
        if parameter.required or found.value is not None:
            yield found


def _told_apart(found: tuple[Argument, ...], where: Places) -> tuple[Argument, ...]:
    """The arguments without stories that tell nothing but what other parameters are given: "Priority: low"."""
    return tuple(replace(item, **_NOTHING) if _is_of_others(item, found, where=where) else item for item in found)


_NOTHING: Mapping[str, Any] = {"value": None, "origin": "nobody", "why": "what was said gives other values"}


def _is_of_others(item: Argument, found: Sequence[Argument], *, where: Places) -> bool:
    others = [other for other in found if other is not item and other.value is not None and other.origin == "customer"]
    if item.value is None or item.origin != "customer" or not others or not is_story(item.parameter):
        return False
    said = "\n".join(f"{other.value} {other.parameter.label} {spoken(other.parameter.name)}" for other in others)
    words = where.heard.topic(item.value)
    return overlap(words, where.heard.topic(said)).share >= _ALL


_ALL = 0.99


def _alike(one: Parameter, other: Parameter) -> bool:
    """Whether two parameters take the same values: of one type, and of texts those of one form, as their names say."""
    same_form = one.type != "string" or data_kinds(spoken(one.name)) == data_kinds(spoken(other.name))
    return one.type == other.type and same_form and one.choices == other.choices


def find(wanted: Wanted) -> Argument:
    """The value of a parameter: from the customer, newest message first, else from what the session knows."""
    parameter, where = wanted.parameter, wanted.places
    if parameter.source != "context":
        for said in where.said:
            value = _read(wanted, said.text)
            if value is not None:
                why = f"the customer said: '{said.text.strip()[:80]}'"
                return Argument(parameter=parameter, value=value, why=why, origin="customer")
    known = where.known(parameter) if parameter.source != "customer" else None
    if known is not None:
        return Argument(parameter=parameter, value=_as_text(known[1]), why=f"from {known[0]}", origin="context")
    if parameter.source == "context" and (value := _agent_named(wanted)):
        return Argument(parameter=parameter, value=value, why="the agent named it", origin="context")
    return Argument(parameter=parameter, value=None, why=f"nothing said so far gives {parameter.label!r}")


def _agent_named(wanted: Wanted) -> str | None:
    if wanted.parameter.type not in ("enum", "date", "datetime"):
        return None
    return extract(wanted, wanted.places.heard.agent)


def _as_text(value: JSON) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else canonical_json(value)


def _read(wanted: Wanted, text: str) -> str | None:
    match wanted.parameter.type:
        case "array":
            return _items(wanted, text)
        case "object":
            return _object(wanted, text)
        case _:
            return extract(wanted, text)


def _items(wanted: Wanted, text: str) -> str | None:
    """Several values of the item's type, as a JSON list."""
    parameter = wanted.parameter
    match parameter.item:
        case "enum":
            words = tokens(text)
            found: list[JSON] = [choice for choice in parameter.choices if set(tokens(choice)) <= set(words)]
        case "integer" | "number":
            numbers = (value.text for value in values(text) if value.form == "number")
            found = [json.loads(number) for number in numbers if number.isascii() and number.lstrip("-").isdigit()]
        case "date":
            found = [value.text for value in values(text) if value.form == "date"]
        case _:
            quoted = [value.text for value in values(text) if value.form in ("quoted", "id")]
            found = [*quoted] or _listed(wanted, text)
    return json.dumps(found, ensure_ascii=False) if found else None


def _listed(wanted: Wanted, text: str) -> list[JSON]:
    whole = extract(replace(wanted, parameter=replace(wanted.parameter, type="string")), text)
    parts = (part.strip() for part in (whole or "").replace(" and ", ",").split(","))
    return [part for part in parts if part]


_TYPES: dict[str, ParameterType] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


def _object(wanted: Wanted, text: str) -> str | None:
    """The properties of a nested object that a message gives, when it gives all that are required."""
    schema = wanted.parameter.schema
    properties: Any = schema.get("properties")
    if not isinstance(properties, Mapping):
        return None
    found: dict[str, JSON] = {}
    for name, rule in cast("Mapping[str, JSON]", properties).items():
        part = _property(name, rule)
        value = extract(replace(wanted, parameter=part, rank=0, alone=True), text) if part else None
        if part and value is not None:
            found[name] = _typed(value, part.type)
    required: Any = schema.get("required", ())
    complete = found and all(name in found for name in required)
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if complete else None


def _property(name: str, rule: Any) -> Parameter | None:
    rules = cast("Mapping[str, Any]", rule if isinstance(rule, Mapping) else {})
    choices = tuple(str(choice) for choice in rules.get("enum", ()))
    kind: ParameterType | None = "enum" if choices else _TYPES.get(str(rules.get("type")))
    if kind == "string" and rules.get("format") == "date":
        kind = "date"
    return (
        Parameter(name=name, type=kind, choices=choices, description=str(rules.get("description", "")))
        if kind
        else None
    )


def _typed(value: str, kind: ParameterType) -> JSON:
    match kind:
        case "integer" | "number":
            return json.loads(value)
        case "boolean":
            return value == "true"
        case _:
            return value


def _already_called(offer: ToolOffer, arguments: tuple[Argument, ...], *, where: Places) -> bool:
    wanted = {name: _as_text(value) for name, value in offer.fixed.items()}
    wanted |= {item.parameter.name: item.value for item in arguments if item.value is not None}
    made = (call for call in where.situation.calls if call.tool == offer.tool.id)
    return any(_same(wanted, {name: _as_text(value) for name, value in call.arguments.items()}) for call in made)


def _same(wanted: Mapping[str, str], made: Mapping[str, str]) -> bool:
    """Whether two calls have equal arguments, however numbers and dates are written."""
    return wanted.keys() == made.keys() and all(_plain(wanted[name]) == _plain(made[name]) for name in wanted)


def _plain(value: str) -> str:
    text = fold(value).strip()
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.replace(" ", "t", 1) if text[:4].isdigit() else text
