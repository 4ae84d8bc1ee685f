"""What a server keeps: its customers, and the sessions that they had."""

from collections.abc import Mapping, Sequence
from uuid import uuid4
from weakref import WeakValueDictionary

from ..adapters.stores.memory import MemorySessions
from ..domain.current import current_part
from ..domain.session import Customer, Session
from ..domain.values import JSON, unique
from ..errors import UnknownNameError
from ..logs import EngineLogger
from .conversation import Conversation
from .customers import CustomerHandle, Customers
from .relations import Tag
from .world import World


class Keeping:
    """A server as far as it keeps customers and sessions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session_ids: set[str] = set()
        self.customers = Customers(world.customers)
        self.talks: WeakValueDictionary[str, Conversation] = WeakValueDictionary()
        """The conversations that are open, by the id of their session."""

    @property
    def logger(self) -> EngineLogger:
        """The engine's logger; inside a turn its lines carry that turn's trace id."""
        return EngineLogger(trace_id=str(current_part("trace_id") or ""))

    async def create_customer(
        self,
        name: str,
        *,
        id: str | None = None,
        tags: Sequence[Tag | str] | None = (),
        metadata: Mapping[str, JSON] | None = None,
        preferences: Mapping[str, JSON] | None = None,
    ) -> CustomerHandle:
        """Declare a customer. Raises ValueError for an id that is taken."""
        return await self.customers.create(name, id=id, tags=tags, metadata=metadata, preferences=preferences)

    async def list_customers(self, *, tag: Tag | str | None = None) -> Sequence[CustomerHandle]:
        """All customers, in order of declaration, or those of one group."""
        return await self.customers.list(tag=tag)

    async def find_customer(self, *, id: str | None = None, name: str | None = None) -> CustomerHandle | None:
        """The customer of that id, or the first of that name; None where there is none."""
        return await self.customers.find(id=id, name=name)

    async def get_customer(self, id: str) -> CustomerHandle:
        """The customer of that id. Raises UnknownNameError."""
        return await self.customers.get(id)

    async def list_sessions(
        self, *, agent_id: str | None = None, customer_id: str | None = None, labels: Sequence[str] = ()
    ) -> tuple[Session, ...]:
        """The sessions of an agent and a customer, where named, that have all of these labels: oldest first."""
        return await self._world.sessions.list(agent_id=agent_id, customer_id=customer_id, labels=labels)

    async def find_session(self, id: str) -> Session | None:
        """The session of that id, None where there is none."""
        return await self._world.sessions.load(id)

    async def get_session(self, id: str) -> Session:
        """The session of that id. Raises UnknownNameError."""
        found = await self.find_session(id)
        if found is None:
            known = [session.id for session in await self.list_sessions()]
            raise UnknownNameError(kind="session", name=id, known=known)
        return found

    async def delete_session(self, id: str) -> None:
        """Forget a session; one that is not known is no error."""
        await self._world.sessions.delete(id)

    async def delete_sessions(self, *, agent_id: str | None = None, customer_id: str | None = None) -> tuple[str, ...]:
        """Forget the sessions of an agent, of a customer, or of both together, and give their ids.

        Raises ValueError where neither is named: that would be all of them.
        """
        if agent_id is None and customer_id is None:
            raise ValueError("delete_sessions() needs an agent_id or a customer_id; delete_session(id) forgets one")
        ids = tuple(one.id for one in await self.list_sessions(agent_id=agent_id, customer_id=customer_id))
        for session_id in ids:
            await self.delete_session(session_id)
        return ids

    def _new_session_id(self) -> str:
        """An id that no session has: readable where all of them end with this process."""
        if not isinstance(self._world.sessions, MemorySessions):
            return f"session-{uuid4().hex[:12]}"
        made = unique("session", self._session_ids)
        self._session_ids.add(made)
        return made

    def _customer(self, customer: Customer | CustomerHandle | str | None) -> Customer | str | None:
        return customer.value if isinstance(customer, CustomerHandle) else customer
