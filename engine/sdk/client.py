"""The calls of a client, answered by a server in the same process."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..domain.session import Session
from ..domain.values import JSON
from .app import Server
from .client_events import ClientEvents
from .paging import Order, Page, page_of


class Client:
    """Talks to a server of this process in the way in which one talks to one elsewhere."""

    def __init__(self, server: Server) -> None:
        self.variables = server.variables
        self.customers = server.customers
        self.sessions = ClientSessions(server)


class ClientSessions(ClientEvents):
    """The sessions of a server, begun and gone on with by their ids."""

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
        self,
        *,
        agent_id: str | None = None,
        customer_id: str | None = None,
        labels: Sequence[str] = (),
        limit: int | None = None,
        cursor: str | None = None,
        sort: Order = "asc",
    ) -> Page[Session]:
        """The sessions wanted, at most `limit` on a page; `sort="desc"` is the newest first.

        Raises ValueError for a cursor that names none of them.
        """
        wanted = await self._server.list_sessions(agent_id=agent_id, customer_id=customer_id, labels=labels)
        return page_of(wanted, name=lambda session: session.id, limit=limit, cursor=cursor, sort=sort)

    async def update(
        self,
        session_id: str,
        *,
        title: str | None = None,
        mode: str | None = None,
        agent_id: str | None = None,
        customer_id: str | None = None,
        consumption_offsets: Mapping[str, int] | None = None,
        metadata: Mapping[str, JSON] | None = None,
        unset_metadata: Sequence[str] = (),
        labels: Sequence[str] = (),
        remove_labels: Sequence[str] = (),
    ) -> Session:
        """Change a session: who takes part, what it is called, who answers, what is noted, what readers have seen.

        `metadata` and `labels` are added to what is there. It is one change: where one thing can't be, nothing is
        changed. Raises UnknownNameError, and ValueError with all that can't be.
        """
        talk = await self._talk(session_id)
        await talk.update(
            agent=agent_id,
            title=title,
            mode=mode,
            customer=customer_id,
            metadata=metadata,
            unset_metadata=unset_metadata,
            labels=labels,
            remove_labels=remove_labels,
            consumption_offsets=consumption_offsets,
        )
        return talk.session

    async def delete(self, session_id: str) -> None:
        """Forget a session."""
        self._talks.pop(session_id, None)
        await self._server.delete_session(session_id)

    async def delete_many(self, *, agent_id: str | None = None, customer_id: str | None = None) -> tuple[str, ...]:
        """Forget the sessions of an agent, of a customer, or of both together, and give their ids.

        Raises ValueError where neither is named.
        """
        gone = await self._server.delete_sessions(agent_id=agent_id, customer_id=customer_id)
        for session_id in gone:
            self._talks.pop(session_id, None)
        return gone
