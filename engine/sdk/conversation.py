"""Talking to an agent in process: what is said goes on the timeline, and a turn is returned once it is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from ..domain.current import current_part
from ..domain.modes import ModerationMode
from ..domain.session import MessageEvent
from ..domain.values import JSON
from ..errors import NotOpenError
from ..ports import EventSink
from ..services import Silence
from ..timeline.rewinding import forked, handed_over, last_turn, rewound, rewound_before, turn_of
from ..utterance import uttering
from .playing import PlayedSession, Wanted
from .session_updates import UpdateOptions, read_update
from .summarising import summary_of
from .turn_result import TurnResult
from .world import moderator_for

if TYPE_CHECKING:
    from .agents import Agent


class About(TypedDict, total=False):
    """What may be said of a message beside its text."""

    participant: str
    participant_id: str
    metadata: Mapping[str, JSON]


OF_THE_SESSION = ("clock", "moderator", "sessions", "customers", "variables", "sink", "sleeper", "audit")
"""The collaborators that a session keeps when another agent takes it over."""


class Conversation(PlayedSession):
    """One session with one agent."""

    successor: "Callable[[Agent | str], Conversation] | None" = None
    """Opens this session anew with another agent; None where nobody can."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    async def say(self, *texts: str, moderation: ModerationMode | None = None, **about: Unpack[About]) -> TurnResult:
        """Say something as the customer and await the turn; several messages are all there before the agent answers.

        Said while the agent is still at work on what was said before, it supersedes that turn: the turn is cancelled,
        unless its reply has begun to go out, and the next one answers all messages. `moderation` is for these messages
        in place of the session's. `participant` and `participant_id` say who spoke, where that was not the customer;
        `metadata` is noted on the messages. Raises UnknownNameError for a mode of moderation that there is not.
        """
        if not texts:
            raise ValueError("say() needs at least one message; for a turn of the agent's own accord use agent_first()")
        reader = self._services.moderator if moderation is None else moderator_for(moderation, self._moderator)
        messages = tuple(MessageEvent(source="customer", text=text, **about) for text in texts)
        return await self._turn(Wanted(messages=messages, moderator=reader))

    async def send_message(self, *texts: str, **options: Any) -> TurnResult:
        """The same as say()."""
        return await self.say(*texts, **options)

    async def agent_first(self) -> TurnResult:
        """Let the agent speak of its own accord; with nothing said and no guideline that holds it keeps silent."""
        return await self._turn(Wanted())

    async def utter(self, guidelines: Sequence[Mapping[str, JSON]]) -> TurnResult:
        """Let the agent say what these guidelines for one turn ask for, also while an operator has the session.

        Each has an `action`, and maybe `condition`, `description`, `priority`, `criticality`, `rationale`. Nothing
        else is matched, no tool runs, and the engine remembers nothing of it. Raises ValueError or UnknownNameError for
        what is none.
        """
        return await self._turn(Wanted(steps=uttering(guidelines), in_manual_mode=True))

    async def update(self, *, agent: "Agent | str | None" = None, **wanted: Unpack[UpdateOptions]) -> None:
        """Change the session's agent and whatever else, at once: all of it, or where one thing can't be, none.

        Further parameters: title, mode, customer, metadata and labels (added to what is there), unset_metadata,
        remove_labels, consumption_offsets; what is not given stays. Another agent, or one of that id, takes over
        between turns: it reads the timeline, and knows nothing of what was remembered for the one before. A customer
        whose id is not known is one of that id from now on. Raises ValueError with all that can't be, UnknownNameError;
        NotOpenError where the conversation was not opened on a server.
        """
        update = read_update(self.id, wanted)
        if agent is not None:
            await self._give_to(self._opened_anew(agent))
        await self._make(update)

    def _opened_anew(self, agent: "Agent | str") -> "Conversation":
        """This session as another agent would open it. Raises UnknownNameError, NotOpenError."""
        if self.successor is None:
            raise NotOpenError(
                "a session can be given to another agent where a server opened it: use server.conversation(...)"
            )
        if self._running is not None and current_part("conversation") is self:
            raise NotOpenError(f"session {self.id!r} is in a turn: it can be given to another agent between turns")
        return self.successor(agent)

    async def _give_to(self, other: "Conversation") -> None:
        await self._make_way()
        own = self._services
        self._built, self._inference, self._agent_name = other._built, other._inference, other._agent_name
        self._services = replace(other._services, **{name: getattr(own, name) for name in OF_THE_SESSION})
        self.inferred = None
        self.session = handed_over(self.session, agent_id=other._built.definition.id)

    async def rewind(self, to_turn: int | None = None, *, before_offset: int | None = None) -> None:
        """Go back to how the session stood after a turn; 0 is before the first. Or to before an event, by its offset.

        Later events are withdrawn, and what the engine remembered of them is forgotten. Raises ValueError for a turn
        or an event that there was not, for an event in the middle of a turn, and unless one of the two is given.
        """
        await self._make_way()
        match to_turn, before_offset:
            case int(), None:
                self.session, last = rewound(self.session, to_turn=to_turn), to_turn
            case None, int():
                self.session = rewound_before(self.session, offset=before_offset)
                last = last_turn(self.session)
            case _:
                raise ValueError("rewind() takes either a turn to go back to, or before_offset=")
        self.traces = tuple(trace for trace in self.traces if turn_of(trace.trace_id) <= last)
        await self._save()

    def fork(
        self, *, at: int | None = None, session_id: str | None = None, sink: EventSink | None = None
    ) -> "Conversation":
        """A conversation of its own that begins as this one stood after a turn (the last one, where none is named).

        What is said in one of them does not reach the other. Raises ValueError for a turn that there was not.
        """
        turn = at if at is not None else last_turn(self.session)
        session = forked(self.session, at_turn=turn, session_id=session_id or f"{self.session.id}~{turn}")
        services = replace(self._services, sink=sink or Silence())
        copy = Conversation(
            self._built, services=services, session=session, inference=self._inference, moderator=self._moderator
        )
        copy.inferred, copy.texts = self.inferred, dict(self.texts)
        copy.traces = tuple(trace for trace in self.traces if turn_of(trace.trace_id) <= turn)
        return copy

    async def summarize(self) -> str:
        """A summary of the conversation so far, as compression would make it; the session is not changed by it."""
        return await summary_of(self.session, agent=await self._definition(), services=self._services)
