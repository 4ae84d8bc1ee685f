"""Journeys as an author draws them: states and the ways between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypedDict, Unpack

from ..domain.journey import END, ROOT, State, StateKind, Transition
from ..domain.knowledge import CannedResponse
from ..domain.modes import CompositionMode
from ..domain.relationship import Endpoint
from ..domain.values import JSON, slug, unique
from .draft import AgentDraft, JourneyDraft
from .guidelines import Guideline
from .knowledge import add_response
from .making import GuidelineOptions, make_guideline
from .names import caller
from .relations import Related, Tag, tag_ids
from .tools import ToolEntry, ToolId

ToolRef: TypeAlias = ToolEntry | ToolId | str


class EndOfJourney:
    """The end of any journey, as a target of transitions."""

    def __repr__(self) -> str:
        return "END_JOURNEY"


END_JOURNEY = EndOfJourney()


class Journey(Related):
    """A journey of an agent in the making."""

    __slots__ = ("_draft",)

    def __init__(self, draft: AgentDraft, journey_id: str) -> None:
        super().__init__(registry=draft, endpoint=Endpoint(kind="journey", id=journey_id))
        self._draft = draft

    @property
    def _made(self) -> JourneyDraft:
        return self._draft.journeys[self.id]

    @property
    def title(self) -> str:
        """What it is called."""
        return self._made.journey.title

    @property
    def description(self) -> str:
        """What it is for."""
        return self._made.journey.description

    @property
    def triggers(self) -> tuple[Guideline, ...]:
        """The guidelines of which any one activates it."""
        return tuple(Guideline(self._draft, trigger) for trigger in self._made.journey.triggers)

    @property
    def conditions(self) -> tuple[Guideline, ...]:
        """The same as triggers."""
        return self.triggers

    @property
    def initial_state(self) -> "JourneyState":
        """Where it begins: nothing is said there, ways only lead away."""
        return JourneyState(self._draft, journey=self.id, state=ROOT)

    @property
    def states(self) -> "tuple[JourneyState, ...]":
        """Its states, in order of definition."""
        return tuple(JourneyState(self._draft, journey=self.id, state=state) for state in self._made.states)

    async def create_guideline(
        self, condition: str | None = None, action: str | None = None, **options: Unpack[GuidelineOptions]
    ) -> Guideline:
        """Add a guideline that holds only while this journey is active; parameters as of Agent.create_guideline."""
        return make_guideline(self._draft, condition=condition, action=action, journey=self.id, **options)

    async def create_observation(self, condition: str | None = None, **options: Unpack[GuidelineOptions]) -> Guideline:
        """Add an observation that holds only while this journey is active."""
        return make_guideline(self._draft, condition=condition, journey=self.id, **options)

    async def create_canned_response(
        self,
        template: str,
        *,
        signals: Sequence[str] = (),
        tags: Sequence[Tag | str] = (),
        metadata: Mapping[str, JSON] | None = None,
        field_dependencies: Sequence[str] = (),
        id: str | None = None,
    ) -> str:
        """Add a canned response that can be said while this journey is active; gives its id."""
        response = CannedResponse(
            id=id or "",
            template=template,
            signals=tuple(signals),
            tags=tag_ids(tags),
            journey=self.id,
            field_dependencies=tuple(field_dependencies),
            metadata=dict(metadata or {}),
            source=caller(),
        )
        return add_response(self._draft, response)


class WayOptions(TypedDict, total=False):
    """What a transition to a new state may say of the state."""

    tool_instruction: str | None
    description: str
    canned_responses: Sequence[str]
    composition_mode: CompositionMode | None
    labels: Iterable[str]
    metadata: Mapping[str, JSON]
    id: str


class JourneyState:
    """A state of a journey in the making."""

    __slots__ = ("_draft", "id", "journey_id")

    def __init__(self, draft: AgentDraft, *, journey: str, state: str) -> None:
        self._draft = draft
        self.journey_id = journey
        self.id = state

    def __repr__(self) -> str:
        return f"<JourneyState {self.journey_id}/{self.id}>"

    @property
    def _journey(self) -> JourneyDraft:
        return self._draft.journeys[self.journey_id]

    @property
    def kind(self) -> StateKind:
        """What kind of state it is."""
        return self._journey.states[self.id].kind

    @property
    def action(self) -> str:
        """What is to be got across there."""
        return self._journey.states[self.id].action

    async def transition_to(
        self,
        *,
        chat_state: str | None = None,
        tool_state: ToolRef | Sequence[ToolRef] | None = None,
        state: "StateLike | None" = None,
        condition: str | None = None,
        **options: Unpack[WayOptions],
    ) -> "JourneyTransition":
        """Add a way to a new chat state, a new tool state or a state that exists; exactly one of the three is given.

        A new state may have: tool_instruction, description, canned_responses, composition_mode, labels, metadata, id.
        """
        _exactly_one(self, chat_state=chat_state, tool_state=tool_state, state=state)
        if state is not None:
            _no_options(self, options)
            return self._add_way(_state_id(self._journey, state), condition=condition)
        tools = self._draft.use_tools(_as_list(tool_state))
        made = _new_state(chat_state, tools=tools, options=options)
        return self._add_way(self._add_state(made), condition=condition)

    async def fork(self, *, id: str | None = None) -> "JourneyTransition":
        """Add a way to a state that says nothing and only branches; every way out of it needs a condition."""
        return self._add_way(self._add_state(State(id=id or "", kind="fork", source=caller())), condition=None)

    create_fork_state = fork

    async def create_canned_response(self, template: str, *, signals: Sequence[str] = (), id: str | None = None) -> str:
        """Add a canned response that can be said only in this state; gives its id."""
        response = CannedResponse(
            id=id or "",
            template=template,
            signals=tuple(signals),
            journey=self.journey_id,
            state=f"{self.journey_id}/{self.id}",
            source=caller(),
        )
        return add_response(self._draft, response)

    def _add_state(self, made: State) -> str:
        states = self._journey.states
        if made.id and made.id in states:
            raise ValueError(f"journey {self.journey_id!r} has a state {made.id!r} already; give this one another id=")
        state_id = made.id or unique(_own_name(made), states)
        states[state_id] = replace(made, id=state_id)
        return state_id

    def _add_way(self, target: str, *, condition: str | None) -> "JourneyTransition":
        way = Transition(source=self.id, target=target, condition=condition or "", made_at=caller())
        self._journey.transitions.append(way)
        return JourneyTransition(self._draft, journey=self.journey_id, way=way)


class JourneyTransition:
    """A way between two states. Wherever a state is wanted it stands for its target."""

    __slots__ = ("_draft", "condition", "journey_id", "source", "target")

    def __init__(self, draft: AgentDraft, *, journey: str, way: Transition) -> None:
        self._draft = draft
        self.journey_id = journey
        self.condition = way.condition
        self.source = JourneyState(draft, journey=journey, state=way.source)
        self.target = JourneyState(draft, journey=journey, state=way.target)

    @property
    def id(self) -> str:
        """source->target."""
        return f"{self.source.id}->{self.target.id}"

    async def transition_to(
        self,
        *,
        chat_state: str | None = None,
        tool_state: ToolRef | Sequence[ToolRef] | None = None,
        state: "StateLike | None" = None,
        condition: str | None = None,
        **options: Unpack[WayOptions],
    ) -> "JourneyTransition":
        """Go on from the target; parameters as of JourneyState.transition_to."""
        return await self.target.transition_to(
            chat_state=chat_state, tool_state=tool_state, state=state, condition=condition, **options
        )

    async def fork(self, *, id: str | None = None) -> "JourneyTransition":
        """Branch from the target."""
        return await self.target.fork(id=id)

    create_fork_state = fork

    async def create_canned_response(self, template: str, *, signals: Sequence[str] = (), id: str | None = None) -> str:
        """Add a canned response to the target."""
        return await self.target.create_canned_response(template, signals=signals, id=id)


StateLike: TypeAlias = JourneyState | JourneyTransition | EndOfJourney


def _own_name(made: State) -> str:
    """What a state without an id is called: after its action, its tool, or its kind."""
    if made.kind == "chat":
        return slug(made.action)
    return made.tools[0] if made.tools else made.kind


def _exactly_one(origin: JourneyState, **targets: object) -> None:
    given = [name for name, value in targets.items() if value is not None]
    if len(given) != 1:
        named = " and ".join(f"{name}=" for name in given) or "none of them"
        raise ValueError(
            f"transition_to() of state {origin.id!r} takes exactly one of {', '.join(f'{name}=' for name in targets)}; "
            f"given: {named}"
        )


def _no_options(origin: JourneyState, options: WayOptions) -> None:
    if options:
        raise ValueError(
            f"transition_to(state=…) of state {origin.id!r} leads to a state that exists; it does not take "
            f"{', '.join(f'{name}=' for name in options)}: give these where that state is made"
        )


def _new_state(chat_state: str | None, *, tools: tuple[str, ...], options: WayOptions) -> State:
    return State(
        id=options.get("id", ""),
        kind="chat" if chat_state is not None else "tool",
        action=chat_state or options.get("tool_instruction") or "",
        tools=tools,
        description=options.get("description", ""),
        composition_mode=options.get("composition_mode"),
        canned_responses=tuple(options.get("canned_responses", ())),
        labels=tuple(options.get("labels", ())),
        metadata=dict(options.get("metadata", {})),
        source=caller(),
    )


def _state_id(journey: JourneyDraft, state: StateLike) -> str:
    if isinstance(state, EndOfJourney):
        journey.states.setdefault(END, State(id=END, kind="end", source=caller()))
        return END
    target = state.target if isinstance(state, JourneyTransition) else state
    if target.journey_id != journey.journey.id:
        raise ValueError(f"state {target.id!r} belongs to journey {target.journey_id!r}, not to {journey.journey.id!r}")
    return target.id


def _as_list(tools: ToolRef | Sequence[ToolRef] | None) -> list[ToolRef]:
    if tools is None:
        return []
    return [tools] if isinstance(tools, ToolEntry | ToolId | str) else list(tools)
