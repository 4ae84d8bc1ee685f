"""Playing the turns of a session: one after the other, each saved, and what came meanwhile put after it."""

import asyncio
from dataclasses import dataclass, field, replace

from ..asking.properties import Inferred
from ..author_code.stopwatch import Stopwatch
from ..domain.agent import AgentDefinition
from ..domain.current import in_turn
from ..domain.modes import SessionMode
from ..domain.session import MessageEvent, Session
from ..domain.session_in_turn import SessionInTurn
from ..domain.trace import Trace
from ..domain.trace_context import Flagged
from ..domain.turn import Turn
from ..ending import Interruption
from ..pipeline import Steps, play_turn, steps
from ..ports import Moderator
from ..services import Services
from ..timeline.moderation import moderated
from .built import BuiltAgent
from .inferring import Inference
from .sessions import HeldSession
from .turn_result import TurnResult
from .world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A turn that is to be played."""

    messages: tuple[MessageEvent, ...] = ()
    """What the customer says."""
    moderator: Moderator | None = None
    """Who reads that before the agent does."""
    steps: Steps = steps
    in_manual_mode: bool = False
    """Whether it is played also while an operator has the session."""
    interruption: Interruption = field(default_factory=Interruption)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A turn that is being played."""

    task: asyncio.Future[TurnResult]
    interruption: Interruption


class PlayedSession(HeldSession):
    """A session as far as its turns are played."""

    def __init__(
        self,
        built: BuiltAgent,
        *,
        services: Services,
        session: Session,
        inference: Inference | None = None,
        to_meet: str | None = None,
        moderator: Moderator | None = None,
    ) -> None:
        super().__init__(services=services, session=session, agent_name=built.definition.name)
        self._built: BuiltAgent = built
        self._inference: Inference | None = inference
        self._to_meet = to_meet
        """The id of the customer who is still to be looked up."""
        self._moderator = moderator or World().moderator
        """Who reads messages of which that is asked for one by one."""
        self._running: _Running | None = None
        self.inferred: Inferred | None = None
        """What was inferred of the agent's guidelines before the first turn; None where nothing was to be."""
        self.traces: tuple[Trace, ...] = ()
        self.texts: dict[str, str] = {}

    async def _turn(self, wanted: Wanted) -> TurnResult:
        await self._make_way()
        task = asyncio.ensure_future(self._play(wanted))
        self._running = _Running(task=task, interruption=wanted.interruption)
        return await task

    async def _make_way(self) -> None:
        """Wait until no turn is being played, after asking the one that is to end early if it still can."""
        while self._running is not None:
            self._running.interruption.ask_for()
            await asyncio.wait({self._running.task})

    async def _play(self, wanted: Wanted) -> TurnResult:
        start = len(self.session.events)
        try:
            await self._meet()
            trace = await self._begin(wanted)
            if self.session.mode is SessionMode.AUTO or wanted.in_manual_mode:
                trace = await self._played(trace, wanted)
        finally:
            self._running = None
        self.traces = (*self.traces, trace)
        await self._save()
        events = tuple(event for event in self.session.events[start:] if event.trace_id == trace.trace_id)
        return TurnResult(trace=trace, events=events)

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

    async def _begin(self, wanted: Wanted) -> Trace:
        """Put what the customer says on the timeline, each message read by the moderator before."""
        number = self.session.turns + 1
        trace = Trace(trace_id=f"{self.session.id}/{number}", turn=number, state=self.session.state)
        self.session = replace(self.session, turns=number)
        for message in wanted.messages:
            read, note = await moderated(self._signed(message), self.session, moderator=wanted.moderator)
            await self._put(replace(read, trace_id=trace.trace_id))
            if read.flagged:
                flagged = Flagged(offset=self.session.events[-1].offset, tags=read.flagged)
                context = replace(trace.context, flagged=(*trace.context.flagged, flagged))
                trace = replace(trace, context=context)
            if note is not None:
                trace = replace(trace, notes=(*trace.notes, note))
        await self._show()
        return trace

    def _signed(self, message: MessageEvent) -> MessageEvent:
        """A customer's message with who said it: the customer, unless somebody was named."""
        if message.participant or message.participant_id:
            return message
        customer = self.session.customer
        return replace(message, participant=customer.name, participant_id=customer.id)

    async def _played(self, trace: Trace, wanted: Wanted) -> Trace:
        agent = await self._definition()
        turn = Turn(agent=agent, session=self.session, trace=trace)
        for note in self.inferred.notes if self.inferred and not self.traces else ():
            turn = turn.note(note)
        parts: dict[str, object] = {
            "session": SessionInTurn(self.session),
            "customer": self.session.customer,
            "conversation": self,
            "begun": Stopwatch(utc=self._services.clock.now()),
        }
        self._is_played = True
        try:
            with in_turn(**parts, trace_id=trace.trace_id, agent=self._built.agent, server=self._built.server):
                done = await play_turn(turn, self._services, steps=wanted.steps, interruption=wanted.interruption)
            self.session = self._with_changes_made_meanwhile(done.session)
        finally:
            self._is_played = False
            self._meanwhile.clear()
            await self._add_late()
        self.texts.update(done.texts)
        return done.trace

    async def _definition(self) -> AgentDefinition:
        """The agent's definition, with its guidelines' properties inferred where that is wanted."""
        if self.inferred is None and self._inference is not None:
            self.inferred = await self._inference.of(self._built, llm=self._services.llm)
        return self.inferred.definition if self.inferred else self._built.definition
