"""Reading what is expected of replies, of the session and of usage from scenario files."""

from collections.abc import Callable, Iterator

from ...engine.domain.modes import SessionMode
from ..expectations.kinds import (
    Expectation,
    Quantity,
    ReplyCanned,
    ReplyEquals,
    ReplyKind,
    ReplyMatches,
    ReplyMentions,
    ReplyNotMatches,
    ReplyNotMentions,
    ReplyWas,
    ReplyWords,
    SessionLabelled,
    SessionMetadata,
    SessionModeIs,
    SessionVariable,
    UsageWithin,
)
from ..expectations.outside import ReplyJudged, ReplySimilar, SimulationReached, SimulationTurns
from ..expectations.value_tests import Bound, ValueTests
from .nodes import Node, Text
from .values import Item, Reader, bound, each, item_of, phrase, value_tests

MODES = tuple(mode.value for mode in SessionMode)
SIMILAR = ("to", "at_least")


def _phrases(make: Callable[[str], Expectation]) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        for text in node.texts("a phrase"):
            yield item_of(make(phrase(node, text)), text)

    return read


def _any_of(node: Node) -> Iterator[Item]:
    phrases = tuple(phrase(node, text) for text in node.texts("a phrase"))
    yield Item(expectation=ReplyMentions(phrases=phrases), words=node.written, place=node.place)


def _patterns(make: Callable[[str], Expectation]) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        for item in node.items("a regular expression"):
            if (pattern := item.pattern("a regular expression")) is not None:
                yield item_of(make(pattern), Text(pattern, item.place))

    return read


def _equals(node: Node) -> Iterator[Item]:
    if (text := node.text("equals")) is not None:
        yield Item(expectation=ReplyEquals(text=text), words=node.written, place=node.place)


def _was(kind: ReplyKind) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        if (expected := node.boolean(kind)) is not None:
            yield Item(expectation=ReplyWas(kind=kind, expected=expected), words=node.written, place=node.place)

    return read


def _bounded(make: Callable[[Bound], Expectation], *, what: str) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        if (limits := bound(node, what)) is not None:
            yield Item(expectation=make(limits), words=node.written, place=node.place)

    return read


def _mode(node: Node) -> Iterator[Item]:
    if (mode := node.one_of("mode", MODES)) is not None:
        yield Item(expectation=SessionModeIs(mode=SessionMode(mode)), words=mode, place=node.place)


def _values(make: Callable[[str, ValueTests], Expectation], *, what: str) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        for name, value in node.entries(what):
            expectation = make(name.text, value_tests(value, f"{what} {name.text!r}"))
            yield Item(expectation=expectation, words=f"{{{name.text}: {value.written}}}", place=name.place)

    return read


def _similar(node: Node) -> Iterator[Item]:
    fields = node.fields("similar", SIMILAR, required=SIMILAR)
    texts = tuple(text.text for text in fields["to"].texts("a text to resemble")) if "to" in fields else ()
    least = fields["at_least"].number("at_least of similar") if "at_least" in fields else None
    if least is not None and not 0 < least <= 1:
        fields["at_least"].problem(f"at_least of similar must be more than 0 and at most 1 (the same), not {least:g}")
    if texts and least is not None:
        yield Item(expectation=ReplySimilar(texts=texts, at_least=least), words=node.written, place=node.place)


def _reached(node: Node) -> Iterator[Item]:
    if (expected := node.boolean("reached")) is not None:
        yield Item(expectation=SimulationReached(expected=expected), words=node.written, place=node.place)


def _usage(quantity: Quantity) -> Reader:
    return _bounded(lambda limits: UsageWithin(quantity=quantity, bound=limits), what=quantity)


REPLY: dict[str, Reader] = {
    "equals": _equals,
    "mentions": _phrases(lambda text: ReplyMentions(phrases=(text,))),
    "any_of": _any_of,
    "matches": _patterns(lambda pattern: ReplyMatches(pattern=pattern)),
    "not_mentions": _phrases(lambda text: ReplyNotMentions(phrase=text)),
    "not_matches": _patterns(lambda pattern: ReplyNotMatches(pattern=pattern)),
    "canned": each(lambda name: ReplyCanned(response=name), what="a canned response", kind="canned response"),
    "from_canned": _was("from_canned"),
    "no_match": _was("no_match"),
    "silent": _was("silent"),
    "words": _bounded(lambda limits: ReplyWords(bound=limits), what="words"),
    "similar": _similar,
    "judge": each(lambda criterion: ReplyJudged(criterion=criterion), what="a criterion"),
}
SIMULATION: dict[str, Reader] = {
    "reached": _reached,
    "turns": _bounded(lambda limits: SimulationTurns(bound=limits), what="turns"),
}
SESSION: dict[str, Reader] = {
    "mode": _mode,
    "labels": each(lambda label: SessionLabelled(label=label), what="a label"),
    "metadata": _values(lambda key, tests: SessionMetadata(key=key, tests=tests), what="metadata"),
    "variables": _values(lambda name, tests: SessionVariable(variable=name, tests=tests), what="variables"),
}
USAGE: dict[str, Reader] = {
    "asks": _usage("asks"),
    "tokens": _usage("tokens"),
    "cost": _usage("cost"),
    "seconds": _usage("seconds"),
}
