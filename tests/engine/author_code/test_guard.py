import asyncio
import contextvars
import sys
import threading

import pytest

from understudy.engine.guard import Fault, guarded, in_thread


class OutOfPaper(Exception):
    pass


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def test_a_value_is_given_back_as_it_is() -> None:
    async def four() -> int:
        return 4

    assert asyncio.run(guarded(four, what="tool 'four'")) == 4


def test_an_exception_becomes_a_fault_with_its_type_and_message() -> None:
    fault = asyncio.run(guarded(_raising(OutOfPaper("tray 2")), what="tool 'print'"))
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.what, fault.exception, fault.error) == ("raised", "tool 'print'", "OutOfPaper", "tray 2")
    assert str(fault) == "OutOfPaper: tray 2"
    assert "OutOfPaper: tray 2" in fault.traceback


def test_an_attempt_to_end_the_process_becomes_a_fault() -> None:
    async def leave() -> None:
        sys.exit(3)

    fault = asyncio.run(guarded(leave, what="hook"))
    assert isinstance(fault, Fault)
    assert fault.exception == "SystemExit"


def test_an_exception_whose_message_cannot_be_read_becomes_a_fault() -> None:
    fault = asyncio.run(guarded(_raising(Unspeakable()), what="hook"))
    assert isinstance(fault, Fault)
    assert fault.exception == "Unspeakable"


def test_addresses_in_memory_are_left_out_of_the_message() -> None:
    fault = asyncio.run(guarded(_raising(OutOfPaper(f"in {object()!r}")), what="hook"))
    assert isinstance(fault, Fault)
    assert fault.error == "in <object object>"


def test_what_takes_too_long_is_ended_and_reported_as_timed_out() -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    fault = asyncio.run(guarded(endless, what="tool 'endless'", seconds=0.01))
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.error) == ("timed_out", "took longer than 0.01 s")
    assert ended == ["endless"]


def test_a_timeout_of_its_own_counts_as_raised() -> None:
    fault = asyncio.run(guarded(_raising(TimeoutError("the bank")), what="tool", seconds=60))
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.error) == ("raised", "the bank")


def test_the_cancellation_of_the_caller_passes_through() -> None:
    async def play() -> None:
        started = asyncio.Event()

        async def endless() -> None:
            started.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(guarded(endless, what="tool", seconds=60))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(play())


def test_a_cancellation_within_foreign_code_is_its_own_fault() -> None:
    async def gives_up() -> None:
        inner = asyncio.ensure_future(asyncio.Event().wait())
        inner.cancel()
        await inner

    fault = asyncio.run(guarded(gives_up, what="tool"))
    assert isinstance(fault, Fault)
    assert fault.exception == "CancelledError"


def test_a_call_in_a_thread_sees_the_context_variables_of_its_caller() -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who")

    async def play() -> tuple[str, bool]:
        who.set("Ada")
        here = threading.get_ident()
        return await in_thread(lambda: (who.get(), threading.get_ident() != here))

    assert asyncio.run(play()) == ("Ada", True)


@pytest.mark.parametrize("error", [OutOfPaper("tray 2"), StopIteration("over"), SystemExit(3)])
def test_whatever_a_call_in_a_thread_raises_arrives(error: BaseException) -> None:
    def fail() -> None:
        raise error

    fault = asyncio.run(guarded(lambda: in_thread(fail), what="tool"))
    assert isinstance(fault, Fault)
    assert str(error) in fault.traceback


def test_a_thread_that_never_returns_holds_up_neither_its_caller_nor_the_end_of_the_loop() -> None:
    release = threading.Event()
    fault = asyncio.run(guarded(lambda: in_thread(release.wait), what="tool", seconds=0.01))
    assert isinstance(fault, Fault)
    assert fault.kind == "timed_out"
    release.set()


def _raising(error: Exception):
    async def fail() -> None:
        raise error

    return fail
