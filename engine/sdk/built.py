"""An agent ready to be talked to: its definition as data, and the code that belongs to it."""

from dataclasses import dataclass

from ..domain.agent import AgentDefinition
from ..ports import ToolRunner
from ..services import AgentCode


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltAgent:
    """A frozen definition with its functions; `model` is what the agent's own code named, None where it named none."""

    definition: AgentDefinition
    code: AgentCode
    tools: ToolRunner
    model: str | None = None
