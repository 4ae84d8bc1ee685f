"""The timelines of a server's sessions, as a client reads them and adds to them."""

from collections.abc import Mapping, Sequence

from ..domain.modes import ModerationMode
from ..domain.session import Event, EventKind
from ..domain.values import JSON
from .app import Server
from .conversation import Conversation
from .putting import Participant, Put, put_event


class ClientEvents:
    """Events of sessions, by the sessions' ids."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._talks: dict[str, Conversation] = {}

    async def create_event(
        self,
        session_id: str,
        *,
        kind: EventKind = "message",
        source: str | None = None,
        message: str = "",
        data: JSON = None,
        status: str = "",
        participant: Participant = "",
        metadata: Mapping[str, JSON] | None = None,
        moderation: ModerationMode | None = None,
        guidelines: Sequence[Mapping[str, JSON]] = (),
    ) -> Event:
        """Put an event on the timeline; a customer's message is answered before this returns.

        A message of the AI agent without a text lets the agent speak of its own accord, or say what `guidelines` for
        this one turn ask for (see Conversation.utter). `participant` is who speaks: what they are called, or
        {"id", "display_name"}. `moderation` is for this message, in place of the session's. `kind="status"` takes a
        `status` such as "typing", `kind="custom"` any `data`. Gives the event that was put, of an agent's turn the
        first one; one that came while a turn was played has the offset -1 until that is over. Raises ValueError with
        all that can't be put there, or does not go with the kind and source; UnknownNameError for a session, a status
        or a mode of moderation that there is not.
        """
        put = Put(
            kind=kind,
            source=source,
            message=message,
            data=data,
            status=status,
            participant=participant,
            metadata=metadata or {},
            moderation=moderation,
            guidelines=guidelines,
        )
        return await put_event(await self._talk(session_id), put)

    async def list_events(
        self,
        session_id: str,
        *,
        min_offset: int = 0,
        source: str | None = None,
        kinds: Sequence[EventKind] | str = (),
        trace_id: str = "",
        correlation_id: str = "",
        wait_for_data: float = 0,
    ) -> tuple[Event, ...]:
        """The timeline from an offset on; "agent" is short for the AI agent.

        With `wait_for_data` seconds it is waited until there is such an event. `correlation_id` is the former name of
        `trace_id`. Raises UnknownNameError, ValueError, and TimeoutError where nothing came in time.
        """
        talk = await self._talk(session_id)
        name = trace_id or correlation_id
        if wait_for_data <= 0:
            return talk.events(source=source, kinds=kinds, min_offset=min_offset, trace_id=name)
        return await talk.wait_for_events(
            seconds=wait_for_data, source=source, kinds=kinds, min_offset=min_offset, trace_id=name
        )

    async def read_event(self, session_id: str, offset: int, *, wait_for_completion: float = 0) -> Event:
        """The event at an offset; with seconds to wait, once it is there and a streamed message is complete.

        Raises ValueError where there is none, TimeoutError where it was not complete in time.
        """
        talk = await self._talk(session_id)
        if wait_for_completion > 0:
            return await talk.wait_until_complete(offset, seconds=wait_for_completion)
        found = next((event for event in talk.events(min_offset=offset) if event.offset == offset), None)
        if found is None:
            raise ValueError(f"session {session_id!r} has no event {offset}, or it was taken back")
        return found

    async def update_event(
        self,
        session_id: str,
        offset: int,
        *,
        metadata: Mapping[str, JSON] | None = None,
        unset_metadata: Sequence[str] = (),
    ) -> Event:
        """Note something about an event, or note it no longer; nothing else of it can be changed. Raises ValueError."""
        talk = await self._talk(session_id)
        await talk.set_event_metadata(offset, metadata, remove=unset_metadata)
        return await self.read_event(session_id, offset)

    async def delete_events(
        self, session_id: str, *, to_turn: int | None = None, min_offset: int | None = None
    ) -> None:
        """Take back what came after a turn, or all from an event on, which has to be the first of its turn.

        Raises ValueError for a turn or an event that there was not, or is none such.
        """
        await (await self._talk(session_id)).rewind(to_turn, before_offset=min_offset)

    async def _talk(self, session_id: str) -> Conversation:
        if session_id not in self._talks:
            self._talks[session_id] = self._server.talks.get(session_id) or await self._server.resume(session_id)
        return self._talks[session_id]
