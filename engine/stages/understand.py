"""What the situation calls for: guidelines are matched while journeys are followed, then what that brings up.

Which journeys start is known once their triggers were judged. So that nobody waits for two asks one after the other,
what the likeliest of them needs to know is asked beside the rest, and thrown away if it does not start.
"""

from dataclasses import replace

from ..asking.ahead import AskedAhead
from ..asking.asks import side_by_side
from ..domain.turn import Turn
from ..journeys.likely import likely_to_start, supposing
from ..journeys.progress import triggered
from ..services import Services
from .disambiguate import disambiguate
from .follow_journeys import enter_journeys, follow_journeys
from .match_guidelines import match_guidelines, match_guidelines_of


async def understand(turn: Turn, services: Services) -> Turn:
    """Match and follow side by side; then enter the journeys that were triggered and match their own guidelines.

    Before a journey is entered, and at the end, what is unclear is set aside.
    """
    ahead = AskedAhead(services.llm)
    matched, followed, _ = await side_by_side(
        [match_guidelines(turn, services), follow_journeys(turn, services), _look_ahead(turn, services, ahead=ahead)]
    )
    turn = await disambiguate(merged(turn, matched, followed=followed), services)
    if started := triggered(turn):
        prepared = replace(services, llm=ahead)
        names = [journey.id for journey in started]
        matched, followed = await side_by_side(
            [match_guidelines_of(turn, prepared, journeys=names), enter_journeys(turn, prepared, journeys=started)]
        )
        turn = await disambiguate(merged(turn, matched, followed=followed), services)
    return ahead.written_down(turn)


async def _look_ahead(turn: Turn, services: Services, *, ahead: AskedAhead) -> Turn:
    """Put the asks that follow if the likeliest journeys start. What comes of that is decided when they do."""
    likely = await likely_to_start(turn, services) if turn.round == 1 else ()
    if likely:
        supposed, names = supposing(turn, likely), [journey.id for journey in likely]
        await side_by_side(
            [
                ahead.put(lambda llm: enter_journeys(supposed, replace(services, llm=llm), journeys=likely)),
                ahead.put(
                    lambda llm: match_guidelines_of(turn, replace(services, llm=llm), journeys=names, by_code=False)
                ),
            ]
        )
    return turn


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
