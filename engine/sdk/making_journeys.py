"""Making a journey from what an author wrote."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict, Unpack, cast

from ..author_code.functions import JourneyHandler
from ..domain import journey as domain
from ..domain.modes import CompositionMode, Criticality
from ..domain.values import JSON
from . import kinds
from .checking import checked, refuse_unknown, shown
from .draft import AgentDraft
from .guidelines import Guideline
from .journey_draft import JourneyDraft
from .journeys import Journey
from .making import make_guideline
from .names import caller
from .relations import HasEndpoint, Tag, tag_ids


class JourneyTraits(TypedDict, total=False):
    """What a journey is beside its words."""

    triggers: Sequence[str | Guideline] | None
    conditions: Sequence[str | Guideline] | None
    composition_mode: CompositionMode | None
    on_selected: JourneyHandler | None
    on_message: JourneyHandler | None
    dependencies: Sequence[HasEndpoint] | None
    tags: Sequence[Tag | str] | None
    labels: Iterable[str] | None
    priority: int | None
    metadata: Mapping[str, JSON] | None


class JourneyOptions(JourneyTraits, total=False):
    """What may be said of a journey beside its title and description."""

    id: str | None


def make_journey(
    draft: AgentDraft,
    *,
    title: str,
    description: str | None = "",
    id: str | None = None,
    **options: Unpack[JourneyTraits],
) -> Journey:
    """Add a journey to an agent in the making; each trigger in words becomes an observation."""
    refuse_unknown(options, kinds.JOURNEY, of="a journey")
    given = {"title": title, "description": description, "id": id, **options}
    said = checked(f"journey {shown(title or id)}", given, kinds.JOURNEY, required=("title",))
    options = cast("JourneyTraits", {name: value for name, value in said.items() if name in options})
    journey_id = _free(draft, draft.id_for(draft.journeys, id, title))
    made = domain.Journey(
        id=journey_id,
        title=title,
        description=description or "",
        triggers=tuple(_trigger(draft, trigger) for trigger in _triggers(title, options)),
        composition_mode=options.get("composition_mode"),
        priority=options.get("priority") or 0,
        tags=tag_ids(options.get("tags") or ()),
        labels=tuple(options.get("labels") or ()),
        metadata=dict(options.get("metadata") or {}),
        source=caller(),
    )
    draft.journeys[journey_id] = JourneyDraft(journey=made)
    _add_code(draft, journey_id, options)
    journey = Journey(draft, journey_id)
    for dependency in options.get("dependencies") or ():
        draft.relate("dependency", journey.endpoint, target=dependency.endpoint)
    return journey


def _free(draft: AgentDraft, journey_id: str) -> str:
    if journey_id in draft.journeys:
        made_at = draft.journeys[journey_id].journey.source
        raise ValueError(f"a journey {journey_id!r} was declared at {made_at}; give this one another id=")
    return journey_id


def _triggers(title: str, options: JourneyTraits) -> Sequence[str | Guideline]:
    triggers, conditions = options.get("triggers"), options.get("conditions")
    if triggers is not None and conditions is not None:
        raise ValueError(f"journey {title!r}: conditions= and triggers= are two names for one thing; give one of them")
    return triggers if triggers is not None else (conditions or ())


def _add_code(draft: AgentDraft, journey_id: str, options: JourneyTraits) -> None:
    selected, message = options.get("on_selected"), options.get("on_message")
    if selected is not None:
        draft.journey_code.selected[journey_id] = selected
    if message is not None:
        draft.journey_code.message[journey_id] = message


def _trigger(draft: AgentDraft, trigger: str | Guideline) -> str:
    if isinstance(trigger, Guideline):
        if trigger.id not in draft.guidelines:
            raise ValueError(f"the trigger {trigger.id!r} was declared elsewhere; say its condition in words instead")
        return trigger.id
    return make_guideline(draft, condition=trigger, criticality=Criticality.MEDIUM).id
