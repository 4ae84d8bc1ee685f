"""What the situation calls for: guidelines are matched while journeys are followed, then what that brings up."""

from dataclasses import replace

from ..asking.asks import side_by_side
from ..domain.turn import Turn
from ..journeys.progress import triggered
from ..services import Services
from .disambiguate import disambiguate
from .follow_journeys import enter_journeys, follow_journeys
from .match_guidelines import match_guidelines, match_guidelines_of


async def understand(turn: Turn, services: Services) -> Turn:
    """Match and follow side by side; then enter the journeys that were triggered and match their own guidelines.

    Before a journey is entered, and at the end, what is unclear is set aside.
    """
    matched, followed = await side_by_side([match_guidelines(turn, services), follow_journeys(turn, services)])
    turn = await disambiguate(merged(turn, matched, followed=followed), services)
    surprises = triggered(turn)
    if not surprises:
        return turn
    names = [journey.id for journey in surprises]
    matched, followed = await side_by_side(
        [match_guidelines_of(turn, services, journeys=names), enter_journeys(turn, services, journeys=surprises)]
    )
    return await disambiguate(merged(turn, matched, followed=followed), services)


def merged(start: Turn, matched: Turn, *, followed: Turn) -> Turn:
    """What matching and following learned from the same start, in one turn."""
    base, extra = start.trace, followed.trace
    timing = replace(
        matched.trace.timing, asks=(*matched.trace.timing.asks, *extra.timing.asks[len(base.timing.asks) :])
    )
    trace = replace(
        matched.trace,
        moves=extra.moves,
        asks=(*matched.trace.asks, *extra.asks[len(base.asks) :]),
        timing=timing,
    )
    return replace(matched, paths=followed.paths, trace=trace, texts={**matched.texts, **followed.texts})
