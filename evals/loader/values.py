"""Reading limits of numbers and tests of values from scenario files, and the shape in which expectations are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from ..expectations.kinds import Expectation
from ..expectations.value_tests import Bound, EqualTo, Like, Matches, ValueTest, ValueTests, Within
from ..expectations.wording import words_of
from ..scenario import Named, NameKind, Place
from .nodes import Node, Text

LIMITS = ("at_least", "at_most")
TESTS = ("like", "matches", *LIMITS, "equals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One expectation as it was read: what it says below its key, where, and the parts of the agent it names."""

    expectation: Expectation
    words: str
    place: Place
    names: tuple[Named, ...] = ()


Reader: TypeAlias = Callable[[Node], Iterable[Item]]
"""Reads the value of one key into expectations."""


def each(make: Callable[[str], Expectation], *, what: str, kind: NameKind | None = None) -> Reader:
    """A reader of a list of texts (or one), each an expectation of its own."""

    def read(node: Node) -> Iterator[Item]:
        for text in node.texts(what):
            yield item_of(make(text.text), text, kind=kind)

    return read


def item_of(expectation: Expectation, text: Text, *, kind: NameKind | None = None) -> Item:
    """An expectation that is written as a single text, naming a part of the agent where a kind is given."""
    names = (Named(kind=kind, name=text.text, place=text.place),) if kind else ()
    return Item(expectation=expectation, words=text.text, place=text.place, names=names)


def together(make: Callable[[tuple[str, ...]], Expectation], *, what: str, may_be_empty: bool = False) -> Reader:
    """A reader of a list of guidelines (or one) that is a single expectation."""

    def read(node: Node) -> Iterator[Item]:
        texts = node.texts(what, may_be_empty=may_be_empty)
        names = named("guideline", texts)
        expectation = make(tuple(text.text for text in texts))
        yield Item(expectation=expectation, words=node.written, place=node.place, names=names)

    return read


def named(kind: NameKind, texts: Sequence[Text], *, within: str = "") -> tuple[Named, ...]:
    """The parts of an agent that texts name."""
    return tuple(Named(kind=kind, name=text.text, place=text.place, within=within) for text in texts)


def phrase(node: Node, text: Text) -> str:
    """A text to look for as whole words; one without any word is a problem."""
    if not words_of(text.text):
        node.findings.add(
            text.place, f"{text.text!r} holds no word to look for; use `matches` with a regular expression"
        )
    return text.text


def bound(node: Node, what: str) -> Bound | None:
    """Limits of a number: at_least, at_most or both; a bare number is the one that is allowed."""
    if not node.is_map:
        number = node.number(f"{what} (a number, or at_least and at_most)")
        return None if number is None else Bound(at_least=number, at_most=number)
    return _limits(node, node.fields(what, LIMITS), what=what)


def value_tests(node: Node, what: str) -> ValueTests:
    """What is expected of a value: the value itself, or a map of tests."""
    if not node.is_map:
        value = node.json()
        return (EqualTo(value=value, written=None if isinstance(value, str) else node.scalar),)
    keys = [key.text for key, _ in node.entries(what)]
    if any(key in TESTS for key in keys):
        return _tests(node, what)
    if len(keys) == 1 and (near := get_close_matches(keys[0], TESTS, n=1, cutoff=0.75)):
        text = f"{what} has a test {keys[0]!r}, which is unknown; write a map with that key below `equals`"
        node.problem(text, near=near[0])
    return (EqualTo(value=node.json()),)


def _tests(node: Node, what: str) -> ValueTests:
    fields = node.fields(f"a test of {what}", TESTS)
    found: list[ValueTest] = []
    if (like := fields.get("like")) and like.text("like") is not None:
        found.append(Like(phrase=phrase(like, Text(like.scalar or "", like.place))))
    if (matches := fields.get("matches")) and (pattern := matches.pattern("matches")) is not None:
        found.append(Matches(pattern=pattern))
    if equals := fields.get("equals"):
        found.append(EqualTo(value=equals.json()))
    if any(limit in fields for limit in LIMITS) and (limits := _limits(node, fields, what=what)):
        found.append(Within(bound=limits))
    return tuple(found)


def _limits(node: Node, fields: dict[str, Node], *, what: str) -> Bound | None:
    limits = {key: fields[key].number(f"{key} of {what}") for key in LIMITS if key in fields}
    if not limits:
        node.problem(f"{what} needs at_least, at_most or both")
        return None
    found = Bound(at_least=limits.get("at_least"), at_most=limits.get("at_most"))
    if found.at_least is not None and found.at_most is not None and found.at_least > found.at_most:
        node.problem(f"{what} can't be {found}; no number is")
    return found
