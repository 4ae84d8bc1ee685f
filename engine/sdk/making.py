"""Making a guideline from what an author wrote."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from ..domain.guideline import Guideline, Matching, Properties
from ..domain.modes import CompositionMode, Criticality
from ..domain.relationship import Endpoint
from ..domain.values import JSON
from ..errors import UnknownNameError
from ..services import GuidelineMatch, GuidelineMatchingContext, Matcher
from . import guidelines as handles
from .draft import AgentDraft
from .names import caller
from .relations import HasEndpoint, Tag, tag_ids
from .tools import ToolEntry, ToolId


async def MATCH_ALWAYS(context: GuidelineMatchingContext, guideline: Guideline) -> GuidelineMatch:  # noqa: N802  # the documented name
    """The matcher of guidelines that hold in every turn."""
    return GuidelineMatch(id=guideline.id, matched=True, rationale="it always applies")


class GuidelineTraits(TypedDict, total=False):
    """What a guideline is beside its words."""

    description: str | None
    title: str | None
    id: str | None
    tools: Iterable[ToolEntry | ToolId | str]
    canned_responses: Sequence[str]
    criticality: Criticality | str
    composition_mode: CompositionMode | None
    tags: Sequence[Tag | str]
    labels: Iterable[str]
    priority: int
    enabled: bool
    track: bool
    metadata: Mapping[str, JSON] | None


class GuidelineOptions(GuidelineTraits, total=False):
    """What may be said of a guideline beside its condition and action."""

    matcher: Matcher | None
    dependencies: Sequence[HasEndpoint]


def make_guideline(
    draft: AgentDraft,
    *,
    condition: str | None = None,
    action: str | None = None,
    journey: str | None = None,
    matcher: Matcher | None = None,
    dependencies: Sequence[HasEndpoint] = (),
    **options: Unpack[GuidelineTraits],
) -> handles.Guideline:
    """Add a guideline to an agent in the making. Without a condition, or with MATCH_ALWAYS, it always applies."""
    _known_options(options)
    words = [text for text in (options.get("title"), condition, action) if text]
    guideline_id = _free(draft, draft.id_for(draft.guidelines, options.get("id"), *(words or ["always"])))
    value = replace(
        _value(guideline_id, options),
        condition=(condition or "").strip(),
        action=(action or "").strip(),
        matching=_matching(condition, matcher),
        tools=draft.use_tools(options.get("tools", ())),
        journey=journey,
        source=caller(),
    )
    draft.guidelines[guideline_id] = value
    if matcher is not None and matcher is not MATCH_ALWAYS:
        draft.matchers[guideline_id] = matcher
    made = handles.Guideline(draft, guideline_id)
    for target in (*dependencies, *([_Scope(journey)] if journey else [])):
        draft.relate("dependency", made.endpoint, target=target.endpoint)
    return made


def _value(guideline_id: str, options: GuidelineTraits) -> Guideline:
    """What the author said of a guideline beside its words."""
    stated = dict(options.get("metadata") or {})
    return Guideline(
        id=guideline_id,
        description=options.get("description") or "",
        title=options.get("title") or "",
        canned_responses=tuple(options.get("canned_responses", ())),
        criticality=Criticality(options.get("criticality", Criticality.MEDIUM)),
        composition_mode=options.get("composition_mode"),
        priority=options.get("priority", 0),
        tags=tag_ids(options.get("tags", ())),
        labels=tuple(options.get("labels", ())),
        enabled=options.get("enabled", True),
        track=options.get("track", True),
        properties=_properties(stated),
        metadata=stated,
    )


def _known_options(options: Mapping[str, Any]) -> None:
    """Refuse what no guideline has: a misspelt option must not vanish."""
    known = GuidelineOptions.__annotations__
    for name in options:
        if name not in known:
            raise UnknownNameError(kind="option of a guideline", name=name, known=known, place=str(caller() or ""))


class _Scope:
    """A journey as the dependency of what was declared on it."""

    def __init__(self, journey: str) -> None:
        self.endpoint = Endpoint(kind="journey", id=journey)


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
