"""What lies near to what is being said, where there is more than a prompt can hold."""

from collections.abc import Mapping, Sequence

from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..ports import Entry
from ..services import Services

RECENT = 6
"""How many of the newest messages say what is being talked about."""


async def nearest(services: Services, query: str, *, texts: Mapping[str, Sequence[str]], most: int) -> tuple[str, ...]:
    """Ids of what is nearest to the query, nearest first, each as near as the nearest of its texts.

    Without an embedder, in the order given. Raises ModelError where vectors can't be had.
    """
    embedder, index = services.embedder, services.index
    if embedder is None or index is None:
        return tuple(texts)[:most]
    flat = [text for group in texts.values() for text in group]
    wanted, *vectors = await embedder.embed([query, *flat])
    rest = iter(vectors)
    entries = [Entry(id=name, vectors=tuple(next(rest) for _ in group)) for name, group in texts.items()]
    return tuple(near.id for near in await index.nearest(wanted, entries, most=most))


def recent_talk(turn: Turn) -> str:
    """What is being talked about: the newest messages, what tools gave, and what the active guidelines are about."""
    said = [event.text for event in turn.session.events if isinstance(event, MessageEvent) and not event.flagged]
    found = [canonical_json(call.result.visible) for call in turn.calls]
    active = [f"{guideline.condition} {guideline.action}" for guideline in turn.active_guidelines]
    return "\n".join((*said[-RECENT:], *found, *active))
