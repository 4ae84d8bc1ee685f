"""Who takes part in the turn that is being played, for code that runs inside of it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")

_taking_part: ContextVar[Mapping[str, object] | None] = ContextVar("understudy_turn", default=None)


@contextmanager
def in_turn(**parts: object) -> Generator[None]:
    """Let code find these as the current ones, by name (session, customer, agent, server, trace_id); None is not there.

    Tools, hooks, handlers, retrievers and matchers run in copies of the context in which their turn is played, so that
    turns of several sessions at once do not see each other's.
    """
    token = _taking_part.set({name: part for name, part in parts.items() if part is not None})
    try:
        yield
    finally:
        _taking_part.reset(token)


def join_turn(**parts: object) -> None:
    """Add to what takes part in the turn that is being played, for code that runs later in it; else do nothing."""
    parts_now = _taking_part.get()
    if parts_now is not None:
        _taking_part.set({**parts_now, **parts})


def current_part(name: str) -> object:
    """What takes part in the turn being played under a name; None where there is none, or no turn."""
    return (_taking_part.get() or {}).get(name)


class Current(Generic[T]):
    """A class attribute that stands for the one that takes part in the turn being played, as it was when that began."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type[Any]) -> T:
        from ..errors import NotOpenError  # the exception tree names domain types, so it is imported late

        parts = _taking_part.get()
        if parts is None:
            raise NotOpenError(
                f"{owner.__name__}.current is known only while a turn is played: use it inside a tool, hook, handler, "
                "retriever or matcher"
            )
        if self._name not in parts:
            raise NotOpenError(
                f"{owner.__name__}.current is not known in this turn: the agent was not built on a server"
            )
        return cast(T, parts[self._name])
