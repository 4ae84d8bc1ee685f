"""The last step: what the engine must remember is saved with the session."""

from dataclasses import replace

from ..asking.situation import masking_of
from ..domain.journey import Journey, Path, position
from ..domain.session import AgentState
from ..domain.trace import JourneyMove, JourneyPosition
from ..domain.turn import Turn
from ..journeys.navigation import finish
from ..journeys.progress import ran_here
from ..services import Services
from ..tooling.counting import unlisted


async def conclude(turn: Turn, services: Services) -> Turn:
    """Complete the journeys that came to their end, add labels, and save applied guidelines and paths."""
    paths: dict[str, Path] = {**turn.paths, **{journey.id: _ended(turn, journey) for journey in turn.active_journeys}}
    applied = tuple(dict.fromkeys((*turn.session.state.applied, *turn.trace.followed)))
    session = turn.session.with_labels(_labels(turn))
    state = AgentState(
        trace_id=turn.trace_id,
        applied=applied,
        paths=paths,
        ran=_ran(turn, paths),
        unlisted=(*turn.session.state.unlisted, *unlisted(turn)),
        labels=session.labels,
        mode=session.mode,
    )
    masking = masking_of(turn)
    session = replace(session, states=(*session.states, state), masked=masking.known if masking else session.masked)
    moves = (*turn.trace.moves, *_endings(turn, paths))
    trace = replace(turn.trace, moves=moves, journeys=_positions(turn, paths), state=state)
    return replace(turn, session=session, paths=paths, trace=trace)


def _ended(turn: Turn, journey: Journey) -> Path:
    """The journey's path, with its run over when nothing is left to do in it."""
    path = turn.paths.get(journey.id, ())
    return finish(journey, path, tool_ran=ran_here(turn, journey), replied=turn.has_replied)


def _ran(turn: Turn, paths: dict[str, Path]) -> tuple[str, ...]:
    """The journeys that will begin the next turn in a tool state which has nothing left to do."""
    waiting = (journey for journey in turn.agent.journeys if position(paths.get(journey.id, ())) is not None)
    return tuple(journey.id for journey in waiting if ran_here(turn, journey))


def _endings(turn: Turn, paths: dict[str, Path]) -> list[JourneyMove]:
    """The moves of journeys that came to their end with this turn's reply."""
    return [
        JourneyMove(
            round=turn.round,
            journey=name,
            move="completed",
            origin=position(turn.paths.get(name, ())),
            target=None,
            rationale="nothing follows its last state",
        )
        for name, path in paths.items()
        if position(path) is None and position(turn.paths.get(name, ())) is not None
    ]


def _positions(turn: Turn, paths: dict[str, Path]) -> tuple[JourneyPosition, ...]:
    """Where each journey stood while the reply was composed, with its path at the turn's end."""
    return tuple(
        JourneyPosition(
            journey=journey.id,
            active=journey.id in turn.journeys,
            state=position(turn.paths.get(journey.id, ())),
            path=paths.get(journey.id, ()),
        )
        for journey in turn.agent.journeys
    )


def _labels(turn: Turn) -> tuple[str, ...]:
    guided = [label for guideline in turn.active_guidelines for label in guideline.labels]
    travelled = [label for journey in turn.active_journeys for label in journey.labels]
    standing = [label for _, state in turn.current_states for label in state.labels]
    return tuple(dict.fromkeys((*guided, *travelled, *standing)))
