"""Questions that were put to a model, as traces keep them: sections by hash, and how long the answers took."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .ask import AnswerSource, Usage

AheadMark: TypeAlias = Literal["no", "used", "unused"]
"""Whether something was asked before it was known that the answer would be needed, and if so, whether it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """A prompt's section by name, hash and size in characters; texts are kept beside traces, once each."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMade:
    """A question that was put to a model."""

    id: str
    decision: str
    attempt: int
    sections: tuple[SectionMark, ...]
    model: str
    answer: str
    """The digest of the answer's text; the text is kept beside."""
    usage: Usage = Usage()
    objections: tuple[str, ...] = ()
    ahead: AheadMark = "no"

    @property
    def size(self) -> int:
        """The prompt's characters."""
        return sum(section.size for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTime:
    """When an ask was answered from where, in seconds."""

    id: str
    attempt: int
    seconds: float
    source: AnswerSource
    recorded_at: str = ""
    """When an answer that came from a recording was given, ISO 8601 with time zone."""
