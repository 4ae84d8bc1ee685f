"""A line that says, while a scenario is waited for, what is being asked of models; for people at a terminal only."""

import os
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Protocol

import pytest

from ..playing.metering import Meter, Reading

SAVE, RESTORE, ERASE = "\x1b7", "\x1b8", "\x1b[K"
"""Where the cursor is, back to there, and nothing from there to the end of the line."""
LEAST = 24
"""Columns without which nothing is said."""


class Terminal(Protocol):
    """What of a terminal is needed: its width, how much of the line is taken, and where its characters go."""

    @property
    def fullwidth(self) -> int:
        """Columns of a line."""
        ...

    @property
    def width_of_current_line(self) -> int:
        """Columns of it that are taken."""
        ...


class Screen(Protocol):
    """Where characters go."""

    def write(self, text: str, /) -> object:
        """Write them."""
        ...

    def flush(self) -> None:
        """Show them."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Progress:
    """Writes behind what pytest has written, and takes it away again before pytest goes on."""

    def __init__(self, terminal: Terminal, screen: Screen, meter: Meter) -> None:
        self._terminal = terminal
        self._screen = screen
        self._lock = threading.Lock()
        self._meter = meter
        self._shown = False

    @contextmanager
    def shown(self) -> Generator[None]:
        """Show what is asked as long as the context lasts."""
        self._meter.watch = self._show
        try:
            yield
        finally:
            self._meter.watch = None
            self._clear()

    def close(self) -> None:
        """Let go of the terminal."""
        self._screen.close()

    def _show(self, reading: Reading) -> None:
        room = self._terminal.fullwidth - self._terminal.width_of_current_line - 1
        if room < LEAST:
            return
        with self._lock:
            # A thread that was told of a change may come here when the line is already taken away.
            if self._meter.watch is not None:
                self._write(f"{SAVE} {told(reading)[: room - 1]}{ERASE}{RESTORE}")
                self._shown = True

    def _clear(self) -> None:
        with self._lock:
            if self._shown:
                self._write(ERASE)
                self._shown = False

    def _write(self, text: str) -> None:
        self._screen.write(text)
        self._screen.flush()


def told(reading: Reading) -> str:
    """What a meter shows, in words."""
    usage = reading.usage
    tokens = usage.prompt_tokens + usage.answer_tokens
    return f"{reading.flying} asked, {reading.done} answered, {tokens:,} tokens, ${usage.cost:.4f}"


def progress_for(
    config: pytest.Config, meter: Meter, *, environment: Mapping[str, str] = os.environ
) -> Progress | None:
    """The line for this run; None where nobody would see it move: in a file, in a worker, or in CI."""
    in_ci = environment.get("CI", "") not in ("", "0", "false")
    is_told = config.pluginmanager.has_plugin("terminalreporter") and config.get_verbosity() >= 0
    if hasattr(config, "workerinput") or not is_told or in_ci:
        return None
    terminal = config.get_terminal_writer()
    screen = getattr(terminal, "_file", None)
    if screen is None or not screen.isatty() or environment.get("TERM", "dumb") == "dumb":
        return None
    # While an item is run pytest captures what goes to the usual place; a second way there is not captured.
    return Progress(terminal, os.fdopen(os.dup(screen.fileno()), "w", encoding="utf-8"), meter)
