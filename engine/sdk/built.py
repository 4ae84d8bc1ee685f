"""An agent ready to be talked to: its definition as data, and the code that belongs to it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..domain.agent import AgentDefinition
from ..ports import ToolRunner
from ..services import AgentCode, BatchPolicy

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
    batches: BatchPolicy = BatchPolicy()
    agent: "Agent | None" = field(default=None, compare=False, repr=False)
    """As its author holds it; None where it was not declared on a server."""
    server: "Server | None" = field(default=None, compare=False, repr=False)
