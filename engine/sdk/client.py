"""The calls of a client, answered by a server in the same process."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..domain.session import Event, EventKind, Session
from ..domain.values import JSON
from .app import Server
from .conversation import Conversation


class Client:
    """Talks to a server of this process in the way in which one talks to one elsewhere."""

    def __init__(self, server: Server) -> None:
        self.variables = server.variables
        self.customers = server.customers
        self.sessions = ClientSessions(server)


class ClientSessions:
    """The sessions of a server, begun and gone on with by their ids."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._talks: dict[str, Conversation] = {}

    async def create(
        self,
        *,
        agent_id: str,
        customer_id: str | None = None,
        title: str = "",
        metadata: Mapping[str, JSON] | None = None,
        allow_greeting: bool = False,
        **options: Any,
    ) -> Session:
        """Begin a session; with allow_greeting the agent may speak first. Raises UnknownNameError."""
        agent = await self._server.get_agent(agent_id)
        talk = self._server.conversation(agent, customer=customer_id, title=title, metadata=metadata, **options)
        self._talks[talk.id] = talk
        if allow_greeting:
            await talk.agent_first()
        return talk.session

    async def retrieve(self, session_id: str) -> Session:
        """The session as it stands. Raises UnknownNameError."""
        talk = self._talks.get(session_id)
        return talk.session if talk else await self._server.get_session(session_id)

    async def list(
        self, *, agent_id: str | None = None, customer_id: str | None = None, labels: Sequence[str] = ()
    ) -> tuple[Session, ...]:
        """The sessions wanted, oldest first."""
        return await self._server.list_sessions(agent_id=agent_id, customer_id=customer_id, labels=labels)

    async def create_event(
        self,
        session_id: str,
        *,
        kind: EventKind = "message",
        source: str = "customer",
        message: str = "",
        data: JSON = None,
        participant: str = "",
        guidelines: Sequence[Mapping[str, JSON]] = (),
    ) -> Event:
        """Put an event on the timeline; a customer's message is answered before this returns.

        A message of the AI agent without a text lets the agent speak of its own accord, or say what `guidelines` for
        this one turn ask for (see Conversation.utter). `participant` is the name of a human agent. Gives the event
        that was put, of an agent's turn the first one. Raises ValueError for what can't be put there.
        """
        talk = await self._talk(session_id)
        if kind == "message" and source in ("agent", "ai_agent") and not message:
            spoken = await talk.utter(guidelines) if guidelines else await talk.agent_first()
            if not spoken.events:
                raise ValueError(f"session {session_id!r} is in manual mode; update it with mode='auto' first")
            return spoken.events[0]
        if kind == "message" and source == "customer":
            turn = await talk.say(message)
            return turn.events[0]
        if kind == "message" and source == "human_agent":
            await talk.operator(message, participant)
        elif kind == "message" and source == "human_agent_on_behalf_of_ai_agent":
            await talk.operator(message, participant, on_behalf_of_agent=True)
        elif kind == "custom":
            await talk.event(data)
        else:
            raise ValueError(f"a client can't put events of kind {kind!r} and source {source!r} on a timeline")
        return talk.session.events[-1]

    async def list_events(
        self,
        session_id: str,
        *,
        min_offset: int = 0,
        source: str | None = None,
        kinds: Sequence[EventKind] = (),
        trace_id: str = "",
    ) -> tuple[Event, ...]:
        """The timeline from an offset on; "agent" is short for the AI agent. Raises UnknownNameError."""
        talk = await self._talk(session_id)
        return talk.events(source=source, kinds=kinds, min_offset=min_offset, trace_id=trace_id)

    async def update(
        self,
        session_id: str,
        *,
        title: str | None = None,
        mode: str | None = None,
        consumption_offsets: Mapping[str, int] | None = None,
    ) -> Session:
        """Change a session's title, its mode, or what its readers have seen. Raises UnknownNameError."""
        talk = await self._talk(session_id)
        await talk.update(title=title, mode=mode)
        for reader, offset in (consumption_offsets or {}).items():
            await talk.set_consumption(reader, offset)
        return talk.session

    async def delete_events(self, session_id: str, *, to_turn: int) -> None:
        """Take back what came after a turn. Raises ValueError for a turn that there was not."""
        await (await self._talk(session_id)).rewind(to_turn)

    async def delete(self, session_id: str) -> None:
        """Forget a session."""
        self._talks.pop(session_id, None)
        await self._server.delete_session(session_id)

    async def _talk(self, session_id: str) -> Conversation:
        if session_id not in self._talks:
            self._talks[session_id] = self._server.talks.get(session_id) or await self._server.resume(session_id)
        return self._talks[session_id]
