"""Stopping before a limit is passed: what an answer may cost at most is set aside before it is asked for."""

import asyncio
from collections.abc import AsyncIterator

from ...domain.ask import Ask, Reply
from ...errors import BudgetError, ModelUnavailableError
from ...ports import LLM, Purse, Reservation
from .routing import most_it_may_cost
from .streams import stream_of

POLL_SECONDS = 0.02


class OwnPurse:
    """A purse for one process."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._held = 0.0
        self.spent = 0.0

    @property
    def limit(self) -> float:
        """As given."""
        return self._limit

    @property
    def left(self) -> float:
        """What is neither spent nor set aside."""
        return self._limit - self.spent - self._held

    def reserve(self, amount: float, /) -> Reservation:
        """Set an amount aside, where the limit allows it."""
        if amount <= self.left:
            self._held += amount
            return "held"
        return "wait" if self._held and amount <= self._limit - self.spent else "refused"

    def settle(self, amount: float, /, *, spent: float) -> None:
        """Give back what was set aside, and take what was spent of it."""
        self._held = max(0.0, self._held - amount)
        self.spent += spent


class Budgeted:
    """An LLM that makes no call which could pass the limit of a purse."""

    def __init__(self, llm: LLM, purse: Purse) -> None:
        self._llm = llm
        self._purse = purse
        self.refusals: list[str] = []
        """What was not asked, and why."""
        self.estimates: list[str] = []
        """What is counted by estimate, because nobody knows what it cost."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises BudgetError where it could cost too much, and what the model raises."""
        amount = await self._reserved(ask)
        spent = amount  # a call that is cut off may have cost all of it
        try:
            reply = await self._llm.ask(ask)
            spent = reply.usage.cost + self._lost(ask, amount, tries=reply.cut_off)
        except ModelUnavailableError as error:
            spent = self._lost(ask, amount, tries=error.cut_off)
            raise
        finally:
            self._purse.settle(amount, spent=spent)
        return reply

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece, on the same terms."""
        amount = await self._reserved(ask)
        spent = amount
        try:
            async for piece in stream_of(self._llm, ask):
                if isinstance(piece, Reply):
                    spent = piece.usage.cost + self._lost(ask, amount, tries=piece.cut_off)
                yield piece
        except ModelUnavailableError as error:
            spent = self._lost(ask, amount, tries=error.cut_off)
            raise
        finally:
            self._purse.settle(amount, spent=spent)

    async def _reserved(self, ask: Ask) -> float:
        amount = most_it_may_cost(self._llm, ask)
        if amount is None:
            raise self._refused(
                f"the price of the model that decides {ask.decision!r} is not known, so it is not asked on a budget; "
                "give its price in USD for a million tokens: model: {name: ..., price: {prompt: 0.15, answer: 0.6}}"
            )
        # Who holds the rest may be another process, so there is no event to wait for.
        while (answer := self._purse.reserve(amount)) == "wait":  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        if answer == "refused":
            left = max(0.0, self._purse.left)
            raise self._refused(
                f"deciding {ask.decision!r} may cost up to {_usd(amount)}, and of the budget of "
                f"{_usd(self._purse.limit)} there is {_usd(left)} left; nothing was asked. "
                "Raise the budget, or say max_tokens, the most that an answer may have"
            )
        return amount

    def _lost(self, ask: Ask, amount: float, *, tries: int) -> float:
        """What tries that were cut off count for: as much as each may have cost."""
        if tries:
            times = "1 try" if tries == 1 else f"{tries} tries"
            self.estimates.append(
                f"{times} of deciding {ask.decision!r} ({ask.id}) had no answer in time; nobody knows what the "
                f"provider charges for that, so the budget counts the most that it may be, {_usd(tries * amount)}"
            )
        return tries * amount

    def _refused(self, why: str) -> BudgetError:
        self.refusals.append(why)
        return BudgetError(why)


def _usd(amount: float) -> str:
    return f"${amount:.6f}".rstrip("0").rstrip(".")
