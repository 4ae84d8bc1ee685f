"""Making a guideline from what an author wrote."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypedDict, Unpack, cast

from ..author_code.functions import FieldProvider, GuidelineHandler
from ..author_code.matching import Matcher, Strategy
from ..domain.guideline import Guideline, Matching, Properties
from ..domain.modes import CompositionMode, Criticality
from ..domain.relationship import Endpoint
from ..domain.values import JSON, slug
from ..errors import UnknownNameError
from . import guidelines as handles
from . import kinds
from .checking import checked, refuse_unknown
from .draft import AgentDraft
from .match_always import MATCH_ALWAYS
from .names import caller, here
from .relations import HasEndpoint, Tag, tag_ids
from .tool_references import Grant, ToolRef, tool_id


class GuidelineTraits(TypedDict, total=False):
    """What a guideline is beside its words."""

    description: str | None
    title: str | None
    id: str | None
    tools: Iterable[ToolRef] | None
    tool_configuration: Mapping[str, Mapping[str, Mapping[str, JSON]]] | None
    canned_responses: Sequence[str] | None
    criticality: Criticality | str | None
    composition_mode: CompositionMode | None
    tags: Sequence[Tag | str] | None
    labels: Iterable[str] | None
    priority: int | None
    enabled: bool | None
    track: bool | None
    continuous: bool | None
    customer_dependent: bool | None
    metadata: Mapping[str, JSON] | None


class GuidelineFunctions(TypedDict, total=False):
    """The code that may belong to a guideline."""

    matcher: Matcher | None
    matching_strategy: Strategy | None
    on_selected: GuidelineHandler | None
    on_message: GuidelineHandler | None
    canned_response_field_provider: FieldProvider | None


class GuidelineOptions(GuidelineTraits, GuidelineFunctions, total=False):
    """What may be said of a guideline beside its condition and action."""

    dependencies: Sequence[HasEndpoint] | None


def make_guideline(
    draft: AgentDraft,
    *,
    condition: str | None = None,
    action: str | None = None,
    journey: str | None = None,
    **options: Unpack[GuidelineOptions],
) -> handles.Guideline:
    """Add a guideline to an agent in the making. Without a condition, or with MATCH_ALWAYS, it always applies."""
    refuse_unknown(options, kinds.GUIDELINE, of="a guideline")
    said = checked(
        _what(condition, action, options), {"condition": condition, "action": action, **options}, kinds.GUIDELINE
    )
    condition, action = said.pop("condition", None), said.pop("action", None)
    options = cast("GuidelineOptions", said)
    matcher, strategy = options.get("matcher"), options.get("matching_strategy")
    if matcher is not None and strategy is not None:
        raise ValueError(f"{_place()}matcher= and matching_strategy= both decide whether it applies; give one of them")
    if not (condition or "").strip() and not (action or "").strip() and matcher is None and strategy is None:
        raise ValueError(f"{_place()}a guideline needs a condition, an action or a matcher; give it one of them")
    guideline_id = _id(draft, options, texts=(condition, action))
    draft.guidelines[guideline_id] = replace(
        _value(guideline_id, options),
        condition=(condition or "").strip(),
        action=(action or "").strip(),
        matching="strategy" if strategy is not None else _matching(condition, matcher),
        tools=draft.use_tools(options.get("tools") or ()),
        journey=journey,
        source=caller(),
    )
    _keep_functions(draft, guideline_id, options)
    made = handles.Guideline(draft, guideline_id)
    for target in (*(options.get("dependencies") or ()), *([_Scope(journey)] if journey else [])):
        draft.relate("dependency", made.endpoint, target=target.endpoint)
    return made


def grant_tools(draft: AgentDraft, tools: Iterable[Grant] | Mapping[str, str]) -> None:
    """List the tools that an agent may call; what it may use at any time hangs on an observation that always holds."""
    names = draft.grant_tools(tools)
    if names:
        make_guideline(draft, id="tools-at-hand", matcher=MATCH_ALWAYS, tools=names)


def make_observation(
    draft: AgentDraft, *, condition: str | None = None, journey: str | None = None, **options: Unpack[GuidelineOptions]
) -> handles.Guideline:
    """Add an observation to an agent in the making: a guideline that may not have an action."""
    if "action" in options:
        raise ValueError(
            f"{_place()}an observation has no action: leave action= out, or declare it with create_guideline()"
        )
    return make_guideline(draft, condition=condition, journey=journey, **options)


def _id(draft: AgentDraft, options: GuidelineOptions, *, texts: tuple[str | None, ...]) -> str:
    """The author's id, which must be free, else one made of title, condition and action."""
    words = [text for text in (options.get("title"), *texts) if text] or ["always"]
    given = options.get("id")
    guideline_id = _free(draft, draft.id_for(draft.guidelines, given, *words))
    if given is None and guideline_id != slug(words[0]):
        draft.collisions[guideline_id] = slug(words[0])
    return guideline_id


