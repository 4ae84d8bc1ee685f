"""YAML as it is written: nodes that know their place, read strictly, text left as text.

The YAML library's own reading turns `No` into false, `12:30` into 750 and `007` into 7, and drops one of two equal
keys. Here a scalar is text unless a number or a truth value is asked for, and every mistake is noted with its place.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from ...engine.domain.values import JSON, fold_name
from ...engine.errors import closest
from ..scenario import Place
from .problems import Findings

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
"""A number as JSON writes it; 007, 1_000, 0x1F and 12:30 are text."""
WORDS_OF_JSON: dict[str, JSON] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
YES_AND_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
TEXT_TAG = "tag:yaml.org,2002:str"
WRITTEN_LENGTH = 120
Places: TypeAlias = Mapping[str, str]
"""Where keys belong, by key."""
NOWHERE: Places = {}


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a scenario file. Reading it as something it is not writes a problem down and gives None or nothing."""

    raw: yaml.Node
    findings: Findings

    @property
    def place(self) -> Place:
        """Where it stands."""
        mark = self.raw.start_mark
        return Place(file=self.findings.file, line=mark.line + 1, column=mark.column + 1)

    @property
    def scalar(self) -> str | None:
        """A single value as it is written; None for a list or a map."""
        return self.raw.value if isinstance(self.raw, yaml.ScalarNode) else None

    @property
    def is_map(self) -> bool:
        """Whether it maps keys to values."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_empty(self) -> bool:
        """Whether it is a list or a map with nothing in it."""
        return isinstance(self.raw, yaml.CollectionNode) and not self.raw.value

    @property
    def is_plain(self) -> bool:
        """Whether it is a single value without quotes, which may stand for a number, true, false or null."""
        return isinstance(self.raw, yaml.ScalarNode) and not self.raw.style

    def problem(self, text: str, *, near: str | None = None) -> None:
        """Write down what is wrong here."""
        self.findings.add(self.place, text, near=near)

    def text(self, what: str) -> str | None:
        """The text as it is written; nothing, and lists and maps, are problems."""
        found = self.scalar
        if found is None or not found.strip():
            self.problem(f"{what} must be a text, not {self.kind}")
            return None
        return found

    def texts(self, what: str, *, may_be_empty: bool = False) -> tuple["Text", ...]:
        """A list's texts, each with its place; a single text stands for a list of one."""
        read = ((item.text(what), item.place) for item in self.items(what, may_be_empty=may_be_empty))
        return tuple(Text(text, place) for text, place in read if text is not None)

    def items(self, what: str, *, may_be_empty: bool = False, needed: bool = False) -> tuple["Node", ...]:
        """A list's items; anything else stands for a list of one. A key that is needed can't be left out, if empty."""
        if not isinstance(self.raw, yaml.SequenceNode):
            return (self,)
        items = cast("list[yaml.Node]", self.raw.value)
        if not items and not may_be_empty:
            self.problem(f"{what} is an empty list; give at least one{'' if needed else ', or leave the key out'}")
        return tuple(Node(item, self.findings) for item in items)

    def entries(self, what: str) -> tuple[tuple[Text, "Node"], ...]:
        """A map's keys and values, in order; equal keys are a problem."""
        if not isinstance(self.raw, yaml.MappingNode):
            self.problem(f"{what} must be a map of keys to values, not {self.kind}")
            return ()
        seen: dict[str, Place] = {}
        found: list[tuple[Text, Node]] = []
        for raw_key, raw_value in cast("list[tuple[yaml.Node, yaml.Node]]", self.raw.value):
            key = Node(raw_key, self.findings)
            name = key.text("a key")
            if name is None:
                continue
            if name in seen:
                key.problem(f"{name!r} stands here a second time; the first is in line {seen[name].line}")
                continue
            seen[name] = key.place
            found.append((Text(name, key.place), Node(raw_value, self.findings)))
        return tuple(found)

    def fields(
        self, what: str, known: Collection[str], *, required: Collection[str] = (), elsewhere: Places = NOWHERE
    ) -> dict[str, "Node"]:
        """A map's values by key; one unknown (told where it belongs, if elsewhere) and one missing are problems."""
        found: dict[str, Node] = {}
        if not self.is_map:
            named = required or known
            keys = ", ".join(key for key in known if key in named)
            self.problem(f"{what} must be a map of keys to values{'' if not keys else f' ({keys})'}, not {self.kind}")
            return found
        for key, value in self.entries(what):
            if key.text in known:
                found[key.text] = value
            else:
                near = elsewhere.get(key.text) or near_key(key.text, known)
                self.findings.add(key.place, f"{key.text!r} is not a key of {what}", near=near)
        if missing := [name for name in required if name not in found]:
            self.problem(f"{what} has no {' and no '.join(map(repr, missing))}; add it")
        return found

    def boolean(self, what: str) -> bool | None:
        """True or false, written as such."""
        found = WORDS_OF_JSON.get(self.scalar or "") if self.is_plain else None
        if isinstance(found, bool):
            return found
        self.problem(f"{what} must be true or false, not {self.kind}", near=YES_AND_NO.get((self.scalar or "").lower()))
        return None

    def number(self, what: str) -> int | float | None:
        """A number, written as JSON writes numbers."""
        found = number_in(self.scalar or "") if self.is_plain else None
        if found is None:
            self.problem(f"{what} must be a number, not {self.kind}")
        return found

    def one_of(self, what: str, choices: Collection[str]) -> str | None:
        """One of a few words."""
        found = self.text(what)
        if found is None or found in choices:
            return found
        self.problem(f"{what} can't be {found!r}; it is one of {', '.join(choices)}", near=closest(found, choices))
        return None

    def pattern(self, what: str) -> str | None:
        """A regular expression."""
        found = self.text(what)
        if found is None:
            return None
        try:
            re.compile(found)
        except re.error as error:
            self.problem(f"{what} {found!r} is not a regular expression: {error}")
            return None
        return found

    def json(self) -> JSON:
        """Any value that JSON can hold; what JSON would not read as a number, a truth value or null is text."""
        match self.raw:
            case yaml.SequenceNode():
                return [Node(item, self.findings).json() for item in cast("list[yaml.Node]", self.raw.value)]
            case yaml.MappingNode():
                return {key.text: value.json() for key, value in self.entries("a value")}
            case _:
                written = self.scalar or ""
                if not self.is_plain or (self.raw.tag == TEXT_TAG and not exponent_in(written)):
                    return written
                number = number_in(written)
                return number if number is not None else WORDS_OF_JSON.get(written, written)

    @property
    def kind(self) -> str:
        """What it is, in words, for an error."""
        match self.raw:
            case yaml.SequenceNode():
                return "a list"
            case yaml.MappingNode():
                return f"the map {self.written}"
            case _:
                return f"{self.written!r}" if (self.scalar or "").strip() else "nothing"

    @property
    def written(self) -> str:
        """The value on one line, cut where it is long."""
        line = " ".join(_flow(self.raw).split())
        return line if len(line) <= WRITTEN_LENGTH else line[: WRITTEN_LENGTH - 1] + "…"


def number_in(written: str) -> int | float | None:
    """The number that a text is, as JSON would read it."""
    found = NUMBER.fullmatch(written)
    if not found:
        return None
    return float(written) if found[1] or found[2] else int(written)


def exponent_in(written: str) -> bool:
    """Whether a text is a number with an exponent, which the YAML library takes for text (1e5)."""
    found = NUMBER.fullmatch(written)
    return found is not None and found[2] is not None


def near_key(name: str, known: Collection[str]) -> str | None:
    """The key that was probably meant."""
    folded = {fold_name(key): key for key in known}
    return folded.get(fold_name(name)) or closest(name, known)


def _flow(raw: yaml.Node) -> str:
    match raw:
        case yaml.SequenceNode():
            return f"[{', '.join(_flow(item) for item in cast('list[yaml.Node]', raw.value))}]"
        case yaml.MappingNode():
            pairs = cast("list[tuple[yaml.Node, yaml.Node]]", raw.value)
            return f"{{{', '.join(f'{_flow(key)}: {_flow(value)}' for key, value in pairs)}}}"
        case _:
            return str(raw.value)
