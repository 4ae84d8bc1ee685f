"""States of a journey as an author draws them, and the ways between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypedDict, Unpack

from ..domain.journey import END, ROOT, State, StateKind, Transition
from ..domain.knowledge import CannedResponse
from ..domain.modes import CompositionMode
from ..domain.values import JSON, slug, unique
from ..errors import UnknownNameError
from ..services import FieldProvider, StateHandler
from .draft import AgentDraft
from .journey_draft import JourneyDraft, Link, drawn, links_to
from .knowledge import add_response
from .names import caller
from .tools import ToolEntry, ToolId

if TYPE_CHECKING:
    from .journeys import Journey

ToolRef: TypeAlias = ToolEntry | ToolId | str


class EndOfJourney:
    """The end of any journey, as a target of transitions."""

    def __repr__(self) -> str:
        return "END_JOURNEY"


END_JOURNEY = EndOfJourney()


class StateCode(TypedDict, total=False):
    """The author's own code for a state: what runs when it is selected or was spoken from, and what gives fields."""

    on_selected: StateHandler | None
    on_message: StateHandler | None
    canned_response_field_provider: FieldProvider | None


class WayOptions(StateCode, total=False):
    """What a transition may say of the state that it leads to."""

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
    def labels(self) -> tuple[str, ...]:
        """What it adds to a session's labels."""
        return self.value.labels

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """What its author noted about it; never shown to a model."""
        return self.value.metadata

    async def transition_to(
        self,
        *,
        chat_state: str | None = None,
        tool_state: ToolRef | Sequence[ToolRef] | None = None,
        state: "StateLike | None" = None,
        journey: "Journey | None" = None,
        condition: str | None = None,
        **options: Unpack[WayOptions],
    ) -> "JourneyTransition":
        """Add a way to a new chat state, a new tool state, a state that exists, or through another journey.

        Exactly one of the four is given. A new state may have: tool_instruction (tool states), description,
        canned_responses, composition_mode, labels, metadata, id, on_selected, on_message and
        canned_response_field_provider. Given with a state that exists, they are added to what it has, but handlers and
        metadata belong to this way. With journey= the states of that journey become part of this one, under ids that
        begin with its own, and the target of the transition is where its ends meet.
        """
        _exactly_one(self, chat_state=chat_state, tool_state=tool_state, state=state, journey=journey)
        _known_options(self, options, tool=tool_state is not None, linked=journey is not None)
        if journey is not None:
            return self._link(journey, condition=condition)
        if state is not None:
            return self._to_existing(state, condition=condition, options=options)
        made = _new_state(chat_state, tools=self._draft.use_tools(_as_list(tool_state)), options=options)
        way = self._add_way(self._add_state(made), condition=condition)
        _add_code(self._draft, f"{self.journey_id}/{way.target.id}", options)
        return way

    async def fork(self, *, id: str | None = None) -> "JourneyTransition":
        """Add a way to a state that says nothing and only branches; every way out of it needs a condition."""
        return self._add_way(self._add_state(State(id=id or "", kind="fork", source=caller())), condition=None)

    create_fork_state = fork

    async def create_canned_response(
        self,
        template: str,
        *,
        signals: Sequence[str] = (),
        metadata: Mapping[str, JSON] | None = None,
        field_dependencies: Sequence[str] = (),
        id: str | None = None,
    ) -> str:
        """Add a canned response that can be said only in this state; gives its id."""
        response = CannedResponse(
            id=id or "",
            template=template,
            signals=tuple(signals),
            journey=self.journey_id,
            state=f"{self.journey_id}/{self.id}",
            field_dependencies=tuple(field_dependencies),
            metadata=dict(metadata or {}),
            source=caller(),
        )
        return add_response(self._draft, response)

    def _to_existing(
        self, state: "StateLike", *, condition: str | None, options: WayOptions
    ) -> "JourneyTransition":
        target = _state_id(self._journey, state)
        if target == END and options:
            raise ValueError(f"the way of state {self.id!r} to the end takes a condition= and no {', '.join(options)}")
        if "id" in options:
            raise ValueError(f"state {target!r} has its id; id= is for a state that transition_to() makes")
        if options:
            self._journey.states[target] = _with_options(JourneyState.value.fget(state_at(self, target)), options)
        way = self._add_way(target, condition=condition, metadata=options.get("metadata"))
        _add_code(self._draft, f"{self.journey_id}/{way.id}", options)
        return way

    def _link(self, journey: "Journey", *, condition: str | None) -> "JourneyTransition":
        known = self._draft.known_journeys()
        if journey.id not in known:
            raise ValueError(
                f"journey {self.journey_id!r} can't go through {journey.id!r}, which its agent does not have; "
                "attach_journey() it first"
            )
        if self.journey_id in (journey.id, *links_to(known, journey.id)):
            raise ValueError(f"journey {self.journey_id!r} can't go through {journey.id!r}: that one leads through it")
        states = self._journey.states
        link = Link(journey=journey.id, entry=unique(journey.id, states))
        for name, original in ((link.entry, ROOT), (link.join, END)):
            states[name] = State(id=name, kind="fork", originals=(f"{journey.id}/{original}",), source=caller())
        self._journey.links.append(link)
        way = self._add_way(link.entry, condition=condition)
        return JourneyTransition(self._draft, journey=self.journey_id, way=replace(way.value, target=link.join))

    def _add_state(self, made: State) -> str:
        states = self._journey.states
        if made.id and made.id in states:
            raise ValueError(f"journey {self.journey_id!r} has a state {made.id!r} already; give this one another id=")
        state_id = made.id or unique(_own_name(made), states)
        states[state_id] = replace(made, id=state_id)
        return state_id

    def _add_way(
        self, target: str, *, condition: str | None, metadata: Mapping[str, JSON] | None = None
    ) -> "JourneyTransition":
        way = Transition(
            source=self.id,
            target=target,
            condition=condition or "",
            metadata=dict(metadata or {}),
            made_at=caller(),
        )
        self._journey.transitions.append(way)
        return JourneyTransition(self._draft, journey=self.journey_id, way=way)


