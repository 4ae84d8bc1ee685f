"""Where journeys stand in the middle of a turn."""

from .domain.journey import Journey, position
from .domain.session import ToolEvent
from .domain.turn import Turn


def ran_here(turn: Turn, journey: Journey, *, this_turn: bool = False) -> bool:
    """Whether the journey stands in a tool state whose tool has run for it, in this turn or earlier."""
    at = position(turn.paths.get(journey.id, ()))
    if at is None or journey.state(at).kind != "tool":
        return False
    reason = f"state:{journey.id}/{at}"
    if any(reason in call.because for call in turn.calls):
        return True
    earlier = (event for event in turn.session.events if isinstance(event, ToolEvent))
    return not this_turn and any(reason in call.because for event in earlier for call in event.calls)


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
