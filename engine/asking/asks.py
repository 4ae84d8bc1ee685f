"""Asking within a turn: readable ids for asks, their record in the trace, and asks side by side."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import TypeVar

from ..decisions.decision import AskRecord
from ..domain.turn import Turn

T = TypeVar("T")


def ask_id(turn: Turn, decision: str, *, ordinal: int | str = 1) -> str:
    """The id of an ask: round/decision/ordinal. It depends on nothing but the order of questions."""
    return f"{turn.round}/{decision}/{ordinal}"


def next_ordinal(turn: Turn, decision: str) -> int:
    """The first ordinal of a decision that no ask of this round has."""
    prefix = ask_id(turn, decision, ordinal="")
    return 1 + len({ask.id for ask in turn.trace.asks if ask.id.startswith(prefix)})


def with_asks(turn: Turn, records: Iterable[AskRecord]) -> Turn:
    """The turn with asks written into its trace, in the order given."""
    for record in records:
        trace = turn.trace
        timing = replace(trace.timing, asks=(*trace.timing.asks, *record.times))
        trace = replace(trace, asks=(*trace.asks, *record.made), timing=timing)
        turn = replace(turn, trace=trace, texts={**turn.texts, **record.texts})
    return turn


async def side_by_side(calls: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run coroutines together and give back their results in order; the first failure stops the others."""
    coroutines = list(calls)
    if len(coroutines) == 1:  # no task is needed, which keeps a simple turn cheap
        return [await coroutines[0]]
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
