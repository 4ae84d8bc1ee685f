"""What may be said of a server: its world, which models decide and with how much care, what its agents start from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..adapters.audit import AuditFile
from ..adapters.tools.faults import MOST_BYTES, SECONDS
from ..asking.optimization import OptimizationPolicy, optimization
from ..author_code.functions import WordingCode
from ..author_code.perceived_performance import (
    NoMatchProvider,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
)
from ..author_code.planning import NullPlanner, Planner
from ..decisions.own_examples import read_examples
from ..ports import AuditSink, Embedder
from ..services import BatchPolicy
from .draft import AgentDraft
from .hooking import ConfigureHooks
from .making_agents import Defaults
from .models import ModelLike, check_decisions
from .modules import ModuleRef
from .names import here
from .tool_services import ToolLimits
from .world import World, WorldOptions, world_of


class ServerOptions(WorldOptions, total=False):
    """The parameters of a server, of which it says itself what they mean."""

    model: ModelLike | None
    nlp_service: ModelLike | None
    models: Mapping[str, ModelLike] | None
    optimization_policy: OptimizationPolicy | BatchPolicy | None
    perceived_performance_policy: PerceivedPerformancePolicy | None
    no_match_provider: NoMatchProvider | None
    embedder: Embedder | None
    planner: Planner | None
    configure_hooks: ConfigureHooks | None
    audit: AuditSink | str | Path | None
    log_level: int | str | None
    infer_properties: bool | None
    tool_timeout: float
    tool_result_bytes: int
    plugin_data: Mapping[str, object] | None
    examples: Mapping[str, Sequence[Mapping[str, Any]]] | None
    modules: Sequence[ModuleRef]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What holds on a server for every agent that says nothing else."""

    model: ModelLike | None = field(default=None, repr=False)
    models: Mapping[str, ModelLike] = field(default_factory=dict[str, ModelLike], repr=False)
    """For decisions, by their names."""
    optimization: OptimizationPolicy = OptimizationPolicy()
    embedder: Embedder | None = None
    infer_properties: bool | None = None
    """Whether what authors left open of guidelines is asked of the model; None leaves that to the model's kind."""
    audit: AuditSink | None = None

    def model_of(self, draft: AgentDraft) -> ModelLike | None:
        """The model of an agent: its own, else the server's."""
        return draft.model if draft.model is not None else self.model

    def models_of(self, draft: AgentDraft) -> dict[str, ModelLike]:
        """The models of single decisions; an agent with a model of its own is not decided for by the server's."""
        return {**(self.models if draft.model is None else {}), **draft.models}


def settings_of(options: ServerOptions) -> ServerSettings:
    """The settings that a server's options stand for. Raises UnknownNameError for a decision that there is not."""
    model, audit = options.get("model"), options.get("audit")
    return ServerSettings(
        model=model if model is not None else options.get("nlp_service"),
        models=check_decisions(options.get("models") or {}),
        optimization=optimization(options.get("optimization_policy")),
        embedder=options.get("embedder"),
        infer_properties=options.get("infer_properties"),
        audit=AuditFile(audit) if isinstance(audit, str | Path) else audit,
    )


def defaults_of(options: ServerOptions) -> Defaults:
    """What a server's agents start from. Raises ExampleError."""
    return Defaults(
        wording=WordingCode(
            performance=options.get("perceived_performance_policy") or NullPerceivedPerformancePolicy(),
            no_match=options.get("no_match_provider"),
        ),
        planner=options.get("planner") or NullPlanner(),
        examples=read_examples(options.get("examples") or {}, place=here()),
    )


def limits_of(options: ServerOptions) -> ToolLimits:
    """What calls of tools may take and give on a server."""
    return ToolLimits(
        seconds=options.get("tool_timeout", SECONDS),
        most_bytes=options.get("tool_result_bytes", MOST_BYTES),
        plugin_data=dict(options.get("plugin_data") or {}),
    )


def world_in(options: ServerOptions) -> World:
    """The world that a server's options stand for. Raises UnknownNameError for a store that there is not."""
    parts: Any = {name: part for name, part in options.items() if name in WorldOptions.__annotations__}
    return world_of(**parts)
