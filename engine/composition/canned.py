"""Canned responses: which fields one takes, whether it may be said now, and its text. Pure."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from ..domain.facts import KnownVariable
from ..domain.knowledge import CannedResponse, Term
from ..domain.tool import Insight
from ..domain.values import JSON
from ..errors import TemplateError
from ..templating.faults import RenderError, Unreadable

if TYPE_CHECKING:
    from ..templating.sandbox import Readable

GENERATIVE = "generative"
"""The root of fields that a model words when a response is rendered."""
LACKING = ("missing_params", "invalid_params")
"""What `std` tells of tools that could not be called; while it is empty, a response that takes it says nothing."""


def _read(template: str) -> "Readable":
    from ..templating.sandbox import read  # Jinja, which most agents do without until the first prompt

    return read(template)


def fields_of(template: str, *, response: str = "", place: str = "") -> frozenset[str]:
    """The names of the fields that a template takes. Raises TemplateError naming the response and the line."""
    try:
        return _read(template).fields
    except Unreadable as error:
        named = f"canned response {response!r}" if response else f"the canned response {template[:40]!r}"
        start = f"{place}: " if place else ""
        raise TemplateError(f"{start}{named}, line {error.line} of its template: {error.problem}") from error


def generative_fields(template: str) -> tuple[str, ...]:
    """The names that a template takes from `generative`, in order. Raises TemplateError."""
    return _read(template).generative if GENERATIVE in fields_of(template) else ()


def disqualified(response: CannedResponse, fields: Mapping[str, JSON]) -> str | None:
    """Why a response can't be said with these fields at hand, None where it can: no field, no response."""
    try:
        taken = fields_of(response.template, response=response.id)
    except TemplateError as error:
        return str(error)
    needed = taken | {name.partition(".")[0] for name in response.field_dependencies}
    missing = sorted(name for name in needed if name not in fields)
    if not missing:
        return _nothing_lacking(response, fields)
    if GENERATIVE in missing:
        worded = [f"{GENERATIVE}.{name}" for name in generative_fields(response.template)] or [GENERATIVE]
        missing = sorted([*(name for name in missing if name != GENERATIVE), *worded])
    what = "field" if len(missing) == 1 else "fields"
    return f"{what} {', '.join(map(repr, missing))} not available"


def _nothing_lacking(response: CannedResponse, fields: Mapping[str, JSON]) -> str | None:
    """Why a response that tells what tools lack can't be said: they lack nothing."""
    taken = _read(response.template).standard | {
        name.removeprefix("std.") for name in response.field_dependencies if name.startswith("std.")
    }
    told = cast("Mapping[str, JSON]", fields.get("std") or {})
    empty = [f"std.{name}" for name in LACKING if name in taken and name in told and not told[name]]
    return f"there is nothing in {' and '.join(map(repr, empty))}" if empty else None


def render(template: str, fields: Mapping[str, JSON]) -> str:
    """The text of a template with its fields filled in. Raises RenderError with the reason."""
    from ..templating.sandbox import render_readable

    try:
        return render_readable(_read(template), fields)
    except Unreadable as error:
        raise RenderError(f"line {error.line}: {error.problem}") from error


def standard_fields(
    *,
    customer_name: str,
    agent_name: str,
    variables: Iterable[KnownVariable] = (),
    terms: Iterable[Term] = (),
    insights: Iterable[Insight] = (),
) -> dict[str, JSON]:
    """What every template may take from `std`: who talks, variables, terms, and what tools still lack."""
    visible = [insight for insight in insights if not insight.parameter.hidden]
    return {
        "customer": {"name": customer_name},
        "agent": {"name": agent_name},
        "variables": {variable.name: variable.value for variable in variables},
        "glossary": {term.name: term.description for term in terms},
        "missing_params": _labels(insight for insight in visible if insight.kind == "missing"),
        "invalid_params": {item.parameter.label: item.value for item in visible if item.kind == "invalid"},
    }


def _labels(insights: Iterable[Insight]) -> list[JSON]:
    return list(dict.fromkeys(insight.parameter.label for insight in insights))


__all__ = [
    "GENERATIVE",
    "RenderError",
    "disqualified",
    "fields_of",
    "generative_fields",
    "render",
    "standard_fields",
]
