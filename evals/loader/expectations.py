"""Reading expectations from scenario files: the groups below `expect`, and those of guidelines and journeys."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import cast, get_args

from ...engine.domain.journey import MARKERS
from ..expectations.code import CodeHolds
from ..expectations.kinds import (
    ANY_STATES,
    DropReason,
    Expectation,
    GuidelineApplied,
    GuidelineConsidered,
    GuidelineDropped,
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesInOrder,
    GuidelinesOnly,
    JourneyActive,
    JourneyAt,
    JourneyEnded,
    JourneyInactive,
    JourneyPath,
    JourneyTook,
)
from ..scenario import Expected
from .expectation_keys import OF_ALL
from .nodes import Node, Text
from .replies import REPLY, SESSION, SIMULATION, USAGE
from .secrets import SECRET
from .tools import TOOL_KEYS, tool_items
from .values import Item, Reader, each, named, together

ARROW = "->"
CHECK = "check"
CODE = re.compile(r"[\w.-]+|[^:]+\.py:\w+|[\w.]+:\w+")
"""A registered name, a function of a file, a function of a module."""


def _guidelines(make: Callable[[str], Expectation]) -> Reader:
    return each(make, what="a guideline", kind="guideline")


def _journeys(make: Callable[[str], Expectation]) -> Reader:
    return each(make, what="a journey", kind="journey")


def _dropped(node: Node) -> Iterator[Item]:
    for guideline, reason in node.entries("dropped (a guideline and the reason)"):
        found = reason.one_of("the reason of a drop", get_args(DropReason))
        if found is not None:
            yield Item(
                expectation=GuidelineDropped(guideline=guideline.text, reason=cast(DropReason, found)),
                words=f"{{{guideline.text}: {found}}}",
                place=guideline.place,
                names=named("guideline", [guideline]),
            )


def _at(node: Node) -> Iterator[Item]:
    for journey, value in node.entries("at (a journey and its state)"):
        if (state := value.text("a state")) is not None:
            yield Item(
                expectation=JourneyAt(journey=journey.text, state=state),
                words=f"{{{journey.text}: {state}}}",
                place=journey.place,
                names=(*named("journey", [journey]), *named("state", value.texts("a state"), within=journey.text)),
            )


def _path(node: Node) -> Iterator[Item]:
    for journey, value in node.entries("path (a journey and its states)"):
        steps = value.texts("a state", may_be_empty=True)
        states = [step for step in steps if step.text not in (*ANY_STATES, *MARKERS)]
        yield Item(
            expectation=JourneyPath(journey=journey.text, path=tuple(step.text for step in steps)),
            words=f"{{{journey.text}: {value.written}}}",
            place=journey.place,
            names=(*named("journey", [journey]), *named("state", states, within=journey.text)),
        )


def _transitions(node: Node) -> Iterator[Item]:
    for journey, value in node.entries("transitions (a journey and the ways it went)"):
        for way in value.texts("a transition (from -> to)"):
            ends = [end.strip() for end in way.text.split(ARROW)]
            if len(ends) != 2 or not all(ends):
                node.findings.add(way.place, f"the transition {way.text!r} must name two states, as in ask -> confirm")
                continue
            transition = Text(ARROW.join(ends), way.place)
            yield Item(
                expectation=JourneyTook(journey=journey.text, transition=transition.text),
                words=f"{{{journey.text}: {transition.text}}}",
                place=way.place,
                names=(*named("journey", [journey]), *named("transition", [transition], within=journey.text)),
            )


GUIDELINES: dict[str, Reader] = {
    "fired": _guidelines(lambda name: GuidelineFired(guideline=name)),
    "only": together(lambda names: GuidelinesOnly(guidelines=names), what="a guideline", may_be_empty=True),
    "not_fired": _guidelines(lambda name: GuidelineNotFired(guideline=name)),
    "considered": _guidelines(lambda name: GuidelineConsidered(guideline=name)),
    "dropped": _dropped,
    "applied": _guidelines(lambda name: GuidelineApplied(guideline=name)),
}
OVER_THE_CONVERSATION: dict[str, Reader] = {
    "ever": GUIDELINES["fired"],
    "never": GUIDELINES["not_fired"],
    "in_order": together(lambda names: GuidelinesInOrder(guidelines=names), what="a guideline"),
}
JOURNEYS: dict[str, Reader] = {
    "active": _journeys(lambda name: JourneyActive(journey=name)),
    "inactive": _journeys(lambda name: JourneyInactive(journey=name)),
    "at": _at,
    "path": _path,
    "transitions": _transitions,
    "completed": _journeys(lambda name: JourneyEnded(journey=name, how="completed")),
    "left": _journeys(lambda name: JourneyEnded(journey=name, how="left")),
}
READERS = {
    "guidelines": GUIDELINES,
    "journeys": JOURNEYS,
    "reply": REPLY,
    "session": SESSION,
    "usage": USAGE,
    "simulation": SIMULATION,
    "secret": SECRET,
}
GROUPS = (*READERS, "tools", CHECK)
KEYS_OF = {**READERS, "guidelines": (*GUIDELINES, *OVER_THE_CONVERSATION), "tools": TOOL_KEYS}
HOW_OFTEN = Counter(key for keys in KEYS_OF.values() for key in keys)
PLACES = {key: f"{group}.{key}" for group, keys in KEYS_OF.items() for key in keys if HOW_OFTEN[key] == 1}
"""Where each key belongs that only one group has."""


def expectations(node: Node, *, whole: bool) -> tuple[Expected, ...]:
    """What is expected below an `expect` key, of a turn or of the whole conversation."""
    _refuse_empty(node, "expect")
    groups = node.fields("expect", GROUPS, elsewhere=PLACES)
    return tuple(each for group, below in groups.items() for each in _group(group, below, whole=whole))


def _group(group: str, node: Node, *, whole: bool) -> Iterator[Expected]:
    _refuse_empty(node, group)
    if group in OF_ALL and not whole:
        node.problem(f"{group!r} is about the whole conversation; move it to the scenario's own expect")
        return
    if group == CHECK:
        yield from _code(node)
        return
    for key, item in _items(group, node, whole=whole):
        words = f"{group}.{key}: {item.words}"
        yield Expected(expectation=item.expectation, words=words, place=item.place, names=item.names)


def _code(node: Node) -> Iterator[Expected]:
    for check in node.texts("a check (checks.py:function)"):
        if check.text.endswith(".py"):
            node.findings.add(
                check.place, f"the check {check.text!r} names a file; add its function: {check.text}:NAME"
            )
        elif not CODE.fullmatch(check.text):
            text = f"the check {check.text!r} must be file.py:function, module:function, or a registered name"
            node.findings.add(check.place, text)
        yield Expected(expectation=CodeHolds(check=check.text), words=f"{CHECK}: {check.text}", place=check.place)


def _items(group: str, node: Node, *, whole: bool) -> Iterator[tuple[str, Item]]:
    if group == "tools":
        yield from tool_items(node.fields(group, TOOL_KEYS, elsewhere=PLACES))
        return
    readers = READERS[group]
    late = OVER_THE_CONVERSATION if group == "guidelines" else {}
    for key, below in node.fields(group, (*readers, *late), elsewhere=PLACES).items():
        if key in late and not whole:
            below.problem(f"{key!r} is about the whole conversation; move it to the scenario's own expect")
        else:
            yield from ((key, item) for item in (readers | late)[key](below))


def _refuse_empty(node: Node, what: str) -> None:
    if node.is_empty:
        node.problem(f"{what} is empty; say what is expected, or leave the key out")
