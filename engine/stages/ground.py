"""Finding the terms of the glossary that matter now."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from ..domain.knowledge import Term
from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..services import Services

ALL_UP_TO = 20
"""Glossaries of up to this many terms are shown whole; of larger ones, as many as this."""


async def ground(turn: Turn, services: Services) -> Turn:
    """Note which terms were spoken of, and choose those that prompts show."""
    spoken = _folded(" ".join(_texts(turn)))
    mentioned = tuple(term for term in turn.agent.terms if _is_mentioned(term, spoken))
    trace = replace(turn.trace, terms=tuple(term.name for term in mentioned))
    return replace(turn, terms=_shown(turn.agent.terms, mentioned), trace=trace)


def _shown(terms: tuple[Term, ...], mentioned: tuple[Term, ...]) -> tuple[Term, ...]:
    if len(terms) <= ALL_UP_TO:
        return terms
    first = {term.id for term in (*mentioned, *terms)[:ALL_UP_TO]}
    chosen = {term.id for term in mentioned[:ALL_UP_TO]} | first
    return tuple(term for term in terms if term.id in chosen)


def _texts(turn: Turn) -> Iterator[str]:
    for event in turn.session.events:
        if isinstance(event, MessageEvent) and not event.flagged:
            yield event.text
    for call in turn.calls:
        yield canonical_json(call.result.visible)
    for guideline in turn.active_guidelines:
        yield f"{guideline.condition} {guideline.action}"


def _is_mentioned(term: Term, spoken: str) -> bool:
    return any(f" {_folded(name).strip()}" in spoken for name in (term.name, *term.synonyms) if name.strip())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return f" {re.sub(r'[^a-z0-9]+', ' ', plain).strip()} "
