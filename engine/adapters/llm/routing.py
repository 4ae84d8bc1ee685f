"""Several models behind one port: one for each decision, or one after the other."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from ...domain.ask import Ask, Reply
from ...errors import ModelUnavailableError
from ...ports import LLM
from .streams import stream_of


@runtime_checkable
class Priced(Protocol):
    """A model of which one can tell beforehand what an answer may cost."""

    def most_it_may_cost(self, ask: Ask) -> float | None:
        """In USD; None where the price is not known after all."""
        ...


class ByDecision:
    """A model for each decision that has one of its own, and one for all others."""

    def __init__(self, otherwise: LLM, models: Mapping[str, LLM]) -> None:
        self._otherwise = otherwise
        self._models = dict(models)

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask with its decision's model. Raises what that raises."""
        return await self._of(ask).ask(ask)

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece with its decision's model."""
        async for piece in stream_of(self._of(ask), ask):
            yield piece

    def most_it_may_cost(self, ask: Ask) -> float | None:
        """What the decision's model may cost at most; None where nobody knows."""
        return most_it_may_cost(self._of(ask), ask)

    def _of(self, ask: Ask) -> LLM:
        return self._models.get(ask.decision, self._otherwise)


class Fallbacks:
    """Models in order: the next one answers when the one before it can't be had."""

    def __init__(self, llms: Sequence[LLM]) -> None:
        if not llms:
            raise ValueError("Fallbacks([]): name at least one model")
        self._llms = tuple(llms)

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises ModelUnavailableError, with the words of all, where none answers."""
        said: list[ModelUnavailableError] = []
        for llm, asked in self._in_order(ask):
            try:
                return _after(said, await llm.ask(asked))
            except ModelUnavailableError as error:
                said.append(error)
        raise _all_of(said)

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece; once a piece is out, no other model can take over."""
        said: list[ModelUnavailableError] = []
        for llm, asked in self._in_order(ask):
            begun = False
            try:
                async for piece in stream_of(llm, asked):
                    begun = True
                    yield _after(said, piece) if isinstance(piece, Reply) else piece
            except ModelUnavailableError as error:
                if begun:
                    raise
                said.append(error)
            else:
                return
        raise _all_of(said)

    def most_it_may_cost(self, ask: Ask) -> float | None:
        """What all of them together may cost at most; None where that is not known of one."""
        costs = [most_it_may_cost(llm, asked) for llm, asked in self._in_order(ask)]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    def _in_order(self, ask: Ask) -> list[tuple[LLM, Ask]]:
        # A model that an ask names is the first one's; those that stand in for it answer as themselves.
        own = replace(ask, settings=replace(ask.settings, model=None))
        return [(llm, own if number else ask) for number, llm in enumerate(self._llms)]


def most_it_may_cost(llm: LLM, ask: Ask) -> float | None:
    """What an answer of this model may cost at most in USD; None where nobody knows."""
    return llm.most_it_may_cost(ask) if isinstance(llm, Priced) else None


def _all_of(said: Sequence[ModelUnavailableError]) -> ModelUnavailableError:
    words = "\nand then ".join(str(error) for error in said)
    return ModelUnavailableError(words, cut_off=_cut_off(said))


def _after(said: Sequence[ModelUnavailableError], reply: Reply) -> Reply:
    """A reply that came after others had failed."""
    return replace(reply, cut_off=reply.cut_off + _cut_off(said)) if said else reply


def _cut_off(said: Sequence[ModelUnavailableError]) -> int:
    return sum(error.cut_off for error in said)
