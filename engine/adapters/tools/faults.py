"""What becomes of a call that raised or took too long, wherever the tool is at home."""

import logging
from collections.abc import Awaitable, Callable

from ...domain.tool import ToolResult
from ...guard import Fault, guarded

SECONDS = 120.0
MOST_BYTES = 16 * 1024

_log = logging.getLogger("understudy.tools")


async def run_guarded(call: Callable[[], Awaitable[ToolResult]], *, what: str, seconds: float) -> ToolResult:
    """The result of a call; a failed one where it raised or took longer than so many seconds."""
    outcome = await guarded(call, what=what, seconds=seconds)
    return failed(outcome) if isinstance(outcome, Fault) else outcome


def failed(fault: Fault) -> ToolResult:
    """A fault as a result: a model sees the exception's type and message; the metadata tells the engine its kind."""
    report(fault)
    return ToolResult(error=str(fault), metadata={"fault": fault.kind, "exception": fault.exception})


def report(fault: Fault) -> None:
    """Write a fault to the log, with its traceback."""
    _log.info("%s: %s\n%s", fault.what, fault, fault.traceback)
