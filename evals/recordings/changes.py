"""What changed inside a prompt's section: which guideline, journey, tool or term, and whether it was only a date."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

KINDS: Mapping[str, str] = {
    "candidates": "guideline",
    "guidelines": "guideline",
    "journeys": "journey",
    "responses": "canned response",
    "tools": "tool",
    "glossary": "term",
    "variables": "variable",
    "ambiguities": "observation",
}
"""What a section's list holds, by the section's name."""

_ITEM = re.compile(r"^- (?:(?:id|tool|label): (?P<id>.+)|(?P<name>[^:(\n]+?)(?: \([^\n]*?\))?:.*)$")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b|\b1[0-9]{9}(?:\.\d+)?\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A part of the agent that a section shows otherwise than when it was recorded."""

    kind: str
    """A guideline, journey, tool and so on, in words."""
    name: str
    what: Literal["reworded", "new", "gone"]

    def __str__(self) -> str:
        other = "has another value" if self.kind == "variable" else "is worded differently"
        said = {"reworded": other, "new": "is new here", "gone": "is here no more"}
        return f"the {self.kind} {self.name!r} {said[self.what]}"


def changes(section: str, *, then: str, now: str) -> tuple[Change, ...]:
    """The parts of the agent that differ between two texts of a section; none where it is no list of such parts."""
    kind = KINDS.get(section)
    if kind is None:
        return ()
    before, after = dict(_items(then)), dict(_items(now))
    return tuple(_changes(kind, before, after=after))


def only_moments(then: str, now: str) -> bool:
    """Whether two texts differ in dates and times alone."""
    return then != now and _MOMENT.sub("…", then) == _MOMENT.sub("…", now)


def _changes(kind: str, before: Mapping[str, str], *, after: Mapping[str, str]) -> Iterator[Change]:
    for name, text in after.items():
        if name not in before:
            yield Change(kind=kind, name=name, what="new")
        elif before[name] != text:
            yield Change(kind=kind, name=name, what="reworded")
    yield from (Change(kind=kind, name=name, what="gone") for name in before if name not in after)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """The entries of a list by their names, each with all of its lines."""
    name, lines = "", list[str]()
    for line in text.split("\n"):
        found = _ITEM.match(line)
        if found:
            if name:
                yield name, "\n".join(lines)
            name, lines = (found["id"] or found["name"]).strip(), []
        lines.append(line)
    if name:
        yield name, "\n".join(lines)
