"""Logging: everything under the one logger `understudy`, with scopes, and levels from TRACE to CRITICAL.

Nothing is shown until somebody asks for it: by configuring Python's logging, by UNDERSTUDY_LOG_LEVEL, or by
`Server(log_level=)`. At INFO there is a line for each turn and tool call, at DEBUG one for each thing decided, and at
TRACE the prompts and answers too.
"""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from .errors import UnknownNameError

TRACE = 5
"""The finest level, below DEBUG."""

LEVELS = {
    "trace": TRACE,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}
ENVIRONMENT = "UNDERSTUDY_LOG_LEVEL"
FORMAT = "%(levelname)-7s %(message)s"

logging.addLevelName(TRACE, "TRACE")
logger = logging.getLogger("understudy")

_scopes: ContextVar[tuple[str, ...]] = ContextVar("understudy_log_scopes", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLogger:
    """Writes lines under the logger `understudy`, marked with the turn and with the scopes that are open."""

    trace_id: str = ""

    def trace(self, message: str) -> None:
        """Say something that only matters when everything is looked at."""
        self._write(TRACE, message)

    def debug(self, message: str) -> None:
        """Say how something was decided."""
        self._write(logging.DEBUG, message)

    def info(self, message: str) -> None:
        """Say that something happened."""
        self._write(logging.INFO, message)

    def warning(self, message: str) -> None:
        """Say that something went wrong and the turn goes on."""
        self._write(logging.WARNING, message)

    def error(self, message: str) -> None:
        """Say that something broke."""
        self._write(logging.ERROR, message)

    def critical(self, message: str) -> None:
        """Say that nothing works any more."""
        self._write(logging.CRITICAL, message)

    @contextmanager
    def scope(self, name: str) -> Generator[None]:
        """Mark the lines written inside with a name; scopes can be nested."""
        token = _scopes.set((*_scopes.get(), name))
        try:
            yield
        finally:
            _scopes.reset(token)

    def _write(self, level: int, message: str) -> None:
        write(level, message, trace_id=self.trace_id, scopes=_scopes.get())


def write(level: int, message: str, *, trace_id: str, scopes: tuple[str, ...]) -> None:
    """Write a line. Handlers find turn and scope on the record too, as `trace_id` and `scope`."""
    marks = "".join(f"[{mark}]" for mark in (trace_id, *scopes) if mark)
    text = f"{marks} {message}" if marks else message
    logger.log(level, "%s", text, extra={"trace_id": trace_id, "scope": ".".join(scopes)})


def is_wanted(level: int) -> bool:
    """Whether somebody asked for lines of this level: without a handler nobody did."""
    return logger.isEnabledFor(level) and logger.hasHandlers()


def level_named(name: str) -> int:
    """The level of that name. Raises UnknownNameError."""
    folded = name.strip().lower()
    if folded not in LEVELS:
        raise UnknownNameError(kind="log level", name=name, known=LEVELS)
    return LEVELS[folded]


def show(level: int | str) -> None:
    """Show lines from this level on: where nobody configured logging, on the standard error stream."""
    logger.setLevel(level_named(level) if isinstance(level, str) else level)
    if not logger.hasHandlers():
        handler = _ToStandardError()
        handler.setFormatter(logging.Formatter(FORMAT))
        logger.addHandler(handler)


class _ToStandardError(logging.Handler):
    """Writes to what is the standard error stream at the time, which may be another one than when this was made."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        sys.stderr.write(f"{self.format(record)}\n")


def show_as_environment_says() -> None:
    """Show lines where UNDERSTUDY_LOG_LEVEL asks for it. Raises UnknownNameError for what is no level."""
    if named := os.environ.get(ENVIRONMENT):
        try:
            show(named)
        except UnknownNameError as error:
            raise UnknownNameError(kind="log level", name=named, known=LEVELS, place=ENVIRONMENT) from error
