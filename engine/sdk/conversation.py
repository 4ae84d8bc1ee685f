"""Talking to an agent in process: what is said goes on the timeline, and a turn is returned once it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from ..adapters.embedding.cached import CachedEmbedder
from ..adapters.embedding.hashing import HashingEmbedder
from ..adapters.index import ExactIndex
from ..domain.agent import AgentDefinition
from ..domain.current import in_turn
from ..domain.modes import SessionMode
from ..domain.session import Customer, CustomEvent, Event, MessageEvent, Session
from ..domain.tool import Permission
from ..domain.trace import OutcomeKind, Trace
from ..domain.turn import Turn
from ..domain.values import JSON
from ..perceived_performance import TimeStandsStill
from ..pipeline import play_turn
from ..ports import LLM, Embedder, EventSink, Sleeper, ToolResolver, ToolRunner
from ..properties import Inferred
from ..services import FixedClock, Services, Silence, SystemClock
from .built import BuiltAgent
from .inferring import Inference
from .tool_references import permission


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What one turn gave. Everything in it is read from the trace."""

    trace: Trace
    events: tuple[Event, ...]
    """The events of the turn, the customer's messages included."""

    @property
    def reply(self) -> str:
        """All that the agent said, as one text; empty when it said nothing."""
        return self.trace.reply

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the guidelines that held."""
        return self.trace.fired

    @property
    def dropped(self) -> Mapping[str, OutcomeKind]:
        """Ids of the guidelines that matched and gave way, with the kind of reason."""
        return self.trace.dropped

    @property
    def tool_calls(self) -> tuple[str, ...]:
        """Names of the tools called, in order."""
        return self.trace.tools_called

    @property
    def journeys(self) -> Mapping[str, str | None]:
        """The active journeys, with the state each stood in."""
        return self.trace.active_journeys


class Conversation:
    """One session with one agent."""

    def __init__(
        self, built: BuiltAgent, *, services: Services, session: Session, inference: Inference | None = None
    ) -> None:
        self._built = built
        self._services = services
        self._inference = inference
        self.inferred: Inferred | None = None
        """What was inferred of the agent's guidelines before the first turn; None where nothing was to be."""
        self.session = session
        self.traces: tuple[Trace, ...] = ()
        self.texts: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    async def say(self, *texts: str) -> TurnResult:
        """Say something as the customer and await the turn; several messages are all there before the agent answers."""
        if not texts:
            raise ValueError("say() needs at least one message; for a turn of the agent's own accord use agent_first()")
        name = self.session.customer.name
        messages = [MessageEvent(source="customer", text=text, participant=name) for text in texts]
        return await self._turn(messages)

    async def agent_first(self) -> TurnResult:
        """Let the agent speak of its own accord."""
        return await self._turn([])

    async def operator(self, text: str, name: str = "") -> None:
        """Put a human agent's message on the timeline; the agent does not answer it."""
        await self._put(MessageEvent(source="human_agent", text=text, participant=name))

    async def event(self, data: JSON) -> None:
        """Put something that the front end reports on the timeline; the agent does not answer it."""
        await self._put(CustomEvent(data=data))

    async def set_mode(self, mode: SessionMode | str) -> None:
        """Hand the session to an operator (manual) or back to the agent (auto)."""
        self.session = replace(self.session, mode=SessionMode(mode))

    async def _put(self, event: Event) -> None:
        self.session = self.session.with_events(event)
        await self._services.sink.emit(self.session.events[-1])

    async def _turn(self, messages: Sequence[MessageEvent]) -> TurnResult:
        number = self.session.turns + 1
        trace = Trace(trace_id=f"{self.session.id}/{number}", turn=number, state=self.session.state)
        start = len(self.session.events)
        self.session = replace(self.session, turns=number)
        for message in messages:
            await self._put(replace(message, trace_id=trace.trace_id))
        if self.session.mode is SessionMode.AUTO:
            agent = await self._definition()
            turn = Turn(agent=agent, session=self.session, trace=trace)
            for note in self.inferred.notes if self.inferred and not self.traces else ():
                turn = turn.note(note)
            with in_turn(
                session=self.session,
                customer=self.session.customer,
                agent=self._built.agent,
                server=self._built.server,
            ):
                done = await play_turn(turn, self._services)
            self.session, trace = done.session, done.trace
            self.texts.update(done.texts)
        self.traces = (*self.traces, trace)
        return TurnResult(trace=trace, events=self.session.events[start:])

    async def _definition(self) -> AgentDefinition:
        """The agent's definition, with its guidelines' properties inferred where that is wanted."""
        if self.inferred is None and self._inference is not None:
            self.inferred = await self._inference.of(self._built, llm=self._services.llm)
        return self.inferred.definition if self.inferred else self._built.definition


def open_conversation(
    built: BuiltAgent,
    *,
    llm: LLM,
    tools: ToolRunner | None = None,
    customer: Customer | None = None,
    mode: SessionMode | str = SessionMode.AUTO,
    labels: Sequence[str] = (),
    metadata: Mapping[str, JSON] | None = None,
    variables: Mapping[str, JSON] | None = None,
    now: str | None = None,
    session_id: str = "session",
    session: Session | None = None,
    sink: EventSink | None = None,
    inference: Inference | None = None,
    embedder: Embedder | None = None,
    sleeper: Sleeper | None = None,
    retry_temperatures: Mapping[str, Sequence[float]] | None = None,
    permission_ceiling: Permission | None = None,
) -> Conversation:
    """Begin a conversation with an agent, or with `session=` go on with one.

    `now` (ISO 8601 with a time zone) makes the engine's clock stand still. With `inference=` the guidelines' properties
    are inferred before the first turn. Delays between messages are waited out by a `sleeper=` such as RealTime();
    without one nothing is waited for. `retry_temperatures` are those of a decision's attempts, by its name. Tools that
    take more than the `permission_ceiling` ("read", "write", "admin") are not offered in this conversation.
    """
    session = session or Session(
        id=session_id,
        agent_id=built.definition.id,
        customer=customer or Customer(),
        mode=SessionMode(mode),
        labels=tuple(labels),
        metadata=dict(metadata or {}),
        variables=dict(variables or {}),
    )
    if permission_ceiling is not None:
        session = replace(session, permission_ceiling=permission(permission_ceiling))
    clock = FixedClock(moment=datetime.fromisoformat(now)) if now else SystemClock()
    services = Services(
        llm=llm,
        tools=tools or built.tools,
        resolver=built.tools if isinstance(built.tools, ToolResolver) else None,
        code=built.code,
        clock=clock,
        sink=sink or Silence(),
        batches=built.batches,
        embedder=CachedEmbedder(embedder or HashingEmbedder()),
        index=ExactIndex(),
        sleeper=sleeper or TimeStandsStill(),
        retry_temperatures={name: tuple(values) for name, values in (retry_temperatures or {}).items()},
    )
    return Conversation(built, services=services, session=session, inference=inference)
