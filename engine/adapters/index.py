"""Nearest neighbours in memory, exact: every entry is compared."""

from collections.abc import Sequence
from operator import mul

from ..ports import Entry, Near, Vector

DIGITS = 6
"""Of a similarity; what lies beyond differs from machine to machine."""

SMALL = 32_768
"""Up to so many numbers are compared without numpy, in a millisecond or two, unless an index is told otherwise."""


class ExactIndex:
    """Compares with everything, which is the fastest way as long as there are thousands and not millions."""

    def __init__(self, *, small: int = SMALL) -> None:
        self._small = small

    async def nearest(self, query: Vector, among: Sequence[Entry], /, *, most: int) -> tuple[Near, ...]:
        """The nearest entries; an entry is as near as the nearest of its texts, one without texts is not found."""
        known = [entry for entry in among if entry.vectors]
        if not known or most <= 0:
            return ()
        if sum(len(entry.vectors) for entry in known) * len(query) <= self._small:
            return _compared(query, known)[:most]
        import numpy as np  # takes a tenth of a second, which small agents need not pay

        vectors = np.asarray([vector for entry in known for vector in entry.vectors], dtype=np.float64)
        starts = np.cumsum([0, *(len(entry.vectors) for entry in known[:-1])])
        best = np.maximum.reduceat(vectors @ np.asarray(query, dtype=np.float64), starts).round(DIGITS)
        order = np.argsort(-best, kind="stable")[:most]
        found = [(int(at), float(best[at])) for at in order.tolist()]
        return tuple(Near(id=known[at].id, similarity=similarity) for at, similarity in found)


def _compared(query: Vector, among: Sequence[Entry]) -> tuple[Near, ...]:
    """Everything, nearest first."""
    found = [Near(id=entry.id, similarity=max(_product(query, vector) for vector in entry.vectors)) for entry in among]
    return tuple(sorted(found, key=lambda near: -near.similarity))


def _product(one: Vector, other: Vector) -> float:
    return round(sum(map(mul, one, other)), DIGITS)
