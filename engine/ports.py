"""What the engine needs of the world, in its own types. Adapters implement these; tests pass fakes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from .author_code.engine_context import EngineContext
from .author_code.retrieval import RetrieverContext
from .domain.ask import Ask, Reply
from .domain.audit import AuditRecord
from .domain.knowledge import Retriever, RetrieverResult
from .domain.session import Customer, Event, Session
from .domain.tool import Tool, ToolResult
from .domain.values import JSON


class LLM(Protocol):
    """A model, whoever it is."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises ModelError when no answer can be had; never judges whether the answer is good."""
        ...


@runtime_checkable
class StreamingLLM(LLM, Protocol):
    """A model whose answer can be had while it is being given."""

    def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece, in order, and at the very end give the whole reply. Raises ModelError."""
        ...


Reservation = Literal["held", "wait", "refused"]
"""held: it is set aside; wait: there may be room when others have their answers; refused: there is none."""


class Purse(Protocol):
    """An amount of money that several may spend on models."""

    @property
    def limit(self) -> float:
        """What may be spent in all, in USD."""
        ...

    @property
    def left(self) -> float:
        """What is neither spent nor set aside."""
        ...

    def reserve(self, amount: float, /) -> Reservation:
        """Set an amount aside, where the limit allows it."""
        ...

    def settle(self, amount: float, /, *, spent: float) -> None:
        """Give back what was set aside, and take what was spent of it."""
        ...


Vector: TypeAlias = tuple[float, ...]
"""Where a text lies among others; of length 1, or 0 for a text in which there is nothing."""


class Embedder(Protocol):
    """Something that knows which texts mean about the same."""

    @property
    def near(self) -> float:
        """The similarity (cosine, at most 1) from which this embedder takes two texts for related."""
        ...

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """A vector for each text, all of one length. Raises ModelError when none can be had."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found by any of several texts."""

    id: str
    vectors: tuple[Vector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something that was found, and how similar the nearest of its texts is."""

    id: str
    similarity: float


class Index(Protocol):
    """Something that finds what lies nearest."""

    async def nearest(self, query: Vector, among: Sequence[Entry], /, *, most: int) -> tuple[Near, ...]:
        """The nearest entries, at most so many, nearest first; of equally near ones the earlier."""
        ...


class Sleeper(Protocol):
    """Someone for whom time passes, or does not."""

    async def pause(self, seconds: float, /) -> None:
        """Let so much time pass before going on; where no time passes, go on at once."""
        ...

    async def passed(self, seconds: float, /) -> None:
        """Return once so much time has passed; where no time passes, never."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolInvocation:
    """A tool that is about to be called: validated arguments, and who it is called for."""

    tool: Tool
    arguments: Mapping[str, JSON]
    session: Session
    ordinal: int = 1
    """1 for the first call of this tool with these arguments in the session."""
    variables: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    agent_name: str = ""
    agent_id: str = ""
    now: datetime | None = field(default=None, compare=False)
    """What the engine's clock says."""
    channel: "EventSink | None" = field(default=None, compare=False)
    """Where the tool may put events while it runs; the engine marks them as the tool's."""

    @property
    def customer(self) -> Customer:
        """The customer it is called for."""
        return self.session.customer


class ToolRunner(Protocol):
    """Something that can run tools: functions in this process, a service, or stand-ins."""

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Run a tool. What the tool raises is given back as a failed result, never raised."""
        ...


@runtime_checkable
class ToolResolver(Protocol):
    """Something that knows what a tool's parameters may be at the moment."""

    async def resolve(self, invocation: ToolInvocation, /) -> "ResolvedTool":
        """The invocation's tool with the choices of today; its arguments play no part. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedTool:
    """A tool with the choices that code provides for it."""

    tool: Tool
    problem: str | None = None
    """Why the choices could not be had."""


class ToolService(ToolRunner, ToolResolver, Protocol):
    """Tools of another program, which are known once it was asked for them."""

    async def list_tools(self) -> tuple[Tool, ...]:
        """The tools it offers, their ids with the service's name before them. Raises ToolServiceError."""
        ...

    async def close(self) -> None:
        """Let go of what is open; it opens again when it is needed."""
        ...


class EventSink(Protocol):
    """Someone who wants to see the events of a turn as they happen."""

    async def emit(self, event: Event, /) -> None:
        """Take an event; its offset and trace id are set."""
        ...


class AuditSink(Protocol):
    """Someone who keeps a record of what was done: it only grows."""

    async def append(self, records: Sequence[AuditRecord], /) -> None:
        """Keep the records of one turn, in their order."""
        ...


class Clock(Protocol):
    """The engine's notion of now."""

    def now(self) -> datetime:
        """The present moment, with a time zone."""
        ...


class SessionStore(Protocol):
    """Where sessions are kept between turns."""

    async def load(self, session_id: str, /) -> Session | None:
        """The session of that id, None where it is not known."""
        ...

    async def save(self, session: Session, /) -> None:
        """Keep a session, over what was kept before."""
        ...

    async def delete(self, session_id: str, /) -> None:
        """Forget a session; one that is not known is no error."""
        ...

    async def list(
        self, *, agent_id: str | None = None, customer_id: str | None = None, labels: Sequence[str] = ()
    ) -> tuple[Session, ...]:
        """The sessions of an agent and a customer, where given, that have all of these labels: oldest first."""
        ...


class CustomerStore(Protocol):
    """Where customers are kept."""

    async def load(self, customer_id: str, /) -> Customer | None:
        """The customer of that id, None where it is not known."""
        ...

    async def save(self, customer: Customer, /) -> None:
        """Keep a customer, over what was kept before."""
        ...

    async def list(self) -> tuple[Customer, ...]:
        """All customers, in the order in which they were first kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """A variable's value, and when it was set."""

    value: JSON
    at: datetime


class VariableStore(Protocol):
    """Where values of variables are kept that are set while the program runs."""

    async def load(self, variable: str, scope: str, /) -> StoredValue | None:
        """The value under a scope, None where none was set; `variable` names the agent too."""
        ...

    async def save(self, variable: str, scope: str, /, *, stored: StoredValue) -> None:
        """Set the value under a scope."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """What a moderator says of a message: the kinds of offence it found, none where it found none."""

    tags: tuple[str, ...] = ()


class Moderator(Protocol):
    """Someone who reads customers' messages before the agent does."""

    async def check(self, text: str, session: Session, /) -> Moderation:
        """Judge a message that is about to join a session. May raise whatever it likes: the message then passes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """A retriever that is about to run, and what it may know."""

    retriever: Retriever
    context: RetrieverContext
    resolved: Callable[[], Awaitable[EngineContext]] = field(compare=False)
    """Waits until it is settled what holds in the turn, for a retriever that wants to know it."""


class RetrieverRunner(Protocol):
    """Something that can run retrievers: functions in this process, or what was recorded of them."""

    async def run(self, retrieval: Retrieval, /) -> RetrieverResult | None:
        """Run a retriever to its end, its deferred part included. May raise whatever the retriever raises."""
        ...
