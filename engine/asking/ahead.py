"""Asking before it is known whether the answer will be needed, so that it is there when it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from ..domain.ask import Ask, Reply
from ..domain.turn import Turn
from ..errors import ModelError, UndecidedError
from ..ports import LLM
from .answered import record_of
from .asks import with_asks


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What was asked ahead, what came back, and under which id somebody came for it."""

    ask: Ask
    reply: Reply | None = None
    needed_as: str | None = None


@dataclass(slots=True, kw_only=True)
class _Putting:
    """An LLM that puts asks ahead of their time and keeps the answers."""

    llm: LLM
    kept: list[_Kept] = field(default_factory=list[_Kept])
    failed: bool = False
    """Whether it came to no decision, so that whoever needs one has to ask again."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Put an ask. Raises what the model raises."""
        kept = _Kept(ask=replace(ask, id=_ahead(ask), ahead=True))
        self.kept.append(kept)  # before anything is awaited, so that their order is that of the asks
        kept.reply = await self.llm.ask(kept.ask)
        return kept.reply


class AskedAhead:
    """What is asked in a turn before it is known to be needed; as an LLM, it answers from that as far as it goes."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self._puttings: list[_Putting] = []

    async def put(self, asking: Callable[[LLM], Awaitable[object]]) -> None:
        """Have something decided ahead. That it can't be is nobody's loss: it is asked again should it be needed."""
        putting = _Putting(llm=self._llm)
        self._puttings.append(putting)
        try:
            await asking(putting)
        except (ModelError, UndecidedError):
            putting.failed = True

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer an ask that is needed, from what was put ahead where that is the same. Raises what a model does."""
        good = (kept for putting in self._puttings if not putting.failed for kept in putting.kept)
        kept = next((kept for kept in good if kept.needed_as is None and _same(kept.ask, ask)), None)
        if kept is None or kept.reply is None:
            return await self._llm.ask(ask)
        kept.needed_as = ask.id
        return kept.reply

    def written_down(self, turn: Turn) -> Turn:
        """The turn whose trace tells what was put ahead, under the ids with which it was, also what nobody needed."""
        kept = [one for putting in self._puttings for one in putting.kept]
        turn = _under_their_ids(turn, {one.needed_as: one.ask.id for one in kept if one.needed_as is not None})
        in_vain = (one for one in kept if one.needed_as is None)
        return with_asks(turn, (record_of(one.ask, one.reply) for one in in_vain if one.reply is not None))


def _under_their_ids(turn: Turn, ids: dict[str, str]) -> Turn:
    """The turn in whose trace these asks, and what they decided, have the ids with which they were put."""
    trace = turn.trace
    if not ids:
        return turn
    asks = (replace(made, id=ids[made.id], ahead="used") if made.id in ids else made for made in trace.asks)
    times = (replace(time, id=ids.get(time.id, time.id)) for time in trace.timing.asks)
    trace = replace(
        trace,
        asks=tuple(asks),
        timing=replace(trace.timing, asks=tuple(times)),
        checks=tuple(replace(check, ask=ids.get(check.ask or "", check.ask)) for check in trace.checks),
        moves=tuple(replace(move, ask=ids.get(move.ask or "", move.ask)) for move in trace.moves),
    )
    return replace(turn, trace=trace)


def _ahead(ask: Ask) -> str:
    """The id of an ask that is put ahead: the same question may come once more under its own."""
    return ask.id.replace(f"/{ask.decision}/", f"/{ask.decision}/ahead-", 1)


def _same(one: Ask, other: Ask) -> bool:
    """Whether two asks are one question: to a model, what they were made from makes no difference."""
    return (
        one.decision == other.decision
        and one.attempt == other.attempt
        and one.settings == other.settings
        and one.sections == other.sections
    )
