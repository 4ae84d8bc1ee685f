"""An embedder without a model: words and their parts, hashed. It knows spelling, not meaning, and never changes."""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...ports import Vector

DIMENSIONS = 512
PART = 4
"""Letters of a word's parts, by which its forms resemble each other."""

_WORD = re.compile(r"[^\W_]+")
# What a template takes from fields says nothing about its topic.
_FIELDS = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PLAIN = frozenset(
    (
        *("a", "about", "an", "and", "any", "are", "as", "at", "be", "can", "could", "do", "does", "for", "from"),
        *("had", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our"),
        *("please", "so", "that", "the", "their", "them", "there", "they", "this", "to", "us", "was", "we", "were"),
        *("what", "when", "which", "will", "with", "would", "you", "your"),
    )
)


class HashingEmbedder:
    """Texts are near when they share words, or parts of words."""

    @property
    def near(self) -> float:
        """Lower than a model's: of two texts on one topic only some words are the same."""
        return 0.15

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """A vector for each text; nothing is asked of anybody."""
        return tuple(_vector(text) for text in texts)


@lru_cache(maxsize=4096)
def _vector(text: str) -> Vector:
    weights = [0.0] * DIMENSIONS
    for feature, weight in _features(text):
        digest = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
        # The sign keeps features that happen to share a place from adding up.
        weights[digest % DIMENSIONS] += weight if digest & 0x8000_0000 else -weight
    length = sum(weight * weight for weight in weights) ** 0.5
    return tuple(weight / length for weight in weights) if length else tuple(weights)


def _features(text: str) -> Iterator[tuple[str, float]]:
    decomposed = unicodedata.normalize("NFKD", _FIELDS.sub(" ", text))
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()
    for word in _WORD.findall(folded):
        weight = 0.1 if word in _PLAIN else 1.0
        yield word, weight
        framed = f"<{word}>"
        parts = [framed[at : at + PART] for at in range(len(framed) - PART + 1)]
        for part in parts:
            yield part, weight / len(parts)
