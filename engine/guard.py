"""The one place that runs foreign code (tools, matchers, retrievers, hooks) and turns what it raises into a value."""

import asyncio
import contextvars
import re
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, cast

from .errors import AuthoringError

T = TypeVar("T")

LONGEST_ERROR = 2000
"""Characters kept of an exception's message: a model may be shown it."""

# Where an object happens to lie in memory differs from run to run, and must reach no prompt.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What foreign code did instead of giving a value back."""

    kind: Literal["raised", "timed_out"]
    what: str
    """The code that was run, in words."""
    error: str
    """The exception's message, or how long was waited."""
    exception: str
    """The name of the exception's type."""
    traceback: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.exception}: {self.error}" if self.error else self.exception


async def guarded(call: Callable[[], Awaitable[T]], *, what: str, seconds: float | None = None) -> T | Fault:
    """Run foreign code, for at most so many seconds. A cancellation of the caller passes through; nothing else does."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await call()
    except TimeoutError as error:
        if limit.expired():
            return Fault(kind="timed_out", what=what, error=f"took longer than {seconds:g} s", exception="TimeoutError")
        return _fault(error, what)
    except asyncio.CancelledError as error:
        if _caller_is_cancelled():
            raise
        return _fault(error, what)
    except (Exception, SystemExit) as error:  # sys.exit() in a tool must not end the process
        return _fault(error, what)


def isolated(call: Callable[[], T], *, what: str) -> T | Fault:
    """Run an author's module or script in a thread of its own, away from any event loop of the caller's.

    The engine's own exceptions for authors pass through, for they say what to mend; everything else becomes a Fault.
    """
    results: list[T | Fault] = []
    mistakes: list[AuthoringError] = []

    def work() -> None:
        try:
            results.append(call())
        except AuthoringError as error:
            mistakes.append(error)
        except (Exception, SystemExit) as error:
            results.append(_fault(error, what))

    thread = threading.Thread(target=work, name="understudy-agent-module")
    thread.start()
    thread.join()
    if mistakes:
        raise mistakes[0]
    return results[0]


async def in_thread(call: Callable[[], T]) -> T:
    """Run a blocking call in a daemon thread of its own, with the caller's context variables.

    A call that never returns then holds up neither other calls, as in a pool, nor the end of the process.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Returned[T] | _Raised] = loop.create_future()
    context = contextvars.copy_context()

    def settle(outcome: "_Returned[T] | _Raised") -> None:
        if not done.done():
            done.set_result(outcome)

    def work() -> None:
        outcome: _Returned[T] | _Raised
        try:
            outcome = _Returned(context.run(call))
        except BaseException as error:
            outcome = _Raised(error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, daemon=True, name="understudy-foreign-code").start()
    outcome = await done
    if isinstance(outcome, _Raised):
        raise outcome.error
    return outcome.value


@dataclass(frozen=True, slots=True)
class _Returned(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


def _caller_is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _fault(error: BaseException, what: str) -> Fault:
    cause = _first(error)
    return Fault(
        kind="raised",
        what=what,
        error=_ADDRESS.sub("", _message(cause))[:LONGEST_ERROR],
        exception=type(cause).__name__,
        traceback="".join(traceback.format_exception(error)),
    )


def _first(error: BaseException) -> BaseException:
    """What tasks that ran together ended with: the first error of them says more than the group it came in."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # its author's __str__ is foreign code too
        return "(its message can't be read)"
