"""Ids that people can read, and the place in the author's code where something was made."""

import sys
from collections.abc import Container, Mapping
from pathlib import Path
from types import FrameType

from ..domain.values import Source, slug

PACKAGE = str(Path(__file__).parent.parent)


def caller() -> Source | None:
    """The nearest call outside of this package: where an author declared something."""
    frame = _frame_of_caller()
    return Source(file=frame.f_code.co_filename, line=frame.f_lineno) if frame else None


def here(text: str = "") -> str:
    """A text with the place of the nearest call outside of this package before it; without a text that place alone."""
    return at(str(caller() or ""), text)


def at(place: str, text: str) -> str:
    """A text with a place before it, as far as there is one."""
    return ": ".join(part for part in (place, text) if part)


def names_at_caller() -> Mapping[str, object]:
    """The names known at the nearest call outside of this package: of its function, then of its module."""
    frame = _frame_of_caller()
    return {**frame.f_globals, **frame.f_locals} if frame else {}


def _frame_of_caller() -> FrameType | None:
    # The one way to see who calls without the cost of reading sources.
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def readable_id(taken: Container[str], *texts: str) -> str:
    """An id from the first text there is; when that is taken the next text's words are added, then -2, -3 …"""
    words = [slug(text) for text in texts if text and text.strip()] or ["unnamed"]
    candidates = [words[0], *(f"{words[0]}-{more}" for more in words[1:])]
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    number = 2
    while f"{candidates[0]}-{number}" in taken:
        number += 1
    return f"{candidates[0]}-{number}"
