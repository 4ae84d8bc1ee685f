"""What lies near to what is being said, where there is more than a prompt can hold."""

from collections.abc import Mapping, Sequence

from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..ports import Embedder, Entry, Index, Near
from ..services import Services

RECENT = 6
"""How many of the newest messages say what is being talked about."""


async def nearest(services: Services, query: str, *, texts: Mapping[str, Sequence[str]], most: int) -> tuple[str, ...]:
    """Ids of what is nearest to the query, nearest first, each as near as the nearest of its texts.

    Without an embedder, in the order given. Raises ModelError where vectors can't be had.
    """
    if services.embedder is None or services.index is None:
        return tuple(texts)[:most]
    found = await _found(services.embedder, services.index, query=query, texts=texts, most=most)
    return tuple(near.id for near in found)


async def clearly_nearest(services: Services, query: str, *, texts: Mapping[str, Sequence[str]]) -> str | None:
    """The id of what is nearest to the query, where its embedder takes it to be related at all and nothing is as near.

    Without an embedder, None. Raises ModelError where vectors can't be had.
    """
    if services.embedder is None or services.index is None:
        return None
    found = await _found(services.embedder, services.index, query=query, texts=texts, most=2)
    if not found or found[0].similarity < services.embedder.near:
        return None
    return found[0].id if len(found) == 1 or found[1].similarity < found[0].similarity else None


async def _found(
    embedder: Embedder, index: Index, *, query: str, texts: Mapping[str, Sequence[str]], most: int
) -> tuple[Near, ...]:
    flat = [text for group in texts.values() for text in group]
    wanted, *vectors = await embedder.embed([query, *flat])
    rest = iter(vectors)
    entries = [Entry(id=name, vectors=tuple(next(rest) for _ in group)) for name, group in texts.items()]
    return await index.nearest(wanted, entries, most=most)


def recent_talk(turn: Turn) -> str:
    """What is being talked about: the newest messages, what tools gave, and what the active guidelines are about."""
    said = [event.text for event in turn.session.events if isinstance(event, MessageEvent) and not event.flagged]
    found = [canonical_json(call.result.visible) for call in turn.calls]
    active = [f"{guideline.condition} {guideline.action}" for guideline in turn.active_guidelines]
    return "\n".join((*said[-RECENT:], *found, *active))
