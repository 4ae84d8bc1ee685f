"""Nothing is embedded twice."""

from collections.abc import Sequence

from ...ports import Embedder, Vector


class CachedEmbedder:
    """An embedder that remembers, of so many texts, the ones it was asked for last."""

    def __init__(self, embedder: Embedder, *, most: int = 4096) -> None:
        self._embedder = embedder
        self._most = most
        self._known: dict[str, Vector] = {}

    @property
    def near(self) -> float:
        """The embedder's own."""
        return self._embedder.near

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """A vector for each text; only those that are not remembered are asked for."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        made = dict(zip(unknown, await self._embedder.embed(unknown), strict=True)) if unknown else {}
        found = tuple(made[text] if text in made else self._known[text] for text in texts)
        for text, vector in zip(texts, found, strict=True):
            self._known.pop(text, None)
            self._known[text] = vector
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return found
