"""A budget that several processes share: a small file under a lock."""

import json
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from ...engine.ports import Reservation
from .errors import PurseUnreadableError

LOCK_SECONDS = 10.0


class SharedPurse:
    """An amount of money that the workers of one run spend together. A worker that died has spent what it held."""

    def __init__(self, path: Path, *, limit: float) -> None:
        self.path = path
        self._limit = limit

    @property
    def limit(self) -> float:
        """As given."""
        return self._limit

    @property
    def left(self) -> float:
        """What is neither spent nor set aside."""
        with self._open() as books:
            return self._limit - books.spent - sum(books.held.values())

    @property
    def spent(self) -> float:
        """What was spent by all."""
        with self._open() as books:
            return books.spent

    def reserve(self, amount: float, /) -> Reservation:
        """Set an amount aside, where the limit allows it."""
        with self._open() as books:
            if amount <= self._limit - books.spent - sum(books.held.values()):
                books.held[os.getpid()] = books.held.get(os.getpid(), 0.0) + amount
                return "held"
            return "wait" if books.held and amount <= self._limit - books.spent else "refused"

    def settle(self, amount: float, /, *, spent: float) -> None:
        """Give back what was set aside, and take what was spent of it."""
        with self._open() as books:
            left = books.held.pop(os.getpid(), 0.0) - amount
            if left > 1e-12:
                books.held[os.getpid()] = left
            books.spent += spent

    def remove(self) -> None:
        """Forget it all; to be done once, when the run is over."""
        for path in (self.path, self._lock_path):
            path.unlink(missing_ok=True)

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    @contextmanager
    def _open(self) -> Generator["_Books"]:
        from filelock import FileLock

        with FileLock(self._lock_path, timeout=LOCK_SECONDS):
            books = _read(self.path)
            yield books
            temporary = self.path.with_name(f"{self.path.name}.tmp")
            temporary.write_text(json.dumps({"spent": books.spent, "held": books.held}), "utf-8")
            temporary.replace(self.path)


class _Books:
    def __init__(self, spent: float, held: dict[int, float]) -> None:
        self.spent = spent
        self.held = held


def _read(path: Path) -> _Books:
    text = ""
    with suppress(FileNotFoundError):
        text = path.read_text("utf-8")
    if not text:
        return _Books(0.0, {})
    try:
        stored = cast("dict[str, object]", json.loads(text))
        held = {int(pid): float(amount) for pid, amount in cast("dict[str, float]", stored["held"]).items()}
        spent = float(cast("float", stored["spent"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PurseUnreadableError(path=path) from error
    dead = [pid for pid in held if not _is_alive(pid)]
    spent += sum(held.pop(pid) for pid in dead)
    return _Books(spent, held)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
