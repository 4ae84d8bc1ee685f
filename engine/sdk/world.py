"""What conversations have in common: stores of sessions, customers and values, who reads along, and the time."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, Unpack

from ..adapters.moderation.patterns import JailbreakModerator, Moderators, PatternModerator
from ..adapters.stores.local import LocalCustomers, LocalSessions, LocalVariables
from ..adapters.stores.memory import MemoryCustomers, MemorySessions, MemoryVariables
from ..domain.modes import MODERATION_MODES, ModerationMode
from ..errors import UnknownNameError
from ..ports import Clock, CustomerStore, Moderator, SessionStore, VariableStore
from ..services import SystemClock
from .checking import refuse_unknown

FOLDER = Path(".understudy")
"""Where stores called "local" keep their files, below the working directory."""

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
            raise UnknownNameError(kind="mode of moderation", name=str(mode), known=MODERATION_MODES)


class WorldOptions(TypedDict, total=False):
    """Parts of a world as an author names them: "transient", "local", or an object."""

    session_store: SessionStore | str
    customer_store: CustomerStore | str
    variable_store: VariableStore | str
    moderator: Moderator | None
    clock: Clock | None


def world_of(**parts: Unpack[WorldOptions]) -> World:
    """The world that an author's options stand for. Raises UnknownNameError for an option or a store unknown."""
    refuse_unknown(parts, WorldOptions.__annotations__, of="a server")
    return World(
        sessions=session_store(parts.get("session_store", "transient")),
        customers=customer_store(parts.get("customer_store", "transient")),
        variables=variable_store(parts.get("variable_store", "transient")),
        moderator=parts.get("moderator") or PatternModerator(),
        clock=parts.get("clock") or SystemClock(),
    )
