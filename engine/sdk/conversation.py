"""Talking to an agent in process: what is said goes on the timeline, and a turn is returned once it is saved."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from ..asking.properties import Inferred
from ..domain.agent import AgentDefinition
from ..domain.current import in_turn
from ..domain.modes import SessionMode
from ..domain.session import MessageEvent, Session
from ..domain.trace import Trace
from ..domain.trace_context import Flagged
from ..domain.turn import Turn
from ..domain.values import JSON
from ..ending import Interruption
from ..pipeline import Steps, play_turn, steps
from ..ports import EventSink
from ..services import Services, Silence
from ..timeline.moderation import moderated
from ..timeline.rewinding import forked, rewound, turn_of
from ..utterance import uttering
from .built import BuiltAgent
from .inferring import Inference
from .sessions import HeldSession
from .summarising import summary_of
from .turn_result import TurnResult


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A turn that is to be played."""

    texts: tuple[str, ...] = ()
    """What the customer says."""
    steps: Steps = steps
    in_manual_mode: bool = False
    """Whether it is played also while an operator has the session."""
    interruption: Interruption = field(default_factory=Interruption)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A turn that is being played."""

    task: asyncio.Future[TurnResult]
    interruption: Interruption


class Conversation(HeldSession):
    """One session with one agent."""

    def __init__(
        self,
        built: BuiltAgent,
        *,
        services: Services,
        session: Session,
        inference: Inference | None = None,
        to_meet: str | None = None,
    ) -> None:
        super().__init__(services=services, session=session, agent_name=built.definition.name)
        self._built = built
        self._inference = inference
        self._to_meet = to_meet
        """The id of the customer who is still to be looked up."""
        self._running: _Running | None = None
        self.inferred: Inferred | None = None
        """What was inferred of the agent's guidelines before the first turn; None where nothing was to be."""
        self.traces: tuple[Trace, ...] = ()
        self.texts: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    async def say(self, *texts: str) -> TurnResult:
        """Say something as the customer and await the turn; several messages are all there before the agent answers.

        Said while the agent is still at work on what was said before, it supersedes that turn: the turn is cancelled,
        unless its reply has begun to go out, and the next one answers all messages.
        """
        if not texts:
            raise ValueError("say() needs at least one message; for a turn of the agent's own accord use agent_first()")
        return await self._turn(_Wanted(texts=texts))

    async def send_message(self, *texts: str) -> TurnResult:
        """The same as say()."""
        return await self.say(*texts)

    async def agent_first(self) -> TurnResult:
        """Let the agent speak of its own accord; with nothing said and no guideline that holds it keeps silent."""
        return await self._turn(_Wanted())

    async def utter(self, guidelines: Sequence[Mapping[str, JSON]]) -> TurnResult:
        """Let the agent say what these guidelines for one turn ask for, also while an operator has the session.

        Each has an `action`, and maybe `condition`, `description`, `priority`, `criticality`. Nothing else is matched,
        no tool runs, and the engine remembers nothing of it. Raises ValueError or UnknownNameError for what is none.
        """
        return await self._turn(_Wanted(steps=uttering(guidelines), in_manual_mode=True))

    async def rewind(self, to_turn: int) -> None:
        """Go back to how the session stood after a turn; 0 is before the first.

        Later events are withdrawn, and what the engine remembered of them is forgotten. Raises ValueError for a turn
        that there was not.
        """
        await self._make_way()
        self.session = rewound(self.session, to_turn=to_turn)
        self.traces = tuple(trace for trace in self.traces if turn_of(trace.trace_id) <= to_turn)
        await self._save()

    def fork(
        self, *, at: int | None = None, session_id: str | None = None, sink: EventSink | None = None
    ) -> "Conversation":
        """A conversation of its own that begins as this one stood after a turn (the last one, where none is named).

        What is said in one of them does not reach the other. Raises ValueError for a turn that there was not.
        """
        turn = at if at is not None else max((turn_of(event.trace_id) for event in self.session.events), default=0)
        session = forked(self.session, at_turn=turn, session_id=session_id or f"{self.session.id}~{turn}")
        services = replace(self._services, sink=sink or Silence())
        copy = Conversation(self._built, services=services, session=session, inference=self._inference)
        copy.inferred, copy.texts = self.inferred, dict(self.texts)
        copy.traces = tuple(trace for trace in self.traces if turn_of(trace.trace_id) <= turn)
        return copy

    async def summarize(self) -> str:
        """A summary of the conversation so far, as compression would make it; the session is not changed by it."""
        return await summary_of(self.session, agent=await self._definition(), services=self._services)

    async def _turn(self, wanted: _Wanted) -> TurnResult:
        await self._make_way()
        task = asyncio.ensure_future(self._play(wanted))
        self._running = _Running(task=task, interruption=wanted.interruption)
        return await task

    async def _make_way(self) -> None:
        """Wait until no turn is being played, after asking the one that is to end early if it still can."""
        while self._running is not None:
            self._running.interruption.ask_for()
            await asyncio.wait({self._running.task})

    async def _play(self, wanted: _Wanted) -> TurnResult:
        start = len(self.session.events)
        try:
            await self._meet()
            trace = await self._begin(wanted.texts)
            if self.session.mode is SessionMode.AUTO or wanted.in_manual_mode:
                trace = await self._played(trace, wanted)
        finally:
            self._running = None
        self.traces = (*self.traces, trace)
        await self._save()
        return TurnResult(trace=trace, events=self.session.events[start:])

    async def _meet(self) -> None:
        """Look up the customer of whom only the id was said; one that is not known is one from now on."""
        store, name = self._services.customers, self._to_meet
        if store is None or name is None:
            return
        self._to_meet = None
        known = await store.load(name)
        if known is not None:
            self.session = replace(self.session, customer=known)
        elif not self.session.customer.is_guest:
            await store.save(self.session.customer)

    async def _begin(self, texts: Sequence[str]) -> Trace:
        """Put what the customer says on the timeline, each message read by the moderator before."""
        number = self.session.turns + 1
        trace = Trace(trace_id=f"{self.session.id}/{number}", turn=number, state=self.session.state)
        self.session = replace(self.session, turns=number)
        name = self.session.customer.name
        for text in texts:
            message = MessageEvent(source="customer", text=text, participant=name)
            read, note = await moderated(message, self.session, moderator=self._services.moderator)
            await self._put(replace(read, trace_id=trace.trace_id))
            if read.flagged:
                flagged = Flagged(offset=self.session.events[-1].offset, tags=read.flagged)
                context = replace(trace.context, flagged=(*trace.context.flagged, flagged))
                trace = replace(trace, context=context)
            if note is not None:
                trace = replace(trace, notes=(*trace.notes, note))
        await self._show()
        return trace

    async def _played(self, trace: Trace, wanted: _Wanted) -> Trace:
        turn = Turn(agent=await self._definition(), session=self.session, trace=trace)
        for note in self.inferred.notes if self.inferred and not self.traces else ():
            turn = turn.note(note)
        parts = {"session": self.session, "customer": self.session.customer, "trace_id": trace.trace_id}
        with in_turn(**parts, agent=self._built.agent, server=self._built.server):
            done = await play_turn(turn, self._services, steps=wanted.steps, interruption=wanted.interruption)
        self.session = done.session
        self.texts.update(done.texts)
        return done.trace

    async def _definition(self) -> AgentDefinition:
        """The agent's definition, with its guidelines' properties inferred where that is wanted."""
        if self.inferred is None and self._inference is not None:
            self.inferred = await self._inference.of(self._built, llm=self._services.llm)
        return self.inferred.definition if self.inferred else self._built.definition