def _keep_functions(draft: AgentDraft, guideline_id: str, options: GuidelineOptions) -> None:
    matcher = options.get("matcher")
    if matcher is not None and matcher is not MATCH_ALWAYS:
        draft.matchers[guideline_id] = matcher
    if (strategy := options.get("matching_strategy")) is not None:
        draft.strategies[guideline_id] = strategy
    if (selected := options.get("on_selected")) is not None:
        draft.on_selected[guideline_id] = selected
    if (message := options.get("on_message")) is not None:
        draft.on_message[guideline_id] = message
    if (provider := options.get("canned_response_field_provider")) is not None:
        draft.field_providers[guideline_id] = provider


def _value(guideline_id: str, options: GuidelineOptions) -> Guideline:
    """What the author said of a guideline beside its words."""
    stated = dict(options.get("metadata") or {})
    return Guideline(
        id=guideline_id,
        description=options.get("description") or "",
        title=options.get("title") or "",
        canned_responses=tuple(options.get("canned_responses") or ()),
        criticality=criticality_of(options.get("criticality") or Criticality.MEDIUM),
        composition_mode=options.get("composition_mode"),
        priority=options.get("priority") or 0,
        tags=tag_ids(options.get("tags") or ()),
        labels=tuple(options.get("labels") or ()),
        enabled=options.get("enabled") is not False,
        track=options.get("track") is not False,
        tool_configuration=_plain(options.get("tool_configuration") or {}),
        properties=_properties(stated, options),
        metadata=stated,
    )


def criticality_of(word: Criticality | str) -> Criticality:
    """How critical a guideline is, by the word for it. Raises UnknownNameError for another word."""
    folded = word.strip().lower()
    words = [each.value for each in Criticality]
    if folded not in words:
        raise UnknownNameError(kind="criticality", name=word, known=words, place=here())
    return Criticality(folded)


def _plain(configuration: Mapping[str, Mapping[str, JSON]]) -> dict[str, JSON]:
    """A tool_configuration as data of its own, so that changing what was given changes nothing."""
    return {tool_id(name): deepcopy(said) for name, said in configuration.items()}


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


PROPERTY_KEYS = (
    "continuous",
    "customer_dependent",
    "customer_part",
    "agent_part",
    "agent_intention",
    "rewritten_condition",
    "internal_action",
)
"""Keys of a guideline's metadata that the engine reads: what is stated there need not be inferred."""


def _properties(metadata: Mapping[str, Any], options: GuidelineOptions) -> Properties:
    """The properties that the author stated, as options or among the metadata; options count more."""
    stated = {key: metadata[key] for key in PROPERTY_KEYS if key in metadata}
    for name in ("continuous", "customer_dependent"):
        if (value := options.get(name)) is not None:
            stated[name] = value
    return Properties(**stated)


def _what(condition: object, action: object, options: Mapping[str, object]) -> str:
    """A guideline in the making, as a message names it."""
    words = (options.get("id"), options.get("title"), condition, action)
    return f"guideline {next((word for word in words if isinstance(word, str) and word.strip()), '')!r}"


def _place() -> str:
    """Where the author's call stands, as the beginning of a message."""
    made_at = caller()
    return f"{made_at}: " if made_at else ""
