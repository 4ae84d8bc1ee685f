"""Which of several identical calls one is: counted over the whole session, attempts included."""

from collections.abc import Iterable, Iterator, Mapping

from ..domain.session import ToolEvent
from ..domain.tool import ToolCall
from ..domain.turn import Turn
from ..domain.values import JSON, canonical_json, digest


def next_call(turn: Turn, tool: str, *, arguments: Mapping[str, JSON]) -> int:
    """1 for the first call of a tool with these arguments in the session, 2 for the second, and so on."""
    before = [*turn.session.state.unlisted, *_marks(_listed(turn)), *unlisted(turn)]
    return 1 + before.count(_mark(tool, arguments))


def unlisted(turn: Turn) -> tuple[str, ...]:
    """The calls of this turn that no event shows: they held for the turn alone."""
    shown = {call.id for call in _listed(turn)}
    return tuple(_marks(call for call in turn.calls if call.id not in shown))


def _listed(turn: Turn) -> Iterator[ToolCall]:
    events = (event for event in turn.session.events if isinstance(event, ToolEvent))
    return (call for event in events for call in event.calls)


def _marks(calls: Iterable[ToolCall]) -> Iterator[str]:
    """A call that was made once more after it had failed counts twice."""
    for call in calls:
        mark = _mark(call.tool, call.arguments)
        yield mark
        if call.retried is not None:
            yield mark


def _mark(tool: str, arguments: Mapping[str, JSON]) -> str:
    return digest(f"{tool} {canonical_json(dict(arguments))}")
