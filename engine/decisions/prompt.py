"""Rendering a decision's template into named sections, in the order in which the template has them.

Each top-level block of `<decision>.j2` is a section of that name; blocks that render to nothing are left out. Undefined
variables are errors. Examples come from `<decision>.yaml`; the macros of `shared.j2` and the like are known to every
template under the name of their file.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast

import jinja2
import yaml
from jinja2 import nodes

from ..domain.ask import Section
from ..domain.facts import Line
from ..domain.values import JSON, canonical_json, digest

_HERE = files(__package__ or __name__)

MACROS = ("memory", "shared", "tooling")
"""Templates of macros, each of which may use those before it."""

LINE_BREAK = " ⏎ "
"""What a line break becomes where a text must stay on its line."""


class _Beside(jinja2.BaseLoader):
    """Loads the templates that lie beside this module, also from a zipped wheel."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        source = _HERE.joinpath(template)
        if not source.is_file():
            raise jinja2.TemplateNotFound(template)
        return source.read_text("utf-8"), template, lambda: True


def one_line(text: str) -> str:
    """Fold a text onto one line, so that nothing in it can pass for a section or for another speaker's line."""
    return LINE_BREAK.join(part for line in text.splitlines() if (part := line.strip()))


@lru_cache(maxsize=4096)
def _shown(speaker: str, text: str) -> str:
    return f"{speaker}: {one_line(text)}"


def transcript(lines: Sequence[Line]) -> str:
    """A conversation, a line for each message. Every prompt of a turn holds it, so lines are folded once."""
    return "\n".join(_shown(line.speaker, line.text) for line in lines)


def as_data(value: JSON) -> str:
    """Write a value as JSON on one line, the same for equal values."""
    return one_line(canonical_json(value))


def as_written(value: JSON) -> str:
    """Write a value as JSON with its keys in the order given: in an answer the evidence stands before the verdict."""
    return one_line(json.dumps(value, ensure_ascii=False))


@cache
def environment() -> jinja2.Environment:
    """The one Jinja environment of the decisions' prompts."""
    # Nothing is escaped: prompts are text, not HTML.
    made = jinja2.Environment(
        loader=_Beside(), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    tables = cast(Any, made)  # Jinja does not say what its tables of filters and globals hold.
    tables.filters.update(json=as_data, as_written=as_written, one_line=one_line, transcript=transcript)
    # A block rendered by itself does not see what its template imports at the top, so the macros are a global.
    for name in MACROS:
        tables.globals[name] = made.get_template(f"{name}.j2").module
    return made


@cache
def examples(decision: str) -> tuple[JSON, ...]:
    """The decision's examples, each a mapping with `situation` in words and `answer` as JSON."""
    source = _HERE.joinpath(f"{decision}.yaml")
    return tuple(yaml.safe_load(source.read_text("utf-8"))) if source.is_file() else ()


@cache
def section_names(decision: str) -> tuple[str, ...]:
    """The names of the template's top-level blocks, in the order in which they are written."""
    tree = environment().parse(_HERE.joinpath(f"{decision}.j2").read_text("utf-8"))
    return tuple(node.name for node in tree.body if isinstance(node, nodes.Block))


@cache
def template_digest(decision: str) -> str:
    """A hash of everything a decision's prompt is made with beside the facts: template, macros and examples."""
    template = _HERE.joinpath(f"{decision}.j2").read_text("utf-8")
    parts = [template]
    for name in reversed(MACROS):  # macros may use those before them
        if any(f"{name}." in part for part in parts):
            parts.append(_HERE.joinpath(f"{name}.j2").read_text("utf-8"))
    return digest("\0".join((*parts, _HERE.joinpath(f"{decision}.yaml").read_text("utf-8"))))


def render(decision: str, facts: object, *, objections: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Render a decision's prompt for some facts, with what was wrong with the last answer."""
    template = environment().get_template(f"{decision}.j2")
    context = template.new_context({"facts": facts, "examples": examples(decision), "objections": objections})
    rendered = ((name, "".join(template.blocks[name](context)).strip()) for name in section_names(decision))
    return tuple(Section(name=name, text=text) for name, text in rendered if text)
