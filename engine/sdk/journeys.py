"""Journeys as an author holds them."""

from collections.abc import Mapping
from typing import Any, Unpack

from ..domain.diagram import mermaid
from ..domain.journey import ROOT
from ..domain.journey import Journey as JourneyGraph
from ..domain.knowledge import RetrieverScope
from ..domain.modes import CompositionMode
from ..domain.relationship import Endpoint
from ..domain.values import JSON
from . import kinds
from .checking import checked
from .draft import AgentDraft
from .guidelines import Guideline
from .journey_draft import JourneyDraft, drawn
from .knowledge import ResponseOptions, Where, make_response
from .making import GuidelineOptions, make_guideline, make_observation
from .relations import Related
from .retrievers import Retrieves
from .state_options import StateCode
from .states import (
    END_JOURNEY,
    HANDLES,
    ChatJourneyState,
    EndOfJourney,
    ForkJourneyState,
    InitialJourneyState,
    JourneyState,
    JourneyTransition,
    StateLike,
    ToolJourneyState,
    state_at,
)
from .tool_references import ToolRef

__all__ = [
    "END_JOURNEY",
    "ChatJourneyState",
    "EndOfJourney",
    "ForkJourneyState",
    "InitialJourneyState",
    "Journey",
    "JourneyState",
    "JourneyTransition",
    "ToolJourneyState",
]


class Journey(Related, Retrieves):
    """A journey of an agent in the making."""

    __slots__ = ("_draft",)

    def __init__(self, draft: AgentDraft, journey_id: str) -> None:
        super().__init__(registry=draft, endpoint=Endpoint(kind="journey", id=journey_id))
        self._draft = draft

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self._draft, "journey", self.id

    @property
    def _made(self) -> JourneyDraft:
        return self._draft.journeys[self.id]

    @property
    def owner(self) -> AgentDraft:
        """Where it was declared."""
        return self._draft

    @property
    def value(self) -> JourneyGraph:
        """The journey as data, as it is drawn by now, with the states that its links bring."""
        return drawn(self._draft.known_journeys(), self.id)

    @property
    def title(self) -> str:
        """What it is called."""
        return self._made.journey.title

    @property
    def description(self) -> str:
        """What it is for."""
        return self._made.journey.description

    @property
    def tags(self) -> tuple[str, ...]:
        """Ids of its tags."""
        return self._made.journey.tags

    @property
    def labels(self) -> tuple[str, ...]:
        """What it adds to a session's labels."""
        return self._made.journey.labels

    @property
    def priority(self) -> int:
        """What gives way: of what is active only that of the highest number holds."""
        return self._made.journey.priority

    @property
    def composition_mode(self) -> CompositionMode | None:
        """How free the wording is while it is active; None where it has no say in that."""
        return self._made.journey.composition_mode

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """What its author noted about it; never shown to a model."""
        return self._made.journey.metadata

    @property
    def triggers(self) -> tuple[Guideline, ...]:
        """The guidelines of which any one activates it."""
        return tuple(Guideline(self._draft, trigger) for trigger in self._made.journey.triggers)

    @property
    def conditions(self) -> tuple[Guideline, ...]:
        """The same as triggers."""
        return self.triggers

    @property
    def initial_state(self) -> InitialJourneyState:
        """Where it begins: nothing is said there, ways only lead away."""
        return InitialJourneyState(self._draft, journey=self.id, state=ROOT)

    @property
    def states(self) -> tuple[JourneyState, ...]:
        """Its states, in order of definition."""
        return tuple(HANDLES[item.kind](self._draft, journey=self.id, state=item.id) for item in self.value.states)

    @property
    def transitions(self) -> tuple[JourneyTransition[JourneyState], ...]:
        """The ways between its states, in order of definition."""
        return tuple(JourneyTransition(self._draft, journey=self.id, way=way) for way in self.value.transitions)

    def mermaid(self) -> str:
        """Its graph as the text of a Mermaid diagram."""
        return mermaid(self.value)

    async def create_transition(
        self,
        *,
        source: JourneyState | JourneyTransition[Any],
        target: StateLike,
        condition: str | None = None,
        **code: Unpack[StateCode],
    ) -> JourneyTransition[Any]:
        """Add a way between two states that exist.

        Further parameters: on_selected, on_message, canned_response_field_provider, for turns in which this way leads
        to the target.
        """
        given = {"source": source, "target": target, "condition": condition, **code}
        checked(f"create_transition() of journey {self.id!r}", given, kinds.BETWEEN, required=("source", "target"))
        return await state_at(source).transition_to(state=target, condition=condition, **code)

    async def create_guideline(
        self, condition: str | None = None, action: str | None = None, **options: Unpack[GuidelineOptions]
    ) -> Guideline:
        """Add a guideline that holds only while this journey is active; parameters as of Agent.create_guideline."""
        return make_guideline(self._draft, condition=condition, action=action, journey=self.id, **options)

    async def create_observation(self, condition: str | None = None, **options: Unpack[GuidelineOptions]) -> Guideline:
        """Add an observation that holds only while this journey is active."""
        return make_observation(self._draft, condition=condition, journey=self.id, **options)

    async def attach_tool(self, tool: ToolRef, condition: str) -> str:
        """Offer a tool while this journey is active and a condition holds; gives the observation's id."""
        checked("attach_tool()", {"tool": tool, "condition": condition}, kinds.OFFER, required=kinds.OFFER)
        return make_observation(self._draft, condition=condition, journey=self.id, tools=[tool]).id

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Add a canned response that can be said while this journey is active; gives its id.

        Further parameters: signals, tags, metadata, fields, field_dependencies, id.
        """
        return make_response(self._draft, template, where=Where(journey=self.id), **options)
