"""The candidates that lie near the draft, where there are more than a model should have to choose from."""

from collections.abc import Sequence

from ..domain.turn import Turn
from ..ports import Embedder, Entry, Index
from ..services import Services
from .candidates import Candidate, Candidates
from .record import with_fates

MOST = 30
"""Up to so many candidates are all offered; of more, so many at most, beside those that are certain."""


async def keep_near(turn: Turn, services: Services, *, draft: str, candidates: Sequence[Candidate]) -> Candidates:
    """The candidates to offer: the certain ones, and of the others those nearest to the draft."""
    open_to_choice = [candidate for candidate in candidates if not candidate.certain]
    embedder, index = services.embedder, services.index
    if len(open_to_choice) <= MOST or embedder is None or index is None:
        return Candidates(turn=turn, found=tuple(candidates))
    near = await _near(embedder, index, draft=draft, among=open_to_choice)
    kept = tuple(candidate for candidate in candidates if candidate.certain or candidate.id in near)
    far = {candidate.id: "too far from the draft" for candidate in open_to_choice if candidate.id not in near}
    return Candidates(turn=with_fates(turn, far), found=kept)


async def _near(embedder: Embedder, index: Index, *, draft: str, among: Sequence[Candidate]) -> set[str]:
    """Ids of the nearest, as far as they are near at all; a response is as near as the nearest of its signals."""
    texts = [(candidate.template, *candidate.signals) for candidate in among]
    query, *vectors = await embedder.embed([draft, *(text for group in texts for text in group)])
    rest = iter(vectors)
    entries = [
        Entry(id=candidate.id, vectors=tuple(next(rest) for _ in group))
        for candidate, group in zip(among, texts, strict=True)
    ]
    found = await index.nearest(query, entries, most=MOST)
    return {one.id for one in found if one.similarity >= embedder.near}
