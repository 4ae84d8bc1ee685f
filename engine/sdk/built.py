"""An agent ready to be talked to: its definition as data, and the code that belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..author_code.functions import AgentCode
from ..author_code.hooks import EngineHooks
from ..domain.agent import AgentDefinition
from ..ports import Embedder, Moderator, ToolRunner
from ..services import BatchPolicy
from .models import NamedModel

if TYPE_CHECKING:
    from .agents import Agent
    from .app import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltAgent:
    """A frozen definition with its functions; `model` is what the agent's own code named, None where it named none."""

    definition: AgentDefinition
    code: AgentCode
    tools: ToolRunner
    model: str | None = None
    named: NamedModel | None = field(default=None, compare=False)
    """The same with its settings, or an object of the author's own."""
    models: Mapping[str, NamedModel] = field(default_factory=dict[str, NamedModel], compare=False)
    """The same for decisions that have a model of their own."""
    embedder: Embedder | None = field(default=None, compare=False, repr=False)
    """Who finds what is near; None is the one that needs no model."""
    moderator: Moderator | None = field(default=None, compare=False, repr=False)
    """Who reads along where a conversation is moderated; None is the one that goes by words."""
    infer_properties: bool | None = None
    """Whether what authors left open of their guidelines is inferred; None leaves it to the model that answers."""
    batches: BatchPolicy = BatchPolicy()
    retry_temperatures: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """For the attempts at a decision, by its name."""
    hooks: EngineHooks = field(default_factory=EngineHooks)
    """Those of its server."""
    agent: "Agent | None" = field(default=None, compare=False, repr=False)
    """As its author holds it; None where it was not declared on a server."""
    server: "Server | None" = field(default=None, compare=False, repr=False)
