"""The functions that belong to an agent: how each kind is called, and all of them by the id of what they belong to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..domain.matches import GuidelineMatch, JourneyMatch, JourneyStateMatch
from ..domain.values import JSON
from .engine_context import EngineContext
from .given import Given
from .matching import Matcher, Strategy
from .perceived_performance import (
    NoMatchProvider,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
    PreambleInstructions,
)
from .planning import NullPlanner, Planner
from .retrieval import RetrieverContext

GuidelineHandler: TypeAlias = Callable[[EngineContext, GuidelineMatch], Given[None]]
"""An author's own code that runs when a guideline holds, or when the messages of such a turn are out."""

FieldProvider: TypeAlias = Callable[[EngineContext], Given[Mapping[str, JSON]]]
"""An author's own code that gives values for the fields of canned responses."""


JourneyHandler: TypeAlias = Callable[[EngineContext, JourneyMatch], Given[None]]
"""An author's own code that runs when a journey is active, or when the messages of such a turn are out."""

StateHandler: TypeAlias = Callable[[EngineContext, JourneyStateMatch], Given[None]]
"""An author's own code that runs when a journey stands in a state, or when the messages of such a turn are out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyCode:
    """Functions that belong to journeys (by id), to states (`journey/state`) and ways (`journey/source->target`)."""

    selected: dict[str, JourneyHandler] = field(default_factory=dict[str, JourneyHandler])
    message: dict[str, JourneyHandler] = field(default_factory=dict[str, JourneyHandler])
    state_selected: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])
    state_message: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])
    fields: dict[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingCode:
    """Functions that have a say in how an agent's messages are worded and when they are sent."""

    performance: PerceivedPerformancePolicy = NullPerceivedPerformancePolicy()
    preamble_instructions: PreambleInstructions | None = None
    no_match: NoMatchProvider | None = None


RetrieverCode: TypeAlias = Callable[[RetrieverContext], Given[Any]]
"""An author's own code that looks up what the agent should know for its reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCode:
    """The functions that belong to an agent's definition, by the id of what they belong to."""

    matchers: Mapping[str, Matcher] = field(default_factory=dict[str, Matcher])
    strategies: Mapping[str, Strategy] = field(default_factory=dict[str, Strategy])
    on_selected: Mapping[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    """Run before the reply is composed, for guidelines that hold."""
    on_message: Mapping[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    """Run once the messages are out, for the same guidelines."""
    field_providers: Mapping[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])
    retrievers: Mapping[str, RetrieverCode] = field(default_factory=dict[str, RetrieverCode])
    journeys: JourneyCode = JourneyCode()
    wording: WordingCode = WordingCode()
    planner: Planner = NullPlanner()
