"""The code that authors attached to journeys, their states and the ways between them, as calls to be run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..author_code.engine_context import EngineContext
from ..author_code.functions import JourneyCode, JourneyHandler, StateHandler
from ..domain.journey import ROOT, Journey, State
from ..domain.matches import JourneyMatch, JourneyStateMatch
from ..domain.trace import JourneyMove
from ..domain.turn import Turn
from .handlers import HandlerCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A state in which an active journey stood in a turn, with the move by which it came there or stayed."""

    journey: Journey
    state: State
    move: JourneyMove

    @property
    def way(self) -> str | None:
        """The way that led there, as source->target; None where it stayed or went back."""
        if self.move.move in ("stayed", "backtracked"):
            return None
        origin = ROOT if self.move.move == "restarted" else (self.move.origin or ROOT)
        return f"{(origin, *self.move.via)[-1]}->{self.state.id}"

    @property
    def names(self) -> tuple[str, ...]:
        """Under which code may be attached to it: the way that led there, the state, and what it is a copy of."""
        way = (f"{self.journey.id}/{self.way}",) if self.way else ()
        return (*way, *self.state.names_in(self.journey.id))

    @property
    def match(self) -> JourneyStateMatch:
        """What its handlers are told."""
        return JourneyStateMatch(
            state_id=self.state.id,
            journey_id=self.journey.id,
            transition_id=self.way,
            rationale=self.move.rationale,
        )


def stops(turn: Turn) -> tuple[Stop, ...]:
    """Where the active journeys stood in this turn, in order: every state that was come to, or stayed in."""
    journeys = {journey.id: journey for journey in turn.active_journeys}
    found: list[Stop] = []
    for move in turn.trace.moves:
        journey = journeys.get(move.journey)
        if journey is not None and move.target is not None:
            found.append(Stop(journey=journey, state=journey.state(move.target), move=move))
    return tuple(found)


def last_stops(turn: Turn) -> tuple[Stop, ...]:
    """Where the active journeys stand now: what is said is said from there."""
    return tuple({stop.journey.id: stop for stop in stops(turn)}.values())


def selected_calls(turn: Turn, code: JourneyCode) -> Iterator[HandlerCall]:
    """The on_selected handlers of the active journeys and of every state in which they stood."""
    yield from _of_journeys(turn, code.selected, moment="on_selected")
    yield from _of_states(turn, stops(turn), handlers=code.state_selected, moment="on_selected")


def message_calls(turn: Turn, code: JourneyCode) -> Iterator[HandlerCall]:
    """The on_message handlers of the active journeys and of the states from which the agent spoke."""
    yield from _of_journeys(turn, code.message, moment="on_message")
    yield from _of_states(turn, last_stops(turn), handlers=code.state_message, moment="on_message")


def field_calls(turn: Turn, code: JourneyCode) -> Iterator[HandlerCall]:
    """The field providers of the states from which the agent is about to speak."""
    for stop in last_stops(turn):
        for name, provider in _attached(stop, code.fields):
            what = f"the canned_response_field_provider of {name!r}"
            yield HandlerCall(what=what, code=provider, arguments=(EngineContext(turn=turn),), gives_fields=True)


def _of_journeys(turn: Turn, handlers: Mapping[str, JourneyHandler], *, moment: str) -> Iterator[HandlerCall]:
    """Handlers of the active journeys, and of those that they are just going through by a link."""
    linked = (name.partition("/")[0] for stop in stops(turn) for name in stop.state.originals)
    for journey in dict.fromkeys((*turn.journeys, *linked)):
        if journey in handlers:
            what = f"the {moment} handler of journey {journey!r}"
            arguments = (EngineContext(turn=turn), JourneyMatch(journey_id=journey))
            yield HandlerCall(what=what, code=handlers[journey], arguments=arguments)


def _of_states(
    turn: Turn, stood: tuple[Stop, ...], *, handlers: Mapping[str, StateHandler], moment: str
) -> Iterator[HandlerCall]:
    for stop in stood:
        for name, handler in _attached(stop, handlers):
            arguments = (EngineContext(turn=turn), stop.match)
            yield HandlerCall(what=f"the {moment} handler of {name!r}", code=handler, arguments=arguments)


def _attached(stop: Stop, code: Mapping[str, Callable[..., Any]]) -> Iterator[tuple[str, Callable[..., Any]]]:
    return ((name, code[name]) for name in stop.names if name in code)
