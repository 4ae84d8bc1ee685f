"""What a turn has brought to light so far, under the names that hooks know it by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..domain.guideline import Guideline
from ..domain.knowledge import Capability, Term
from ..domain.matches import GuidelineMatch
from ..domain.session import Event, MessageEvent, ToolEvent
from ..domain.tool import Insight, ToolCall
from ..domain.turn import Turn
from ..domain.values import JSON
from .turn_view import TurnView


def why_it_holds(turn: Turn, guideline: str) -> str:
    """Why a guideline holds: what was said when it was checked, else the relationship that brought it in."""
    said = [check.rationale for check in turn.trace.checks if check.guideline == guideline and check.matched]
    related = [item.relationship for item in turn.trace.resolutions if item.id == guideline and item.stays]
    return (said or related or [""])[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationState:
    """What one round of preparing brought."""

    matched_guidelines: tuple[Guideline, ...]
    """Those that were found to apply in it."""
    resolved_guidelines: tuple[Guideline, ...]
    """Those that held once relationships were resolved."""
    offered_tools: tuple[str, ...]
    executed_tools: tuple[ToolCall, ...] = ()
    """The calls that were made in it."""
    tool_insights: tuple[Insight, ...] = ()
    """What was found missing or invalid in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseState(TurnView):
    """The turn as far as it got: a view, that changes nothing."""

    @property
    def context_variables(self) -> Mapping[str, JSON]:
        """The values in force for this customer, by name."""
        return {variable.name: variable.value for variable in self.turn.variables}

    @property
    def glossary_terms(self) -> tuple[Term, ...]:
        """The terms of the glossary that prompts show."""
        return self.turn.terms

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What the agent could offer, the nearest to what is being said."""
        return self.turn.capabilities

    @property
    def usable_guidelines(self) -> tuple[Guideline, ...]:
        """The guidelines that could hold, whether or not they do."""
        return self.turn.guidelines

    @property
    def guidelines(self) -> tuple[Guideline, ...]:
        """The guidelines that hold: matched or entailed, and kept when relationships were resolved."""
        return self.turn.active_guidelines

    @property
    def ordinary_guidelines(self) -> tuple[Guideline, ...]:
        """Of those, the ones without tools."""
        return tuple(guideline for guideline in self.guidelines if not guideline.tools)

    @property
    def tool_enabled_guidelines(self) -> tuple[Guideline, ...]:
        """Of those, the ones with tools."""
        return tuple(guideline for guideline in self.guidelines if guideline.tools)

    @property
    def ordinary_guideline_matches(self) -> tuple[GuidelineMatch, ...]:
        """The guidelines without tools that hold, with why."""
        return tuple(self._match(guideline) for guideline in self.ordinary_guidelines)

    @property
    def tool_enabled_guideline_matches(self) -> Mapping[GuidelineMatch, tuple[str, ...]]:
        """The guidelines with tools that hold, with why, and the ids of their tools."""
        return {self._match(guideline): guideline.tools for guideline in self.tool_enabled_guidelines}

    def _match(self, guideline: Guideline) -> GuidelineMatch:
        return GuidelineMatch(id=guideline.id, matched=True, rationale=why_it_holds(self.turn, guideline.id))

    @property
    def prepared_to_respond(self) -> bool:
        """Whether no further round of preparing comes before the reply."""
        return self.turn.prepared

    @property
    def iterations(self) -> tuple[IterationState, ...]:
        """The rounds of preparing so far."""
        return tuple(self._iteration(number) for number in range(1, self.turn.round + 1))

    def _iteration(self, number: int) -> IterationState:
        trace = self.turn.trace
        checked = {check.guideline for check in trace.checks if check.round == number and check.matched}
        outcomes = [item for item in trace.resolutions if item.round == number and item.kind == "guideline"]
        kept = {item.id for item in outcomes if item.stays}
        tools = [made for made in self.turn.tool_rounds if made.round == number]
        return IterationState(
            matched_guidelines=tuple(self._guidelines(checked)),
            resolved_guidelines=tuple(self._guidelines(kept)),
            offered_tools=tuple(offer.tool for offer in trace.offered if offer.round == number),
            executed_tools=tuple(call for made in tools for call in made.calls),
            tool_insights=tuple(insight for made in tools for insight in made.insights),
        )

    def _guidelines(self, ids: set[str]) -> Iterator[Guideline]:
        return (guideline for guideline in self.turn.guidelines if guideline.id in ids)

    @property
    def tool_events(self) -> tuple[ToolEvent, ...]:
        """The events with these calls."""
        return tuple(event for event in self.all_events if isinstance(event, ToolEvent))

    @property
    def tool_insights(self) -> tuple[Insight, ...]:
        """What tools still need to know."""
        return self.turn.insights

    @property
    def message_events(self) -> tuple[MessageEvent, ...]:
        """What the agent said in this turn."""
        said = (event for event in self.all_events if isinstance(event, MessageEvent))
        return tuple(event for event in said if event.source == "ai_agent")

    @property
    def all_events(self) -> tuple[Event, ...]:
        """Every event of this turn."""
        return tuple(event for event in self.turn.session.events if event.trace_id == self.turn.trace_id)

    @property
    def additional_canned_response_fields(self) -> Mapping[str, JSON]:
        """Values that canned responses may refer to, beside the usual ones."""
        return self.turn.fields
