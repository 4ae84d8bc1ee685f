"""A recording: one answer of a model or one result of foreign code, with all that is needed to find it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, cast

from ...engine.codec import dump, load
from ...engine.domain.ask import Usage
from ...engine.domain.tool import ToolResult
from ...engine.domain.values import JSON
from .migrations import FORMAT, NoWayError, migrated

EntryKind: TypeAlias = Literal["ask", "tool", "retriever", "embedding", "moderation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRef:
    """A section by name and hash; its text stands once in the file."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAsk:
    """What was asked and answered."""

    attempt: int
    model: str
    """The model that was asked."""
    served: str
    """The model that answered."""
    sections: tuple[SectionRef, ...]
    schema: str
    """The hash of the answer's schema."""
    facts: str
    """The hash of what the sections were made from."""
    template: str = ""
    """The hash of the template they were made with; empty where nobody said."""
    settings: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    reply: str
    finish_reason: str = "stop"
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """What a tool or a retriever was called with and gave back."""

    arguments: Mapping[str, JSON]
    caller: Mapping[str, JSON]
    """What it could know of who it was called for."""
    result: ToolResult
    seconds: float = 0.0
    kind: Literal["tool", "retriever"] = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVector:
    """Where an embedding model puts a text."""

    model: str
    text: str
    """The hash of the text."""
    vector: str
    """Base64 of its numbers, each a little-endian float of four bytes."""
    kind: Literal["embedding"] = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedJudgement:
    """What a moderation service thinks of a text."""

    service: str
    text: str
    """The hash of the text."""
    judgement: JSON
    kind: Literal["moderation"] = "moderation"


Body: TypeAlias = RecordedAsk | RecordedCall | RecordedVector | RecordedJudgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recording, and where in a scenario it came about."""

    key: str
    name: str
    """The decision, the tool, the retriever, or the model that embeds or moderates."""
    turn: int
    """0 for what belongs to the agent."""
    trial: int
    """0 for what belongs to the agent, and is the same in every trial."""
    ordinal: int
    """Counts identical requests of one trial from 1."""
    body: Body
    recorded_at: str = field(default="", compare=False)
    """ISO 8601 with time zone."""
    format: int = FORMAT

    @property
    def kind(self) -> EntryKind:
        """What was recorded."""
        return self.body.kind

    @property
    def place(self) -> tuple[int, int, str, str, int, int, str]:
        """Where it stands in a file: by trial, turn, kind, name, attempt and ordinal."""
        attempt = self.body.attempt if isinstance(self.body, RecordedAsk) else 1
        return (self.trial, self.turn, self.kind, self.name, attempt, self.ordinal, self.key)


class UnreadableEntryError(ValueError):
    """A stored entry that can't be used; its text says why and what to do."""


def entry_to_json(entry: Entry) -> dict[str, JSON]:
    """An entry as it is stored."""
    return dump(entry)


def entry_from_json(stored: JSON) -> Entry:
    """A stored entry. Raises UnreadableEntryError for another format version and for what is no entry."""
    if not isinstance(stored, dict):
        raise UnreadableEntryError("this is not a recording")
    try:
        stored = migrated(cast("dict[str, JSON]", stored))
    except NoWayError as error:
        raise UnreadableEntryError(str(error)) from None
    try:
        entry = load(Entry, stored)
    except ValueError as error:
        raise UnreadableEntryError(f"this is not a whole recording ({str(error).splitlines()[0]})") from None
    if isinstance(entry.body, RecordedCall):
        return replace(entry, body=replace(entry.body, result=_in_tuples(entry.body.result)))
    return entry


def result_from_json(stored: JSON) -> ToolResult:
    """A tool's result as it was before it was stored."""
    return _in_tuples(load(ToolResult, stored))


def _in_tuples(result: ToolResult) -> ToolResult:
    # JSON has lists only, and a result of a replay must equal that of the run.
    return replace(result, canned_responses=tuple(result.canned_responses), guidelines=tuple(result.guidelines))


def is_newer(stored: Mapping[str, JSON]) -> bool:
    """Whether a stored line was written by a newer version of this format."""
    version = stored.get("format", FORMAT)
    return isinstance(version, int) and version > FORMAT
