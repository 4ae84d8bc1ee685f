"""Guidelines as an author holds them: readable, and able to relate to others."""

from collections.abc import Mapping, Sequence

from ..domain import guideline as domain
from ..domain.knowledge import RetrieverScope
from ..domain.modes import CompositionMode, Criticality
from ..domain.relationship import Endpoint, Relationship
from ..domain.values import JSON
from .checking import ends
from .draft import AgentDraft
from .match_always import MATCH_ALWAYS
from .relations import Entailing, HasEndpoint
from .retrievers import Retrieves


class Guideline(Entailing, Retrieves):
    """A guideline (or, without an action, an observation) of an agent in the making."""

    __slots__ = ("_draft",)

    MATCH_ALWAYS = staticmethod(MATCH_ALWAYS)

    def __init__(self, draft: AgentDraft, guideline_id: str) -> None:
        super().__init__(registry=draft, endpoint=Endpoint(kind="guideline", id=guideline_id))
        self._draft = draft

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self._draft, "guideline", self.id

    @property
    def _value(self) -> domain.Guideline:
        return self._draft.guidelines[self.id]

    @property
    def name(self) -> str:
        """The title where there is one, else the id."""
        return self._value.name

    @property
    def title(self) -> str:
        """The title, empty where none was given."""
        return self._value.title

    @property
    def condition(self) -> str:
        """When it applies."""
        return self._value.condition

    @property
    def action(self) -> str:
        """What is to be done; empty for an observation."""
        return self._value.action

    @property
    def description(self) -> str:
        """What else there is to know about it."""
        return self._value.description

    @property
    def criticality(self) -> Criticality:
        """How carefully it is checked and worded."""
        return self._value.criticality

    @property
    def priority(self) -> int:
        """What gives way: of the active guidelines only those of the highest number hold."""
        return self._value.priority

    @property
    def tools(self) -> tuple[str, ...]:
        """Ids of the tools it brings."""
        return self._value.tools

    @property
    def tags(self) -> tuple[str, ...]:
        """Ids of its tags."""
        return self._value.tags

    @property
    def labels(self) -> tuple[str, ...]:
        """What it adds to a session's labels."""
        return self._value.labels

    @property
    def enabled(self) -> bool:
        """Whether the engine sees it at all."""
        return self._value.enabled

    @property
    def track(self) -> bool:
        """Whether it is remembered as applied once its action was fulfilled."""
        return self._value.track

    @property
    def composition_mode(self) -> CompositionMode | None:
        """How free the wording of replies is while it holds; None leaves that to others."""
        return self._value.composition_mode

    @property
    def canned_responses(self) -> tuple[str, ...]:
        """Ids of the canned responses that it brings."""
        return self._value.canned_responses

    @property
    def journey(self) -> str | None:
        """Id of the journey that it belongs to."""
        return self._value.journey

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """What its author noted about it; never shown to a model."""
        return self._value.metadata

    async def disambiguate(self, targets: Sequence[HasEndpoint]) -> list[Relationship]:
        """When this observation holds and it is unclear which of the targets is meant, the agent asks.

        Raises ValueError for a guideline with an action, and for fewer than two targets.
        """
        if self.action:
            raise ValueError(f"{self.id!r} has an action: only an observation can disambiguate; declare one for it")
        targets = ends(f"{self.id!r}.disambiguate()", targets, wants="a list of guidelines and journeys")
        if len(targets) < 2:
            raise ValueError(f"{self.id!r}.disambiguate() needs at least two targets to tell apart, not {len(targets)}")
        return [self._draft.relate("disambiguation", self.endpoint, target=target.endpoint) for target in targets]
