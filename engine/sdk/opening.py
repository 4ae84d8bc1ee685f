"""Opening a conversation: where the ports of one session meet their adapters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from ..adapters.embedding.cached import CachedEmbedder
from ..adapters.embedding.hashing import HashingEmbedder
from ..adapters.index import ExactIndex
from ..adapters.retrievers import LocalRetrievers
from ..author_code.perceived_performance import TimeStandsStill
from ..domain.modes import ModerationMode, SessionMode
from ..domain.session import AgentState, Customer, Session
from ..domain.tool import Permission
from ..domain.values import JSON
from ..logs import show_as_environment_says
from ..ports import LLM, AuditSink, Clock, Embedder, EventSink, RetrieverRunner, Sleeper, ToolResolver, ToolRunner
from ..services import FixedClock, Services, Silence
from .built import BuiltAgent
from .checking import refuse_unknown
from .conversation import Conversation
from .inferring import Inference
from .tool_references import permission
from .world import World, moderator_for


class SessionOptions(TypedDict, total=False):
    """What may be said of a session when it begins."""

    customer: Customer | str | None
    mode: SessionMode | str
    labels: Sequence[str]
    metadata: Mapping[str, JSON] | None
    variables: Mapping[str, JSON] | None
    title: str
    session_id: str
    session: Session | None
    permission_ceiling: Permission | None


class ConversationOptions(SessionOptions, total=False):
    """What may be said of a conversation when it is opened."""

    tools: ToolRunner | None
    retrievers: RetrieverRunner | None
    now: str | None
    moderation: ModerationMode
    sink: EventSink | None
    inference: Inference | None
    embedder: Embedder | None
    sleeper: Sleeper | None
    retry_temperatures: Mapping[str, Sequence[float]] | None
    world: World | None
    audit: AuditSink | None


def open_conversation(built: BuiltAgent, *, llm: LLM, **options: Unpack[ConversationOptions]) -> Conversation:
    """Begin a conversation with an agent, or with `session=` go on with one.

    Of the session: `customer` (one that is unknown by its id is a new one), `mode`, `labels`, `metadata`, `variables`,
    `title`, `session_id`, and a `permission_ceiling` ("read", "write", "admin"): tools that take more are not offered.
    `now` (ISO 8601 with a time zone) makes the engine's clock stand still. `moderation` is none, auto or paranoid.
    With `inference` the guidelines' properties are inferred before the first turn. Delays between messages are waited
    out by a `sleeper` such as RealTime(); without one nothing is waited for. `retry_temperatures` are those of a
    decision's attempts, by its name. `tools` and `retrievers` run in place of the agent's own. `embedder` finds what
    is near. The `world` is what it shares with other conversations; what is done is written down in the `audit`, and
    shown to the `sink`. Raises UnknownNameError for an option that there is not.
    """
    refuse_unknown(options, ConversationOptions.__annotations__, of="a conversation")
    show_as_environment_says()
    customer = options.get("customer")
    services = _services(built, llm, options=options)
    return Conversation(
        built,
        services=services,
        session=_session(built, options, clock=services.clock),
        inference=options.get("inference"),
        to_meet=customer if isinstance(customer, str) else None,
        moderator=(options.get("world") or World()).moderator,
    )


def _session(built: BuiltAgent, options: ConversationOptions, *, clock: Clock) -> Session:
    """The session to go on with, else a new one."""
    session = options.get("session") or replace(_new_session(built, options), created=clock.now())
    ceiling = options.get("permission_ceiling")
    return session if ceiling is None else replace(session, permission_ceiling=permission(ceiling))


def _new_session(built: BuiltAgent, options: ConversationOptions) -> Session:
    customer = options.get("customer")
    mode, labels = SessionMode(options.get("mode", SessionMode.AUTO)), tuple(options.get("labels", ()))
    return Session(
        id=options.get("session_id", "session"),
        agent_id=built.definition.id,
        customer=Customer(id=customer, name=customer) if isinstance(customer, str) else customer or Customer(),
        mode=mode,
        labels=labels,
        metadata=dict(options.get("metadata") or {}),
        variables=dict(options.get("variables") or {}),
        title=options.get("title", ""),
        opening=AgentState(labels=labels, mode=mode),
    )


def _services(built: BuiltAgent, llm: LLM, *, options: ConversationOptions) -> Services:
    world, now = options.get("world") or World(), options.get("now")
    temperatures = options.get("retry_temperatures") or {}
    return Services(
        llm=llm,
        tools=options.get("tools") or built.tools,
        retrievers=options.get("retrievers") or LocalRetrievers(built.code.retrievers),
        resolver=built.tools if isinstance(built.tools, ToolResolver) else None,
        code=built.code,
        clock=FixedClock(moment=datetime.fromisoformat(now)) if now else world.clock,
        moderator=moderator_for(options.get("moderation", "none"), world.moderator),
        sessions=world.sessions,
        customers=world.customers,
        variables=world.variables,
        sink=options.get("sink") or Silence(),
        batches=built.batches,
        embedder=CachedEmbedder(options.get("embedder") or HashingEmbedder()),
        index=ExactIndex(),
        sleeper=options.get("sleeper") or TimeStandsStill(),
        retry_temperatures={
            **built.retry_temperatures,
            **{name: tuple(values) for name, values in temperatures.items()},
        },
        hooks=built.hooks,
        audit=options.get("audit"),
    )
