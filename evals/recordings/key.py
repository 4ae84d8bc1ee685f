"""What a recording is found by: a hash of everything that changes the answer, and of nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, Literal, TypeAlias

from ...engine.domain.ask import Section, Settings
from ...engine.domain.values import JSON, canonical_json
from .entry import EntryKind

IN_KEY = frozenset(
    {
        "ask.decision",
        "ask.sections",
        "ask.schema",
        "ask.settings",
        "ask.attempt",
        "ask.stable_sections",
        "section.text",
        "settings.model",
        "settings.temperature",
        "settings.top_p",
        "settings.seed",
        "settings.max_tokens",
    }
)
"""What changes an answer. The number of the trial, the ordinal among identical asks and the kind are in every key."""

NOT_IN_KEY: Mapping[str, str] = {
    "ask.id": "a name for readers of the trace",
    "ask.facts": "what the sections were made from; a model sees the sections",
    "ask.template": "a model sees the sections that were made with it",
    "ask.ahead": "when it is put, and not what",
    "section.name": "a name for readers; only the text is sent, and which sections stand before the conversation",
    "transport.api_key": "a credential",
    "transport.api_base": "where the model is reached",
    "transport.api_version": "how the model is reached",
    "transport.timeout": "how long to wait",
    "transport.retries": "how often to try",
    "transport.backoff": "how long to wait between tries",
    "transport.max_concurrent": "how many at once",
    "transport.requests_per_minute": "how many a minute",
    "transport.price": "what it costs",
}
"""What does not change an answer, each with the reason."""

_SAMPLING = tuple(part.name for part in fields(Settings) if f"settings.{part.name}" in IN_KEY and part.name != "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequest:
    """An ask as it is keyed and stored: redacted, with the model and the settings that hold."""

    decision: str
    sections: tuple[Section, ...]
    schema: str
    """The answer's schema in JSON, its fields in their order."""
    settings: Settings
    """With the model's id in it."""
    attempt: int = 1
    trial: int = 1
    stable_sections: int = 0
    """How many sections are the system's, the others being the user's."""

    kind: ClassVar[EntryKind] = "ask"

    @property
    def name(self) -> str:
        """What is asked: the decision."""
        return self.decision

    @property
    def sampling(self) -> dict[str, JSON]:
        """The settings that are set and are in the key, without the model."""
        set_ = ((name, getattr(self.settings, name)) for name in _SAMPLING)
        return {name: value for name, value in set_ if value is not None}

    @property
    def content(self) -> JSON:
        """What is hashed."""
        return {
            "kind": "ask",
            "decision": self.decision,
            "schema": self.schema,
            "sections": [section.text for section in self.sections],
            "stable": self.stable_sections,
            "model": self.settings.model or "",
            "settings": self.sampling,
            "attempt": self.attempt,
            "trial": self.trial,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """A call of a tool or a retriever as it is keyed and stored: redacted, with what it may know of its caller."""

    tool: str
    arguments: Mapping[str, JSON]
    caller: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    trial: int = 1
    kind: Literal["tool", "retriever"] = "tool"

    @property
    def name(self) -> str:
        """What is called."""
        return self.tool

    @property
    def content(self) -> JSON:
        """What is hashed."""
        return {
            "kind": self.kind,
            "tool": self.tool,
            "arguments": self.arguments,
            "caller": self.caller,
            "trial": self.trial,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRequest:
    """A text to be embedded or moderated, redacted. The answer is the same in every trial."""

    model: str
    text: str
    kind: Literal["embedding", "moderation"]
    trial: int = 0

    @property
    def name(self) -> str:
        """Who is asked: the model."""
        return self.model

    @property
    def key(self) -> str:
        """What it is found by; asked again it is the same question."""
        return key_of(self)

    @property
    def content(self) -> JSON:
        """What is hashed."""
        return {"kind": self.kind, "model": self.model, "text": self.text}


Request: TypeAlias = AskRequest | ToolRequest | TextRequest


def key_of(request: Request, ordinal: int = 1) -> str:
    """The key of a request: SHA-256 in hexadecimal digits. `ordinal` counts identical requests of one trial from 1."""
    return key_at(content_key(request), ordinal)


def content_key(request: Request) -> str:
    """SHA-256 of what a request says, wherever in a trial it is made."""
    return _sha256(canonical_json(request.content))


def key_at(content: str, ordinal: int) -> str:
    """The key of the request of that content that comes for the so-manieth time."""
    return _sha256(canonical_json({"content": content, "ordinal": ordinal}))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
