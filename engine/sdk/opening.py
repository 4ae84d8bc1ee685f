"""Opening a conversation: where the ports of one session meet their adapters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from ..adapters.embedding.cached import CachedEmbedder
from ..adapters.embedding.hashing import HashingEmbedder
from ..adapters.index import ExactIndex
from ..adapters.moderation.patterns import JailbreakModerator, Moderators, PatternModerator
from ..adapters.retrievers import LocalRetrievers
from ..adapters.stores.local import LocalCustomers, LocalSessions, LocalVariables
from ..adapters.stores.memory import MemoryCustomers, MemorySessions, MemoryVariables
from ..domain.modes import SessionMode
from ..domain.session import AgentState, Customer, Session
from ..domain.tool import Permission
from ..domain.values import JSON
from ..errors import UnknownNameError
from ..logs import show_as_environment_says
from ..moderation import MODES, ModerationMode
from ..perceived_performance import TimeStandsStill
from ..ports import (
    LLM,
    AuditSink,
    Clock,
    CustomerStore,
    Embedder,
    EventSink,
    Moderator,
    RetrieverRunner,
    SessionStore,
    Sleeper,
    ToolResolver,
    ToolRunner,
    VariableStore,
)
from ..services import FixedClock, Services, Silence, SystemClock
from .built import BuiltAgent
from .conversation import Conversation
from .inferring import Inference
from .tool_references import permission

FOLDER = Path(".understudy")
"""Where stores called "local" keep their files, below the working directory."""

StoreName: TypeAlias = Literal["transient", "local"]
STORES: tuple[str, ...] = ("transient", "local")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What several conversations have in common: who the customers are, what was said before, and the time."""

    sessions: SessionStore = field(default_factory=MemorySessions)
    customers: CustomerStore = field(default_factory=MemoryCustomers)
    variables: VariableStore = field(default_factory=MemoryVariables)
    moderator: Moderator = field(default_factory=PatternModerator)
    clock: Clock = field(default_factory=SystemClock)


def session_store(given: SessionStore | str) -> SessionStore:
    """The store of sessions that a name stands for, or the one given. Raises UnknownNameError."""
    if not isinstance(given, str):
        return given
    return LocalSessions(FOLDER / "sessions") if _store_name(given) == "local" else MemorySessions()


def customer_store(given: CustomerStore | str) -> CustomerStore:
    """The store of customers that a name stands for, or the one given. Raises UnknownNameError."""
    if not isinstance(given, str):
        return given
    return LocalCustomers(FOLDER / "customers") if _store_name(given) == "local" else MemoryCustomers()


def variable_store(given: VariableStore | str) -> VariableStore:
    """The store of variables' values that a name stands for, or the one given. Raises UnknownNameError."""
    if not isinstance(given, str):
        return given
    return LocalVariables(FOLDER / "variables") if _store_name(given) == "local" else MemoryVariables()


def _store_name(name: str) -> str:
    if name not in STORES:
        raise UnknownNameError(kind="store", name=name, known=STORES)
    return name


def moderator_for(mode: ModerationMode, moderator: Moderator) -> Moderator | None:
    """Who reads along in a mode. Raises UnknownNameError for a mode that there is not."""
    match mode:
        case "none":
            return None
        case "auto":
            return moderator
        case "paranoid":
            return Moderators(moderator, JailbreakModerator())
        case _:
            raise UnknownNameError(kind="mode of moderation", name=str(mode), known=MODES)


def open_conversation(
    built: BuiltAgent,
    *,
    llm: LLM,
    tools: ToolRunner | None = None,
    retrievers: RetrieverRunner | None = None,
    customer: Customer | str | None = None,
    mode: SessionMode | str = SessionMode.AUTO,
    labels: Sequence[str] = (),
    metadata: Mapping[str, JSON] | None = None,
    variables: Mapping[str, JSON] | None = None,
    title: str = "",
    now: str | None = None,
    moderation: ModerationMode = "none",
    session_id: str = "session",
    session: Session | None = None,
    sink: EventSink | None = None,
    inference: Inference | None = None,
    embedder: Embedder | None = None,
    sleeper: Sleeper | None = None,
    retry_temperatures: Mapping[str, Sequence[float]] | None = None,
    permission_ceiling: Permission | None = None,
    world: World | None = None,
    audit: AuditSink | None = None,
) -> Conversation:
    """Begin a conversation with an agent, or with `session=` go on with one.

    `now` (ISO 8601 with a time zone) makes the engine's clock stand still. `moderation` is "none", "auto" or "paranoid".
    With `inference=` the guidelines' properties are inferred before the first turn. Delays between messages are waited
    out by a `sleeper=` such as RealTime(); without one nothing is waited for. `retry_temperatures` are those of a
    decision's attempts, by its name. Tools that take more than the `permission_ceiling` ("read", "write", "admin") are
    not offered in this conversation. `retrievers` run in place of the agent's own, as `tools` do. The `world` is what it
    shares with other conversations. What is done is written down in the `audit`.
    """
    show_as_environment_says()
    world = world or World()
    if session is None:
        session = Session(
            id=session_id,
            agent_id=built.definition.id,
            customer=Customer(id=customer, name=customer) if isinstance(customer, str) else customer or Customer(),
            mode=SessionMode(mode),
            labels=tuple(labels),
            metadata=dict(metadata or {}),
            variables=dict(variables or {}),
            title=title,
            opening=AgentState(labels=tuple(labels), mode=SessionMode(mode)),
        )
    if permission_ceiling is not None:
        session = replace(session, permission_ceiling=permission(permission_ceiling))
    services = Services(
        llm=llm,
        tools=tools or built.tools,
        retrievers=retrievers or LocalRetrievers(built.code.retrievers),
        resolver=built.tools if isinstance(built.tools, ToolResolver) else None,
        code=built.code,
        clock=FixedClock(moment=datetime.fromisoformat(now)) if now else world.clock,
        moderator=moderator_for(moderation, world.moderator),
        sessions=world.sessions,
        customers=world.customers,
        variables=world.variables,
        sink=sink or Silence(),
        batches=built.batches,
        embedder=CachedEmbedder(embedder or HashingEmbedder()),
        index=ExactIndex(),
        sleeper=sleeper or TimeStandsStill(),
        retry_temperatures={
            **built.retry_temperatures,
            **{name: tuple(values) for name, values in (retry_temperatures or {}).items()},
        },
        hooks=built.hooks,
        audit=audit,
    )
    to_meet = customer if isinstance(customer, str) else None
    return Conversation(built, services=services, session=session, inference=inference, to_meet=to_meet)