class JourneyTransition:
    """A way between two states. Wherever a state is wanted it stands for its target."""

    __slots__ = ("_draft", "journey_id", "source", "target", "value")

    def __init__(self, draft: AgentDraft, *, journey: str, way: Transition) -> None:
        self._draft = draft
        self.journey_id = journey
        self.value = way
        """The transition as data."""
        self.source = JourneyState(draft, journey=journey, state=way.source)
        self.target = JourneyState(draft, journey=journey, state=way.target)

    def __repr__(self) -> str:
        return f"<JourneyTransition {self.journey_id}/{self.id}>"

    @property
    def id(self) -> str:
        """source->target."""
        return self.value.id

    @property
    def condition(self) -> str:
        """When it is open; empty where it always is."""
        return self.value.condition

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """What its author noted about it; never shown to a model."""
        return self.value.metadata

    async def transition_to(
        self,
        *,
        chat_state: str | None = None,
        tool_state: ToolRef | Sequence[ToolRef] | None = None,
        state: "StateLike | None" = None,
        journey: "Journey | None" = None,
        condition: str | None = None,
        **options: Unpack[WayOptions],
    ) -> "JourneyTransition":
        """Go on from the target; parameters as of JourneyState.transition_to."""
        return await self.target.transition_to(
            chat_state=chat_state, tool_state=tool_state, state=state, journey=journey, condition=condition, **options
        )

    async def fork(self, *, id: str | None = None) -> "JourneyTransition":
        """Branch from the target."""
        return await self.target.fork(id=id)

    create_fork_state = fork

    async def create_canned_response(
        self,
        template: str,
        *,
        signals: Sequence[str] = (),
        metadata: Mapping[str, JSON] | None = None,
        field_dependencies: Sequence[str] = (),
        id: str | None = None,
    ) -> str:
        """Add a canned response to the target."""
        return await self.target.create_canned_response(
            template, signals=signals, metadata=metadata, field_dependencies=field_dependencies, id=id
        )


StateLike: TypeAlias = JourneyState | JourneyTransition | EndOfJourney


def state_at(state: StateLike, name: str | None = None) -> JourneyState:
    """The state that a handle stands for, or another one of its journey."""
    if isinstance(state, EndOfJourney):
        raise ValueError("nothing may follow the end of a journey")
    at = state.target if isinstance(state, JourneyTransition) else state
    return at if name is None else JourneyState(at._draft, journey=at.journey_id, state=name)


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


def _known_options(origin: JourneyState, options: Mapping[str, object], *, tool: bool, linked: bool) -> None:
    """Refuse what no transition has, and what does not go with its target."""
    known = {**WayOptions.__annotations__, **StateCode.__annotations__}
    for name in options:
        if name not in known:
            raise UnknownNameError(kind="option of a transition", name=name, known=known, place=str(caller() or ""))
    if options.get("tool_instruction") is not None and not tool:
        raise ValueError(f"transition_to() of state {origin.id!r}: tool_instruction= goes with tool_state= only")
    if linked and options:
        raise ValueError(
            f"transition_to(journey=…) of state {origin.id!r} takes a condition= and no {', '.join(options)}: "
            "give these where that journey is drawn"
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


def _with_options(state: State, options: WayOptions) -> State:
    """A state with what a further way to it says of it."""
    for name in ("description", "composition_mode"):
        said, has = options.get(name), getattr(state, name)
        if said and has and said != has:
            raise ValueError(f"state {state.id!r} has the {name} {has!r} already, and can't have {said!r} as well")
    return replace(
        state,
        description=state.description or options.get("description", ""),
        composition_mode=state.composition_mode or options.get("composition_mode"),
        canned_responses=_joined(state.canned_responses, options.get("canned_responses", ())),
        labels=_joined(state.labels, options.get("labels", ())),
    )


def _joined(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _add_code(draft: AgentDraft, name: str, options: StateCode) -> None:
    """Attach an author's code to a state (`journey/state`) or to a way (`journey/source->target`)."""
    selected, message = options.get("on_selected"), options.get("on_message")
    provider = options.get("canned_response_field_provider")
    if selected is not None:
        draft.journey_code.state_selected[name] = selected
    if message is not None:
        draft.journey_code.state_message[name] = message
    if provider is not None:
        draft.journey_code.fields[name] = provider


def _state_id(journey: JourneyDraft, state: StateLike) -> str:
    if isinstance(state, EndOfJourney):
        journey.states.setdefault(END, State(id=END, kind="end", source=caller()))
        return END
    target = state_at(state)
    if target.journey_id != journey.journey.id:
        raise ValueError(f"state {target.id!r} belongs to journey {target.journey_id!r}, not to {journey.journey.id!r}")
    return target.id


def _as_list(tools: ToolRef | Sequence[ToolRef] | None) -> list[ToolRef]:
    if tools is None:
        return []
    return [tools] if isinstance(tools, ToolEntry | ToolId | str) else list(tools)
