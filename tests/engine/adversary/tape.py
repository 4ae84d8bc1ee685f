"""Choices on a tape: drawn by Hypothesis beforehand, taken one by one while an event loop runs."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Tape:
    """Picks among options as its bytes say; past its end, as chance seeded with them does.

    Drawing within a turn would not do: Hypothesis stops an example by raising, and a turn gives an account of whatever
    is raised in it.
    """

    def __init__(self, choices: bytes) -> None:
        self._choices = iter(choices)
        self._chance = Random(choices)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; the first of them where the byte is 0, which is to what Hypothesis shrinks it."""
        return options[self.number(len(options) - 1)]

    def number(self, most: int) -> int:
        """A number from 0 to `most`."""
        choice = next(self._choices, None)
        return (self._chance.randrange(256) if choice is None else choice) % (most + 1)

    def flip(self) -> bool:
        """Yes or no."""
        return bool(self.number(1))
