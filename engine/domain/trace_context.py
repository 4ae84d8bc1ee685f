"""The part of a turn's record that says what the engine went by: values, what was looked up, left out, or hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .knowledge import Retrieved
from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRefresh:
    """A variable whose tool was asked for its value before anything else."""

    variable: str
    tool: str
    scope: str
    """Under which the value is kept, such as `customer:ada`, `agent` or `global`."""
    value: JSON = None
    error: str = ""
    """Why there is no new value; the one before stays in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanged:
    """What an author's code changed about the session in a turn."""

    by: str
    """The code: `tool:lookup`, `hook:on_preparing`, `plan`, or a handler in words."""
    changes: Mapping[str, JSON]
    """What is different: metadata, unset_metadata, labels, remove_labels, title, mode."""


CompressionStrategy = Literal["summarize", "trim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """An older part of the conversation that prompts no longer hold word for word, since this turn."""

    strategy: CompressionStrategy
    first: int
    last: int
    """The offsets of the first and of the last event that were left out."""
    tokens_before: int
    tokens_after: int
    """Estimates of what the conversation takes in a prompt."""
    facts: tuple[str, ...] = ()
    """Names of the facts that were found in it and are kept word for word."""
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A message of this turn in which moderation took offence."""

    offset: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something declared sensitive that was about to leave in a message; the customer's side saw it masked."""

    pattern: str
    """The name of the pattern."""
    offset: int
    """The message's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextTrace:
    """What a turn went by beside the conversation itself."""

    refreshed: tuple[VariableRefresh, ...] = ()
    capabilities: tuple[str, ...] = ()
    """Ids of the capabilities that prompts showed."""
    retrieved: tuple[Retrieved, ...] = ()
    flagged: tuple[Flagged, ...] = ()
    compressed: Compression | None = None
    earlier_sessions: tuple[str, ...] = ()
    """Ids of the customer's earlier sessions of which prompts told."""
    leaks: tuple[Leak, ...] = ()
    session_changes: tuple[SessionChanged, ...] = ()
    """In the order in which they were made."""
