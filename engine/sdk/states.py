"""States of a journey as an author draws them, and the ways between them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Unpack, cast

from ..domain.journey import END, ROOT, State, StateKind, Transition
from ..domain.knowledge import RetrieverScope
from ..domain.values import JSON, unique
from .draft import AgentDraft
from .journey_draft import JourneyDraft, Link, links_to
from .knowledge import ResponseOptions, Where, make_response
from .names import caller
from .readable_state import ReadableState
from .retrievers import Retrieves
from .state_options import (
    ToolRef,
    WayOptions,
    add_code,
    as_list,
    exactly_one,
    known_options,
    name_of,
    new_state,
    of_their_kinds,
    with_options,
)

if TYPE_CHECKING:
    from .journeys import Journey


class EndOfJourney:
    """The end of any journey, as a target of transitions."""

    stands_for_a_state = True

    def __repr__(self) -> str:
        return "END_JOURNEY"


END_JOURNEY = EndOfJourney()


class JourneyState(ReadableState):
    """A state of a journey in the making."""

    __slots__ = ()
    stands_for_a_state = True

    async def transition_to(
        self,
        *,
        chat_state: str | None = None,
        tool_state: ToolRef | Sequence[ToolRef] | None = None,
        state: "StateLike | None" = None,
        journey: "Journey | None" = None,
        condition: str | None = None,
        **options: Unpack[WayOptions],
    ) -> "JourneyTransition[Any]":
        """Add a way to a new chat state, a new tool state, a state that exists, or through another journey.

        Exactly one of the four is given. A new state may have: tool_instruction (tool states), description,
        canned_responses, composition_mode, labels, metadata, id, on_selected, on_message and
        canned_response_field_provider. Given with a state that exists, they are added to what it has, but handlers and
        metadata belong to this way. With journey= the states of that journey become part of this one, under ids that
        begin with its own, and the target of the transition is where its ends meet.
        """
        targets = {"chat_state": chat_state, "tool_state": tool_state, "state": state, "journey": journey}
        exactly_one(self.id, **targets)
        known_options(self.id, options, tool=tool_state is not None, linked=journey is not None)
        options = of_their_kinds(self.id, {**targets, "condition": condition}, options)
        if journey is not None:
            return self._link(journey, condition=condition)
        if state is not None:
            return self._to_existing(state, condition=condition, options=options)
        made = new_state(chat_state, tools=self._draft.use_tools(as_list(tool_state)), options=options)
        way = self._add_way(self._add_state(made), condition=condition)
        add_code(self._draft, f"{self.journey_id}/{way.target.id}", options)
        return way

    async def fork(self, *, id: str | None = None) -> "JourneyTransition[ForkJourneyState]":
        """Add a way to a state that says nothing and only branches; every way out of it needs a condition."""
        return self._add_way(self._add_state(State(id=id or "", kind="fork", source=caller())), condition=None)

    create_fork_state = fork

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Add a canned response that can be said only in this state; gives its id.

        Further parameters: signals, tags, metadata, fields, field_dependencies, id.
        """
        where = Where(journey=self.journey_id, state=f"{self.journey_id}/{self.id}")
        return make_response(self._draft, template, where=where, **options)

    def _to_existing(
        self, state: "StateLike", *, condition: str | None, options: WayOptions
    ) -> "JourneyTransition[Any]":
        target = _state_id(self._journey, state)
        if target == END and options:
            raise ValueError(f"the way of state {self.id!r} to the end takes a condition= and no {', '.join(options)}")
        if "id" in options:
            raise ValueError(f"state {target!r} has its id; id= is for a state that transition_to() makes")
        if options:
            self._say_of(target, options)
        way = self._add_way(target, condition=condition, metadata=options.get("metadata"))
        add_code(self._draft, f"{self.journey_id}/{way.id}", options)
        return way

    def _say_of(self, target: str, options: WayOptions) -> None:
        """Add to a state what a further way to it says of it."""
        if target not in self._journey.states:
            raise ValueError(f"state {target!r} comes from another journey: say there what there is to say of it")
        self._journey.states[target] = with_options(self._journey.states[target], options)

    def _link(self, journey: "Journey", *, condition: str | None) -> "JourneyTransition[Any]":
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
        state_id = made.id or unique(name_of(made), states)
        states[state_id] = replace(made, id=state_id)
        return state_id

    def _add_way(
        self, target: str, *, condition: str | None, metadata: Mapping[str, JSON] | None = None
    ) -> "JourneyTransition[Any]":
        way = Transition(
            source=self.id,
            target=target,
            condition=condition or "",
            metadata=dict(metadata or {}),
            made_at=caller(),
        )
        self._journey.transitions.append(way)
        return JourneyTransition(self._draft, journey=self.journey_id, way=way)


