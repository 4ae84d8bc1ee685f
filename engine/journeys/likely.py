"""Which journeys are likely to start in this turn, so that what they need to know can be asked without waiting."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..asking.situation import situation
from ..domain.guideline import Guideline
from ..domain.journey import ROOT, Journey
from ..domain.turn import Turn
from ..errors import ModelError
from ..knowledge.nearness import clearly_nearest
from ..masking import mask
from ..services import Services
from .progress import ended_just_now, is_under_way, triggered


async def likely_to_start(turn: Turn, services: Services) -> tuple[Journey, ...]:
    """The journeys that would start if what seems to trigger one did; none where nothing seems to.

    Triggers that always hold are certain. Failing those, the one counts that clearly lies nearest to what the customer
    says. A second one would cost an ask in many a turn, and be right in few.
    """
    triggers = tuple(_triggers(turn))
    certain = tuple(trigger.id for trigger in triggers if trigger.matching == "always")
    nearest = None if certain else await _nearest(turn, services, triggers=triggers)
    likely = (nearest,) if nearest else certain
    return triggered(replace(turn, matched=likely)) if likely else ()


def supposing(turn: Turn, journeys: Iterable[Journey]) -> Turn:
    """The turn as it will be if these journeys start."""
    return replace(turn, matched=tuple(name for journey in journeys for name in journey.triggers))


def _triggers(turn: Turn) -> Iterator[Guideline]:
    """What may start a journey in this turn, of the guidelines that are judged whatever journey starts."""
    open_to = [journey for journey in turn.agent.journeys if journey.ways_from(ROOT) and _may_start(turn, journey)]
    names = {name for journey in open_to for name in journey.triggers}
    under_way = {journey.id for journey in turn.agent.journeys if is_under_way(turn, journey)}
    for guideline in turn.guidelines:
        if guideline.id in names and (guideline.journey is None or guideline.journey in under_way):
            yield guideline


def _may_start(turn: Turn, journey: Journey) -> bool:
    """Whether it is not asked about anyway."""
    return not is_under_way(turn, journey) and not ended_just_now(turn, journey)


async def _nearest(turn: Turn, services: Services, *, triggers: tuple[Guideline, ...]) -> str | None:
    told = situation(turn)
    said = "\n".join(told.newest)
    texts = {trigger.id: (trigger.condition,) for trigger in triggers if trigger.condition}
    if not said or not texts:
        return None
    try:
        return await clearly_nearest(services, mask(told.masking, said) if told.masking else said, texts=texts)
    except ModelError:
        return None  # nothing is lost but the time that asking ahead would have saved
