# pyright: basic
"""Any embedding model that litellm can reach."""

from collections.abc import Sequence

from ...errors import ModelUnavailableError
from ...ports import Vector
from ..provider import failures, import_litellm, words_of

MOST_AT_ONCE = 128
"""Texts sent in one request."""


class LiteLLMEmbedder:
    """An embedding model by its id at litellm (openai/text-embedding-3-small). The key is the environment's."""

    def __init__(self, model: str, *, near: float = 0.4, timeout: float = 60.0, retries: int = 3) -> None:
        self.model = model
        self._near = near
        self._timeout = timeout
        self._retries = retries

    @property
    def near(self) -> float:
        """As given: models differ in what they take for near."""
        return self._near

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """A vector for each text. Raises ModelUnavailableError, in the provider's words."""
        vectors: list[Vector] = []
        for start in range(0, len(texts), MOST_AT_ONCE):
            vectors += await self._embed(texts[start : start + MOST_AT_ONCE])
        return tuple(vectors)

    async def _embed(self, texts: Sequence[str]) -> list[Vector]:
        litellm = import_litellm()
        try:
            response = await litellm.aembedding(
                model=self.model,
                input=[_sendable(text) for text in texts],
                timeout=self._timeout,
                num_retries=self._retries,
            )
        except failures(litellm) as error:
            message = f"the embedding model {self.model!r} gave no answer: {words_of(error)}"
            raise ModelUnavailableError(message) from None
        found = sorted(response.data, key=lambda item: item["index"])
        if len(found) != len(texts):
            raise ModelUnavailableError(
                f"the embedding model {self.model!r} gave {len(found)} vectors for {len(texts)} texts"
            )
        return [_unit(item["embedding"]) for item in found]


def _sendable(text: str) -> str:
    """The text, or what stands for it where a provider would refuse it: half a surrogate pair, or nothing at all."""
    whole = text.encode("utf-8", "replace").decode()
    return whole if whole.strip() else "-"


def _unit(values: Sequence[float]) -> Vector:
    length = sum(value * value for value in values) ** 0.5
    return tuple(value / length for value in values) if length else tuple(values)
