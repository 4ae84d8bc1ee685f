"""What is left of the matched guidelines and active journeys once their relationships are taken into account."""

from dataclasses import replace

from ..domain.turn import Turn
from ..progress import path_before, standing
from ..resolution import resolve
from ..services import Services


async def resolve_relationships(turn: Turn, services: Services) -> Turn:
    """Resolve, and take back the moves of journeys that did not survive."""
    given = standing(turn)
    resolution = resolve(turn.agent, turn.matched, journeys=given, transient=turn.transient, round=turn.round)
    lost = set(given) - set(resolution.journeys)
    before = {journey.id: path_before(turn, journey) for journey in turn.agent.journeys if journey.id in lost}
    paths = {name: before.get(name, path) for name, path in turn.paths.items()}
    trace = replace(turn.trace, resolutions=(*turn.trace.resolutions, *resolution.outcomes))
    return replace(turn, active=resolution.active, journeys=resolution.journeys, paths=paths, trace=trace)
