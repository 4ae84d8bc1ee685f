"""Making a guideline from what an author wrote."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from ..domain.guideline import Guideline, Matching, Properties
from ..domain.modes import CompositionMode, Criticality
from ..domain.relationship import Endpoint
from ..domain.values import JSON
from ..services import GuidelineMatch, GuidelineMatchingContext, Matcher
from . import guidelines as handles
from .draft import AgentDraft
from .names import caller
from .relations import HasEndpoint, Tag, tag_ids
from .tools import ToolEntry, ToolId


async def MATCH_ALWAYS(context: GuidelineMatchingContext, guideline: Guideline) -> GuidelineMatch:  # noqa: N802  # the documented name
    """The matcher of guidelines that hold in every turn."""
    return GuidelineMatch(id=guideline.id, matched=True, rationale="it always applies")


class GuidelineOptions(TypedDict, total=False):
    """What may be said of a guideline beside its condition and action."""

    description: str | None
    title: str | None
    id: str | None
    tools: Iterable[ToolEntry | ToolId | str]
    canned_responses: Sequence[str]
    criticality: Criticality | str
    composition_mode: CompositionMode | None
    matcher: Matcher | None
    tags: Sequence[Tag | str]
    labels: Iterable[str]
    dependencies: Sequence[HasEndpoint]
    priority: int
    enabled: bool
    track: bool
    metadata: Mapping[str, JSON] | None


def make_guideline(
    draft: AgentDraft,
    *,
    condition: str | None = None,
    action: str | None = None,
    description: str | None = None,
    title: str | None = None,
    id: str | None = None,
    tools: Iterable[ToolEntry | ToolId | str] = (),
    canned_responses: Sequence[str] = (),
    criticality: Criticality | str = Criticality.MEDIUM,
    composition_mode: CompositionMode | None = None,
    matcher: Matcher | None = None,
    tags: Sequence[Tag | str] = (),
    labels: Iterable[str] = (),
    dependencies: Sequence[HasEndpoint] = (),
    priority: int = 0,
    enabled: bool = True,
    track: bool = True,
    metadata: Mapping[str, JSON] | None = None,
    journey: str | None = None,
) -> handles.Guideline:
    """Add a guideline to an agent in the making. Without a condition, or with MATCH_ALWAYS, it always applies."""
    stated = dict(metadata or {})
    words = [text for text in (title, condition, action) if text]
    guideline_id = draft.id_for(draft.guidelines, id, *(words or ["always"]))
    draft.guidelines[guideline_id] = Guideline(
        id=_free(draft, guideline_id),
        condition=(condition or "").strip(),
        action=(action or "").strip(),
        description=description or "",
        title=title or "",
        matching=_matching(condition, matcher),
        tools=draft.use_tools(tools),
        canned_responses=tuple(canned_responses),
        criticality=Criticality(criticality),
        composition_mode=composition_mode,
        priority=priority,
        journey=journey,
        tags=tag_ids(tags),
        labels=tuple(labels),
        enabled=enabled,
        track=track,
        properties=_properties(stated),
        metadata=stated,
        source=caller(),
    )
    if matcher is not None and matcher is not MATCH_ALWAYS:
        draft.matchers[guideline_id] = matcher
    made = handles.Guideline(draft, guideline_id)
    for target in (*dependencies, *([_scope(journey)] if journey else [])):
        draft.relate("dependency", made.endpoint, target=target.endpoint)
    return made


class _Scope:
    """A journey as the dependency of what was declared on it."""

    def __init__(self, journey: str) -> None:
        self.endpoint = Endpoint(kind="journey", id=journey)


def _scope(journey: str) -> _Scope:
    return _Scope(journey)


def _free(draft: AgentDraft, guideline_id: str) -> str:
    if guideline_id in draft.guidelines:
        made_at = draft.guidelines[guideline_id].source
        raise ValueError(f"a guideline {guideline_id!r} was declared at {made_at}; give this one another id=")
    return guideline_id


def _matching(condition: str | None, matcher: Matcher | None) -> Matching:
    if matcher is MATCH_ALWAYS or (matcher is None and not (condition or "").strip()):
        return "always"
    return "code" if matcher is not None else "model"


PROPERTY_KEYS = ("continuous", "customer_dependent", "customer_part", "agent_part")


def _properties(metadata: Mapping[str, Any]) -> Properties:
    """The properties that the author stated among the metadata."""
    return Properties(**{key: metadata[key] for key in PROPERTY_KEYS if key in metadata})
