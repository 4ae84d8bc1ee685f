"""Guidelines: when a condition holds, an action is taken. Without an action it is an observation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .modes import CompositionMode, Criticality
from .values import JSON, Source

Matching = Literal["model", "always", "code", "strategy"]
"""Who decides whether a guideline applies: a model, nobody (it always does), the author's own code for this one, or the
author's own strategy for a group of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What is known of a guideline beyond its words; None where the author did not state it."""

    continuous: bool | None = None
    customer_dependent: bool | None = None
    customer_part: str = ""
    agent_part: str = ""
    agent_intention: bool | None = None
    rewritten_condition: str = ""
    internal_action: str = ""
    """What its tools are for, where it has no action of its own; shown when it is matched and when they are decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """One rule of an agent's behaviour."""

    id: str
    condition: str = ""
    action: str = ""
    description: str = ""
    title: str = ""
    matching: Matching = "model"
    tools: tuple[str, ...] = ()
    canned_responses: tuple[str, ...] = ()
    criticality: Criticality = Criticality.MEDIUM
    composition_mode: CompositionMode | None = None
    priority: int = 0
    journey: str | None = None
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    enabled: bool = True
    track: bool = True
    properties: Properties = Properties()
    tool_configuration: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The title where there is one, else the id."""
        return self.title or self.id

    @property
    def is_observation(self) -> bool:
        """Whether it only establishes that a situation holds."""
        return not self.action
