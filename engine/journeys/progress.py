"""Where journeys stand in the middle of a turn."""

from itertools import takewhile

from ..domain.journey import Journey, Path, known_part, position
from ..domain.session import ToolEvent
from ..domain.turn import Turn


def path_before(turn: Turn, journey: Journey) -> Path:
    """The journey's path as the turn before left it, without what the definition has lost since."""
    return known_part(journey, turn.session.state.paths.get(journey.id, ()))


def just_ran(turn: Turn, journey: Journey) -> bool:
    """Whether the journey stands in a tool state whose tool ran for it in the round before."""
    reason = _reason(turn, journey)
    return reason is not None and any(reason in call.because for call in turn.latest)


def ran_here(turn: Turn, journey: Journey) -> bool:
    """Whether the journey stands in a tool state whose tool has run for it since it entered that state."""
    reason = _reason(turn, journey)
    if reason is None:
        return False
    path = turn.paths.get(journey.id, ())
    moved = path != path_before(turn, journey)
    entered = max((move.round for move in turn.trace.moves if moved and move.journey == journey.id), default=0)
    # What has run for a state is not offered for it again, so a tool offered there since and called has run there.
    offered = {item.tool for item in turn.trace.offered if item.round >= entered and reason in item.because}
    if any(call.tool in offered and reason in call.because for call in turn.calls):
        return True
    return not moved and (journey.id in turn.session.state.ran or reason in _reasons_of_failed_turns(turn))


def _reason(turn: Turn, journey: Journey) -> str | None:
    """What the calls made for the journey's tool state name as their reason; None where it stands in no such state."""
    at = position(turn.paths.get(journey.id, ()))
    return f"state:{journey.id}/{at}" if at is not None and journey.state(at).kind == "tool" else None


def _reasons_of_failed_turns(turn: Turn) -> frozenset[str]:
    """What was called since the engine last saved its state: the tools of a turn that failed have run all the same."""
    saved = turn.session.state.trace_id
    later = takewhile(lambda event: not saved or event.trace_id != saved, reversed(turn.session.events))
    calls = (call for event in later if isinstance(event, ToolEvent) for call in event.calls)
    return frozenset(reason for call in calls for reason in call.because)


def is_under_way(turn: Turn, journey: Journey) -> bool:
    """Whether the journey stands in a state."""
    return position(turn.paths.get(journey.id, ())) is not None


def ended_just_now(turn: Turn, journey: Journey) -> bool:
    """Whether the journey's run was over with the last turn, having been under way in the one before."""
    if is_under_way(turn, journey) or len(turn.session.states) < 1:
        return False
    before = turn.session.states[-2].paths.get(journey.id, ()) if len(turn.session.states) > 1 else ()
    return bool(turn.paths.get(journey.id, ())) and before != turn.session.state.paths.get(journey.id, ())


def triggered(turn: Turn) -> tuple[Journey, ...]:
    """The journeys that are not under way, of which a trigger holds, and which did not move in this turn yet."""
    moved = {move.journey for move in turn.trace.moves if move.move != "stayed"}
    matched = set(turn.matched)
    return tuple(
        journey
        for journey in turn.agent.journeys
        if journey.id not in moved
        and matched & set(journey.triggers)
        and position(turn.paths.get(journey.id, ())) is None
    )


def standing(turn: Turn) -> tuple[str, ...]:
    """The journeys active before resolution: under way, ended just now, or triggered with nothing to say."""
    matched = set(turn.matched)
    ended = {move.journey for move in turn.trace.moves if move.move == "completed"}
    return tuple(
        journey.id
        for journey in turn.agent.journeys
        if position(turn.paths.get(journey.id, ())) is not None
        or journey.id in ended
        or (len(journey.states) == 1 and matched & set(journey.triggers))
    )
