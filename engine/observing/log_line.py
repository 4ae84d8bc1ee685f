"""A line of the log, and what came to a part of the trace since a step before."""

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of the log before anything is masked in it."""

    level: int
    scope: str
    text: str
    round: int = 0
    """The round of preparing that it is about; 0 is none."""


def since(old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    """What came to the end of a part of the trace, which only ever grows there."""
    return new[len(old) :]
