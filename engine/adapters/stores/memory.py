"""Stores that forget everything when the process ends."""

from collections.abc import Sequence

from ...domain.session import Customer, Session
from ...ports import StoredValue


def is_wanted(session: Session, *, agent_id: str | None, customer_id: str | None, labels: Sequence[str]) -> bool:
    """Whether a session is of that agent and customer, where given, and has all of these labels."""
    return (
        agent_id in (None, session.agent_id)
        and customer_id in (None, session.customer.id)
        and set(labels) <= set(session.labels)
    )


class MemorySessions:
    """Sessions in this process."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def load(self, session_id: str, /) -> Session | None:
        """The session of that id."""
        return self._sessions.get(session_id)

    async def save(self, session: Session, /) -> None:
        """Keep a session; it keeps the place that it was given first."""
        self._sessions[session.id] = session

    async def delete(self, session_id: str, /) -> None:
        """Forget a session."""
        self._sessions.pop(session_id, None)

    async def list(
        self, *, agent_id: str | None = None, customer_id: str | None = None, labels: Sequence[str] = ()
    ) -> tuple[Session, ...]:
        """The sessions wanted, oldest first."""
        return tuple(
            session
            for session in self._sessions.values()
            if is_wanted(session, agent_id=agent_id, customer_id=customer_id, labels=labels)
        )


class MemoryCustomers:
    """Customers in this process."""

    def __init__(self) -> None:
        self._customers: dict[str, Customer] = {}

    async def load(self, customer_id: str, /) -> Customer | None:
        """The customer of that id."""
        return self._customers.get(customer_id)

    async def save(self, customer: Customer, /) -> None:
        """Keep a customer."""
        self._customers[customer.id] = customer

    async def list(self) -> tuple[Customer, ...]:
        """All customers, in the order in which they came."""
        return tuple(self._customers.values())


class MemoryVariables:
    """Values of variables in this process."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], StoredValue] = {}

    async def load(self, variable: str, scope: str, /) -> StoredValue | None:
        """The value under a scope."""
        return self._values.get((variable, scope))

    async def save(self, variable: str, scope: str, /, *, stored: StoredValue) -> None:
        """Set the value under a scope."""
        self._values[variable, scope] = stored
