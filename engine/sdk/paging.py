"""Long lists page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, overload

T = TypeVar("T")

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Sequence[T]):
    """A part of a longer list, or the whole of one that is not parted; it reads like a list."""

    items: tuple[T, ...] = ()
    total_count: int = 0
    """How many there are on all pages."""
    next_cursor: str | None = None
    """What to give as `cursor` to have the next page; None on the last one."""

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.next_cursor is not None

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)


def page_of(
    items: Sequence[T],
    *,
    name: Callable[[T], str],
    limit: int | None = None,
    cursor: str | None = None,
    sort: Order = "asc",
) -> Page[T]:
    """The items after the one that a cursor names, at most so many; `desc` is the newest first.

    Raises ValueError for a limit below 1, another order, and a cursor that names nothing (any longer).
    """
    if sort not in ("asc", "desc"):
        raise ValueError(f"a list is sorted 'asc' (the oldest first) or 'desc', not {sort!r}")
    if limit is not None and limit < 1:
        raise ValueError(f"a page has at least one item, not {limit}")
    ordered = list(items) if sort == "asc" else list(reversed(items))
    names = [name(item) for item in ordered]
    if cursor is not None and cursor not in names:
        raise ValueError(f"the cursor {cursor!r} names nothing in this list (any longer); begin again without one")
    start = 0 if cursor is None else names.index(cursor) + 1
    end = len(ordered) if limit is None else min(start + limit, len(ordered))
    more = names[end - 1] if start < end < len(ordered) else None
    return Page(items=tuple(ordered[start:end]), total_count=len(ordered), next_cursor=more)
