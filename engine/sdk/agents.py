"""An agent as its author holds it: everything is declared on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Unpack

from ..domain.agent import AgentDefinition
from ..domain.current import Current
from ..domain.modes import CompositionMode, OutputMode
from ..domain.relationship import Endpoint, Relationship
from ..domain.session import Session
from ..domain.values import JSON
from ..errors import UnknownNameError
from . import kinds
from .attaching import complete
from .checking import checked
from .conversation import Conversation
from .draft import AgentDraft
from .guidelines import Guideline
from .journeys import Journey
from .knowing import Knowing
from .knowledge import ResponseOptions, make_response
from .making import GuidelineOptions, make_guideline, make_observation
from .making_agents import AgentOptions
from .making_journeys import JourneyOptions, make_journey
from .policy_graph import PolicyGraph, policy_graph
from .short import conversation_of, create_session, declare
from .tool_references import ToolRef
from .writing import Written, add_guidelines, find_by_name


class Agent(Knowing):
    """One customer-facing agent in the making. `Agent.current` is the one that takes the turn being played."""

    __slots__ = ()

    current = Current["Agent"]("agent")

    def __init__(self, name: str | AgentDraft, description: str | None = "", **options: Unpack[AgentOptions]) -> None:
        """An agent of that name on a server of its own; further parameters as of Server.create_agent."""
        self.draft = declare(name, description, **options) if isinstance(name, str) else name

    def __repr__(self) -> str:
        return f"<Agent {self.id!r}>"

    @property
    def id(self) -> str:
        """The readable id."""
        return self.draft.settings.id

    @property
    def name(self) -> str:
        """What it is called."""
        return self.draft.settings.name

    @property
    def description(self) -> str:
        """Who it is."""
        return self.draft.settings.description

    @property
    def composition_mode(self) -> CompositionMode:
        """How free the wording of its replies is."""
        return self.draft.settings.composition_mode

    @property
    def output_mode(self) -> OutputMode:
        """Whether its replies are shown whole or while they are written."""
        return self.draft.settings.output_mode

    @property
    def max_engine_iterations(self) -> int:
        """How many rounds of matching and tool calls a turn may take."""
        return self.draft.settings.max_engine_iterations

    @property
    def tags(self) -> tuple[str, ...]:
        """Ids of its tags."""
        return self.draft.settings.tags

    @property
    def creation_utc(self) -> datetime:
        """When it was declared; no part of its definition."""
        return self.draft.created

    def freeze(self) -> AgentDefinition:
        """The agent as data. Raises DefinitionError, with every mistake at once."""
        return complete(self.draft).freeze()

    async def create_guideline(
        self, condition: str | None = None, action: str | None = None, **options: Unpack[GuidelineOptions]
    ) -> Guideline:
        """Add a guideline: when the condition holds, the action is taken.

        Further parameters: description, title, id, tools, canned_responses, canned_response_field_provider,
        criticality, composition_mode, matcher, on_selected, on_message, tags, labels, dependencies, priority, enabled,
        track, continuous, customer_dependent, metadata. Without a condition it always applies.
        """
        return make_guideline(self.draft, condition=condition, action=action, **options)

    async def create_observation(self, condition: str | None = None, **options: Unpack[GuidelineOptions]) -> Guideline:
        """Add an observation: a situation to be recognised, without an action; parameters as of create_guideline."""
        return make_observation(self.draft, condition=condition, **options)

    async def attach_tool(self, tool: ToolRef, condition: str) -> str:
        """Offer a tool to this agent alone while a condition holds; gives the id of the observation that does so."""
        checked("attach_tool()", {"tool": tool, "condition": condition}, kinds.OFFER, required=kinds.OFFER)
        return make_observation(self.draft, condition=condition, tools=[tool]).id

    async def create_guidelines(
        self, guidelines: Iterable[Written] | Mapping[str, str | Mapping[str, Any]]
    ) -> list[Guideline]:
        """Add guidelines written in any way: sentences, names, functions decorated with @guideline, dictionaries."""
        checked("create_guidelines()", {"guidelines": guidelines}, kinds.GUIDELINES, required=kinds.GUIDELINES)
        return add_guidelines(self.draft, guidelines)

    async def create_journey(
        self, title: str, description: str | None = "", **options: Unpack[JourneyOptions]
    ) -> Journey:
        """Add a journey.

        Further parameters: triggers (or conditions), composition_mode, on_selected, on_message, dependencies, tags,
        labels, priority, metadata, id.
        """
        return make_journey(self.draft, title=title, description=description, **options)

    async def attach_journey(self, journey: Journey) -> None:
        """Give the agent a journey that was declared on the server or on another agent, with all that belongs to it.

        What is said of the journey later holds here as well. Attaching it twice changes nothing.
        """
        checked("attach_journey()", {"journey": journey}, kinds.ATTACHED, required=kinds.ATTACHED)
        known = [(id(owner), name) for owner, name in self.draft.attached]
        if journey.owner is not self.draft and (id(journey.owner), journey.id) not in known:
            self.draft.attached.append((journey.owner, journey.id))

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Add a text that may be said as it stands; gives its id. Raises TemplateError.

        Further parameters: signals, tags, metadata, fields, field_dependencies, id.
        """
        return make_response(self.draft, template, **options)

    async def declare_overlap(self, *tools: ToolRef) -> list[Relationship]:
        """Say that tools do nearly the same: of those on offer the best one is chosen, in one ask."""
        names = self.draft.use_tools(tools)
        if len(set(names)) < 2:
            raise ValueError(f"declare_overlap() needs at least two tools to choose among, not {', '.join(names)!r}")
        ends = [Endpoint(kind="tool", id=name) for name in names]
        return [self.draft.relate("overlap", one, target=other) for one, other in pairwise(ends)]

    def create_session(self, customer_id: str | None = None, **options: Any) -> Conversation:
        """A session with the agent, which begins with its first message; further parameters as of open_conversation."""
        return create_session(self, customer_id=customer_id, **options)

    async def utter(self, session: Conversation | Session, *, guidelines: Sequence[Mapping[str, JSON]]) -> str:
        """Let the agent say in a session what guidelines for one turn ask for; gives what it said.

        Each has an `action`, and maybe `condition`, `description`, `priority`, `criticality`.
        """
        return (await conversation_of(self, session).utter(guidelines)).reply

    async def list_guidelines(self) -> list[Guideline]:
        """Every guideline and observation, in order of declaration."""
        return [Guideline(self.draft, guideline_id) for guideline_id in self.draft.guidelines]

    async def get_guideline(self, name: str) -> Guideline:
        """A guideline by its id or title; case, spaces, - and _ make no difference. Raises UnknownNameError."""
        found = find_by_name(self.draft, name)
        if len(found) != 1:
            raise UnknownNameError(
                kind="guideline", name=name, known=self.draft.guidelines, several=found, place=f"agent {self.id!r}"
            )
        return Guideline(self.draft, found[0])

    async def get_policy_graph(self) -> PolicyGraph:
        """How its guidelines, journeys, tags and tools hang together, and what looks like a mistake in them."""
        whole = complete(self.draft)
        return policy_graph(whole.freeze(), collisions=whole.collisions)
