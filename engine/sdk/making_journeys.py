"""Making a journey from what an author wrote."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from ..domain import journey as domain
from ..domain.modes import CompositionMode, Criticality
from ..domain.values import JSON
from .draft import AgentDraft, JourneyDraft
from .guidelines import Guideline
from .journeys import Journey
from .making import make_guideline
from .names import caller
from .relations import HasEndpoint, Tag, tag_ids


class JourneyOptions(TypedDict, total=False):
    """What may be said of a journey beside its title and description."""

    triggers: Sequence[str | Guideline] | None
    conditions: Sequence[str | Guideline] | None
    composition_mode: CompositionMode | None
    dependencies: Sequence[HasEndpoint]
    tags: Sequence[Tag | str]
    labels: Iterable[str]
    priority: int
    metadata: Mapping[str, JSON] | None
    id: str | None


def make_journey(
    draft: AgentDraft,
    *,
    title: str,
    description: str = "",
    triggers: Sequence[str | Guideline] | None = None,
    conditions: Sequence[str | Guideline] | None = None,
    composition_mode: CompositionMode | None = None,
    dependencies: Sequence[HasEndpoint] = (),
    tags: Sequence[Tag | str] = (),
    labels: Iterable[str] = (),
    priority: int = 0,
    metadata: Mapping[str, JSON] | None = None,
    id: str | None = None,
) -> Journey:
    """Add a journey to an agent in the making; each trigger in words becomes an observation."""
    if triggers is not None and conditions is not None:
        raise ValueError(f"journey {title!r}: conditions= and triggers= are two names for one thing; give one of them")
    wanted = triggers if triggers is not None else (conditions or ())
    journey_id = draft.id_for(draft.journeys, id, title)
    made = domain.Journey(
        id=journey_id,
        title=title,
        description=description,
        triggers=tuple(_trigger(draft, trigger) for trigger in wanted),
        composition_mode=composition_mode,
        priority=priority,
        tags=tag_ids(tags),
        labels=tuple(labels),
        metadata=dict(metadata or {}),
        source=caller(),
    )
    draft.journeys[journey_id] = JourneyDraft(journey=made)
    journey = Journey(draft, journey_id)
    for dependency in dependencies:
        draft.relate("dependency", journey.endpoint, target=dependency.endpoint)
    return journey


def _trigger(draft: AgentDraft, trigger: str | Guideline) -> str:
    if isinstance(trigger, Guideline):
        return trigger.id
    return make_guideline(draft, condition=trigger, criticality=Criticality.MEDIUM).id
