"""A state of a journey, as far as it can be read."""

from collections.abc import Mapping

from ..domain.journey import State, StateKind
from ..domain.knowledge import RetrieverScope
from ..domain.modes import CompositionMode
from ..domain.values import JSON
from .draft import AgentDraft
from .journey_draft import JourneyDraft, drawn
from .retrievers import Retrieves


class ReadableState(Retrieves):
    """What a state of a journey in the making is by now."""

    __slots__ = ("_draft", "id", "journey_id")

    def __init__(self, draft: AgentDraft, *, journey: str, state: str) -> None:
        self._draft = draft
        self.journey_id = journey
        self.id = state

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.journey_id}/{self.id}>"

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self._draft, "state", f"{self.journey_id}/{self.id}"

    @property
    def _journey(self) -> JourneyDraft:
        return self._draft.journeys[self.journey_id]

    @property
    def value(self) -> State:
        """The state as data; one that a link brought is looked up in the journey as it is drawn."""
        own = self._journey.states.get(self.id)
        return own if own is not None else drawn(self._draft.known_journeys(), self.journey_id).state(self.id)

    @property
    def kind(self) -> StateKind:
        """What kind of state it is."""
        return self.value.kind

    @property
    def action(self) -> str:
        """What is to be got across there."""
        return self.value.action

    @property
    def description(self) -> str:
        """What else there is to know about it."""
        return self.value.description

    @property
    def tools(self) -> tuple[str, ...]:
        """Ids of the tools that it runs."""
        return self.value.tools

    @property
    def composition_mode(self) -> CompositionMode | None:
        """How free the wording is there; None leaves that to the journey."""
        return self.value.composition_mode

    @property
    def canned_responses(self) -> tuple[str, ...]:
        """Ids of the canned responses that it names."""
        return self.value.canned_responses

    @property
    def labels(self) -> tuple[str, ...]:
        """What it adds to a session's labels."""
        return self.value.labels

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """What its author noted about it; never shown to a model."""
        return self.value.metadata
