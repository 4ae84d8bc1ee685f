"""Making an agent from what an author wrote."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack, cast

from ..author_code.functions import WordingCode
from ..author_code.matching import Strategy
from ..author_code.perceived_performance import PerceivedPerformancePolicy, PreambleConfiguration
from ..author_code.planning import NullPlanner, Planner
from ..decisions.own_examples import read_examples
from ..domain.agent import ITERATIONS, NO_MATCH, AgentDefinition
from ..domain.example import Example
from ..domain.knowledge import CannedResponse
from ..domain.modes import CompositionMode, OutputMode
from ..domain.relationship import Relationship
from ..domain.tool import Permission
from ..domain.values import JSON
from . import kinds
from .checking import checked, refuse_unknown, shown
from .configuring import ContextConfig, Sensitive, context_policy, sensitive_patterns
from .draft import AgentDraft
from .making import grant_tools
from .models import ModelLike, check_decisions, configured
from .names import caller, here, readable_id
from .relations import Tag, tag_ids
from .tool_references import Grant, ServerTools, permission
from .writing import Written, add_guidelines


class AgentOptions(TypedDict, total=False):
    """What may be said of an agent beside its name and description."""

    id: str | None
    composition_mode: CompositionMode | None
    output_mode: OutputMode | None
    perceived_performance_policy: PerceivedPerformancePolicy | None
    preamble_config: PreambleConfiguration | None
    planner: Planner | None
    max_engine_iterations: int | None
    tags: Sequence[Tag | str] | None
    metadata: Mapping[str, JSON] | None
    model: ModelLike | None
    llm_config: Mapping[str, Any] | None
    models: Mapping[str, ModelLike] | None
    no_match_response: str | None
    tools: Iterable[Grant] | Mapping[str, str] | None
    permission_ceiling: Permission | None
    guidelines: Iterable[Written] | Mapping[str, str | Mapping[str, Any]] | None
    context_config: ContextConfig | Mapping[str, Any] | None
    evaluation_config: Mapping[str, Any] | None
    sensitive: Sensitive | None
    remembered_sessions: int | None
    examples: Mapping[str, Sequence[Mapping[str, Any]]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a server has for its agents: for those without their own, and examples beside their own."""

    wording: WordingCode
    planner: Planner = NullPlanner()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the agents of a server have in common."""

    drafts: dict[str, AgentDraft]
    relationships: list[Relationship]
    tools: ServerTools
    responses: Callable[[AgentDraft], tuple[CannedResponse, ...]]
    defaults: Defaults
    strategies: dict[str, Strategy] = field(default_factory=dict[str, Strategy])
    """Matching strategies of tags."""


def make_agent(
    around: Surroundings, name: str, *, description: str | None, **options: Unpack[AgentOptions]
) -> AgentDraft:
    """Add an agent to a server. Raises UnknownNameError for an option that no agent has."""
    refuse_unknown(options, kinds.AGENT, of="an agent")
    said = checked(
        f"agent {shown(name)}", {"name": name, "description": description, **options}, kinds.AGENT, required=("name",)
    )
    options = cast("AgentOptions", {option: value for option, value in said.items() if option in options})
    given = options.get("id")
    agent_id = given if given is not None else readable_id(around.drafts, name)
    if agent_id in around.drafts:
        raise ValueError(f"an agent {agent_id!r} was declared before on this server; give this one another id=")
    settings = _settings(agent_id, name, description=description or "", options=options)
    draft = AgentDraft(
        settings=replace(settings, examples=(*around.defaults.examples, *_examples(agent_id, options))),
        shared=around.relationships,
        model=_model(options),
        models=check_decisions(options.get("models") or {}, place=here()),
        server_tools=around.tools,
        wording=_wording(around.defaults.wording, options),
        shared_responses=around.responses,
        planner=options.get("planner") or around.defaults.planner,
        tag_strategies=around.strategies,
    )
    tools = options.get("tools")
    if tools is not None:
        grant_tools(draft, tools)
    around.drafts[agent_id] = draft
    add_guidelines(draft, options.get("guidelines") or ())
    return draft


def _examples(agent_id: str, options: AgentOptions) -> tuple[Example, ...]:
    """The agent's own examples for decisions. Raises ExampleError."""
    return read_examples(options.get("examples") or {}, place=here(f"agent {agent_id!r}"))


def _settings(agent_id: str, name: str, *, description: str, options: AgentOptions) -> AgentDefinition:
    ceiling, preambles = options.get("permission_ceiling"), options.get("preamble_config")
    iterations = options.get("max_engine_iterations")
    return AgentDefinition(
        id=agent_id,
        name=name,
        description=description,
        composition_mode=options.get("composition_mode") or CompositionMode.FLUID,
        output_mode=options.get("output_mode") or OutputMode.BLOCK,
        preamble_examples=tuple(preambles.examples) if preambles else (),
        max_engine_iterations=ITERATIONS if iterations is None else iterations,
        tags=tag_ids(options.get("tags") or ()),
        metadata=_metadata(options),
        source=caller(),
        no_match_response=options.get("no_match_response") or NO_MATCH,
        permission_ceiling=None if ceiling is None else permission(ceiling),
        context=context_policy(options.get("context_config")),
        sensitive=sensitive_patterns(options.get("sensitive")),
        remembered_sessions=options.get("remembered_sessions") or 0,
    )


def _metadata(options: AgentOptions) -> dict[str, JSON]:
    """What the author noted; how an agent is to be evaluated is for whoever evaluates it, and kept for them."""
    noted = dict(options.get("metadata") or {})
    evaluation = options.get("evaluation_config")
    return noted if evaluation is None else {**noted, "evaluation_config": dict(evaluation)}


def _model(options: AgentOptions) -> ModelLike | None:
    """The agent's own model: `llm_config` is one with its settings, or the settings of the one that `model` names."""
    model, config = options.get("model"), options.get("llm_config")
    if config is None:
        return model
    return configured({**config, "model": model} if isinstance(model, str) else config)


def _wording(servers: WordingCode, options: AgentOptions) -> WordingCode:
    """The code behind an agent's wording: its own, else the server's. A no-match response of its own is its word."""
    preambles = options.get("preamble_config")
    own_word = (options.get("no_match_response") or NO_MATCH) != NO_MATCH
    return WordingCode(
        performance=options.get("perceived_performance_policy") or servers.performance,
        preamble_instructions=preambles.get_instructions if preambles else None,
        no_match=None if own_word else servers.no_match,
    )
