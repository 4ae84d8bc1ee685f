"""Finding the terms of the glossary and the capabilities that matter now."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from ..domain.knowledge import Term
from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..errors import ModelError
from ..knowledge.nearness import nearest, recent_talk
from ..services import Services

ALL_UP_TO = 20
"""Glossaries of up to this many terms are shown whole; of larger ones, as many as this in a round."""

MOST_CAPABILITIES = 3


async def ground(turn: Turn, services: Services) -> Turn:
    """Note which terms were spoken of, and choose the terms and capabilities that prompts show."""
    if turn.agent.terms:
        turn = await _with_terms(turn, services)
    return await _with_capabilities(turn, services) if turn.agent.capabilities else turn


async def _with_terms(turn: Turn, services: Services) -> Turn:
    spoken = _folded(" ".join(_texts(turn)))
    mentioned = tuple(term for term in turn.agent.terms if _is_mentioned(term, spoken))
    turn = replace(turn, trace=replace(turn.trace, terms=tuple(term.name for term in mentioned)))
    if len(turn.agent.terms) <= ALL_UP_TO:
        return replace(turn, terms=turn.agent.terms)
    return await _with_near_terms(turn, services, mentioned=mentioned)


async def _with_near_terms(turn: Turn, services: Services, *, mentioned: tuple[Term, ...]) -> Turn:
    """Of a large glossary those spoken of, then the nearest; what a round before showed stays."""
    texts = {term.id: (f"{term.name}: {term.description}", *term.synonyms) for term in turn.agent.terms}
    try:
        near = await nearest(services, recent_talk(turn), texts=texts, most=ALL_UP_TO)
    except ModelError as error:
        turn = turn.note(f"the nearest terms of the glossary could not be found: {error}")
        near = tuple(texts)
    chosen = set([*dict.fromkeys((*(term.id for term in mentioned), *near))][:ALL_UP_TO])
    shown = chosen | {term.id for term in turn.terms}
    return replace(turn, terms=tuple(term for term in turn.agent.terms if term.id in shown))


async def _with_capabilities(turn: Turn, services: Services) -> Turn:
    """The capabilities nearest to what is being said, nearest first."""
    declared = {capability.id: capability for capability in turn.agent.capabilities}
    texts = {
        capability.id: (f"{capability.title}: {capability.description}", *capability.signals)
        for capability in declared.values()
    }
    near = tuple(texts)[:MOST_CAPABILITIES]
    if len(declared) > MOST_CAPABILITIES:
        try:
            near = await nearest(services, recent_talk(turn), texts=texts, most=MOST_CAPABILITIES)
        except ModelError as error:
            turn = turn.note(f"the nearest capabilities could not be found: {error}")
    context = replace(turn.trace.context, capabilities=near)
    shown = tuple(declared[name] for name in near)
    return replace(turn, capabilities=shown, trace=replace(turn.trace, context=context))


def _texts(turn: Turn) -> Iterator[str]:
    for event in turn.session.events:
        if isinstance(event, MessageEvent) and not event.flagged:
            yield event.text
    for call in turn.calls:
        yield canonical_json(call.result.visible)
    for guideline in turn.active_guidelines:
        yield f"{guideline.condition} {guideline.action}"


def _is_mentioned(term: Term, spoken: str) -> bool:
    names = (_folded(name).strip() for name in (term.name, *term.synonyms))
    # From Thai on, most scripts write words without spaces between them.
    return any((name if name[0] >= "\u0e00" else f" {name}") in spoken for name in names if name)


def _folded(text: str) -> str:
    """The words of a text in lower case and without accents, with single spaces around them."""
    plain = text if text.isascii() else re.sub("[\u0300-\u036f]+", "", unicodedata.normalize("NFKD", text))
    words = re.sub(r"[\W_]+", " ", plain.lower())
    return f" {words.strip()} "
