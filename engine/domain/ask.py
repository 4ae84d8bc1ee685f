"""A question to a model and its answer, as they cross the one port through which models are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from .facts import Facts
from .values import JSON, digest

AnswerSource = Literal["live", "recorded", "offline", "scripted"]

CONVERSATION = "conversation"
"""The section from which on a prompt changes with every turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named part of a prompt. Sections stand in order of how rarely they change."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """A short hash of the text."""
        return digest(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What changes a model's answer beside the prompt; None leaves it to the adapter."""

    model: str | None = None
    """The model's id as litellm names it (openai/gpt-4o); None is the adapter's own."""
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None

    def over(self, other: "Settings") -> "Settings":
        """These settings, and the other's where these leave something open."""
        mine = ((part.name, getattr(self, part.name)) for part in fields(self))
        return replace(other, **{name: value for name, value in mine if value is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question put to a model."""

    id: str
    """Readable and unique in a turn: round/decision/ordinal (1/match/2). Attempts share it; no prompt holds it."""
    decision: str
    sections: tuple[Section, ...]
    schema: Mapping[str, JSON]
    """The JSON Schema that the answer must satisfy."""
    facts: Facts
    """What the sections were made from, so that an answer can be worked out without reading prose."""
    settings: Settings = Settings()
    attempt: int = 1
    template: str = ""
    """The digest of the template that made the sections, examples included; empty where nobody said."""
    ahead: bool = False
    """Whether it is put before it is known that the answer will be needed, and may go without one."""

    @property
    def stable_sections(self) -> int:
        """How many sections at the start seldom change from turn to turn: those before the conversation.

        Providers cache them. Where there is no conversation, all but the last one count.
        """
        names = [section.name for section in self.sections]
        return names.index(CONVERSATION) if CONVERSATION in names else max(0, len(names) - 1)

    @property
    def prompt(self) -> str:
        """The sections as one text."""
        return "\n\n".join(section.text for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer took. Tokens are the provider's count, 0 where nobody counted; cost is in USD."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    answer_tokens: int = 0
    cost: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            answer_tokens=self.answer_tokens + other.answer_tokens,
            cost=self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answered: text that should be JSON of the asked schema."""

    text: str
    model: str
    """The model that really answered."""
    usage: Usage = Usage()
    finish_reason: str = "stop"
    source: AnswerSource = field(default="live", compare=False)
    seconds: float = field(default=0.0, compare=False)
    """How long the answer took when it was given, also when it is served from a recording."""
    recorded_at: str = field(default="", compare=False)
    """When an answer that is served from a recording was given, ISO 8601; empty where it was given just now."""
    cut_off: int = field(default=0, compare=False)
    """How many tries before it were cut off, for which the provider may charge without anybody knowing how much."""
