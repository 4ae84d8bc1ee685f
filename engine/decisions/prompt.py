"""Rendering a decision's template into named sections, in the order in which the template has them.

Each top-level block of `<decision>.j2` is a section of that name; blocks that render to nothing are left out. Undefined
variables are errors. Examples come from `<decision>.yaml`; the macros of `shared.j2` and the like are known to every
template under the name of their file.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from ..domain.ask import Section
from ..domain.example import Example
from ..domain.facts import Line, Situation
from ..domain.values import JSON, canonical_json, digest

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = files(__package__ or __name__)

MACROS = ("memory", "shared", "tooling")
"""Templates of macros, each of which may use those before it."""

LINE_BREAK = " ⏎ "
"""What a line break becomes where a text must stay on its line."""


def _beside(template: str) -> str | None:
    """The text of a template that lies beside this module, also in a zipped wheel; None where there is none."""
    source = _HERE.joinpath(template)
    return source.read_text("utf-8") if source.is_file() else None


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Fold a text onto one line, so that nothing in it can pass for a section or for another speaker's line.

    What is folded is remembered: every prompt of a turn holds the conversation, and most of the rest comes again too.
    """
    return LINE_BREAK.join(part for line in text.splitlines() if (part := line.strip()))


def transcript(lines: Sequence[Line]) -> str:
    """A conversation, a line for each message."""
    return "\n".join(f"{line.speaker}: {one_line(line.text)}" for line in lines)


def as_data(value: JSON) -> str:
    """Write a value as JSON on one line, the same for equal values."""
    return one_line(canonical_json(value))


def as_written(value: JSON) -> str:
    """Write a value as JSON with its keys in the order given: in an answer the evidence stands before the verdict."""
    return one_line(json.dumps(value, ensure_ascii=False))


def _source(template: str) -> tuple[str, str, None] | None:
    text = _beside(template)
    return None if text is None else (text, template, None)


@cache
def environment() -> "Environment":
    """The one Jinja environment of the decisions' prompts."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # nobody waits for it before the first prompt

    # Nothing is escaped: prompts are text, not HTML.
    made = Environment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
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
    from yaml import CSafeLoader, load  # imported with the first prompt, like Jinja

    text = _beside(f"{decision}.yaml")
    return tuple(load(text, Loader=CSafeLoader)) if text else ()


def section_names(decision: str) -> tuple[str, ...]:
    """The names of the template's blocks, in the order in which they are written; no block stands inside another."""
    return tuple(environment().get_template(f"{decision}.j2").blocks)


@cache
def template_digest(decision: str) -> str:
    """A hash of everything a decision's prompt is made with beside the facts: template, macros and examples."""
    template = _HERE.joinpath(f"{decision}.j2").read_text("utf-8")
    parts = [template]
    for name in reversed(MACROS):  # macros may use those before them
        if any(f"{name}." in part for part in parts):
            parts.append(_HERE.joinpath(f"{name}.j2").read_text("utf-8"))
    return digest("\0".join((*parts, _HERE.joinpath(f"{decision}.yaml").read_text("utf-8"))))


def own_examples(decision: str, facts: object) -> tuple[Example, ...]:
    """The examples that the agent's author added to a decision's."""
    situation = getattr(facts, "situation", None)
    added = situation.examples if isinstance(situation, Situation) else ()
    return tuple(example for example in added if example.decision == decision)


def made_with(decision: str, facts: object) -> str:
    """A hash of what a prompt is made with beside its facts: the template, and the author's examples where any are."""
    own = [[example.situation, example.answer] for example in own_examples(decision, facts)]
    template = template_digest(decision)
    return digest(f"{template}\0{canonical_json(own)}") if own else template


def render(decision: str, facts: object, *, objections: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Render a decision's prompt for some facts, with what was wrong with the last answer."""
    template = environment().get_template(f"{decision}.j2")
    own = tuple({"situation": each.situation, "answer": each.answer} for each in own_examples(decision, facts))
    shown = (*examples(decision), *own)
    context = template.new_context({"facts": facts, "examples": shown, "objections": objections})
    rendered = ((name, "".join(block(context)).strip()) for name, block in template.blocks.items())
    return tuple(Section(name=name, text=text) for name, text in rendered if text)