class InitialJourneyState(JourneyState):
    """Where a journey begins: nothing is said there, ways only lead away."""

    __slots__ = ()


class ChatJourneyState(JourneyState):
    """A state in which something is got across."""

    __slots__ = ()


class ToolJourneyState(JourneyState):
    """A state in which tools run."""

    __slots__ = ()


class ForkJourneyState(JourneyState):
    """A state that says nothing and only branches."""

    __slots__ = ()


HANDLES: Mapping[StateKind, type[JourneyState]] = {
    "initial": InitialJourneyState,
    "chat": ChatJourneyState,
    "tool": ToolJourneyState,
    "fork": ForkJourneyState,
    "end": JourneyState,
}


def state_handle(draft: AgentDraft, *, journey: str, state: str) -> JourneyState:
    """A state as its author holds it, of the class that goes with its kind."""
    kind = JourneyState(draft, journey=journey, state=state).kind
    return HANDLES[kind](draft, journey=journey, state=state)


S = TypeVar("S", bound=JourneyState)


class JourneyTransition(Retrieves, Generic[S]):
    """A way between two states. Wherever a state is wanted it stands for its target."""

    __slots__ = ("_draft", "journey_id", "source", "target", "value")
    stands_for_a_state = True

    def __init__(self, draft: AgentDraft, *, journey: str, way: Transition) -> None:
        self._draft = draft
        self.journey_id = journey
        self.value = way
        """The transition as data."""
        self.source = state_handle(draft, journey=journey, state=way.source)
        self.target: S = cast("S", state_handle(draft, journey=journey, state=way.target))

    def __repr__(self) -> str:
        return f"<JourneyTransition {self.journey_id}/{self.id}>"

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self._draft, "state", f"{self.journey_id}/{self.target.id}"

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
    ) -> "JourneyTransition[Any]":
        """Go on from the target; parameters as of JourneyState.transition_to."""
        return await self.target.transition_to(
            chat_state=chat_state, tool_state=tool_state, state=state, journey=journey, condition=condition, **options
        )

    async def fork(self, *, id: str | None = None) -> "JourneyTransition[ForkJourneyState]":
        """Branch from the target."""
        return await self.target.fork(id=id)

    create_fork_state = fork

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Add a canned response to the target; parameters as of JourneyState.create_canned_response."""
        return await self.target.create_canned_response(template, **options)


StateLike: TypeAlias = JourneyState | JourneyTransition[Any] | EndOfJourney


def state_at(state: StateLike) -> JourneyState:
    """The state that a handle stands for."""
    if isinstance(state, EndOfJourney):
        raise ValueError("nothing may follow the end of a journey")
    return state.target if isinstance(state, JourneyTransition) else state


def _state_id(journey: JourneyDraft, state: StateLike) -> str:
    if isinstance(state, EndOfJourney):
        journey.states.setdefault(END, State(id=END, kind="end", source=caller()))
        return END
    target = state_at(state)
    if target.journey_id != journey.journey.id:
        raise ValueError(f"state {target.id!r} belongs to journey {target.journey_id!r}, not to {journey.journey.id!r}")
    return target.id
