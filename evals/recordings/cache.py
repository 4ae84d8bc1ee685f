"""The disk cache: every answer a model gave on this machine, for all suites and branches. Deleting it loses nothing.

It holds asks only. A tool's result belongs to the conversation in which the tool ran, where earlier calls may have
changed the world; served to another one it would be wrong.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.domain.values import canonical_json
from .entry import Entry, UnreadableEntryError, entry_from_json, entry_to_json

if TYPE_CHECKING:
    from .disk import Database

SIZE_LIMIT = 2**30
POLL_SECONDS = 0.02


class Cache:
    """Entries by key in a folder. Whatever is wrong with the folder is a miss and a warning, never an error."""

    def __init__(self, folder: Path, *, size_limit: int = SIZE_LIMIT) -> None:
        self._folder = folder
        self._size_limit = size_limit
        self._database: Database | None = None
        self._warnings: dict[str, None] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be read or kept, and why."""
        return tuple(self._warnings)

    def get(self, key: str) -> Entry | None:
        """The recording of a key; None where there is none that can be believed."""
        from .disk import PASSING

        try:
            text = self._open().get(key)
        except PASSING as error:
            self._warn(f"recording {key[:12]} can't be read ({error})")
            return None
        return None if text is None else self._entry(key, text)

    def put(self, entry: Entry) -> bool:
        """Keep a recording; False where the cache can't."""
        from .disk import PASSING

        text = canonical_json(entry_to_json(entry))
        # What is there may be somebody else's, broken or deleted: a second try starts with a new connection.
        for last in (False, True):
            try:
                self._open().put(entry.key, text)
            except (*PASSING, UnicodeError) as error:
                self.close()
                if last:
                    self._warn(f"recording {entry.key[:12]} can't be kept ({error})")
            else:
                return True
        return False

    @asynccontextmanager
    async def paying(self, key: str) -> AsyncGenerator[None]:
        """Hold the right to pay for an ask: nobody else on this machine asks the same meanwhile.

        It is a file lock, which ends with the process that holds it. Where the folder can't hold one, nobody waits.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder / "locks" / f"{key[:3]}.lock", thread_local=False)
        try:
            (self._folder / "locks").mkdir(parents=True, exist_ok=True)
            while not lock.is_locked:
                try:
                    lock.acquire(blocking=False)
                except Timeout:
                    await asyncio.sleep(POLL_SECONDS)
        except OSError as error:
            self._warn(f"asks can't be locked ({error.strerror or error}); two workers may pay for the same one")
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Let go of the database; it is opened again when it is needed."""
        if self._database is not None:
            self._database.close()
        self._database = None

    def _open(self) -> "Database":
        from .disk import Database

        if self._database is not None and not self._database.is_there:
            self.close()
        if self._database is None:
            self._database = Database(self._folder, self._size_limit)
        return self._database

    def _entry(self, key: str, text: str) -> Entry | None:
        try:
            entry = entry_from_json(json.loads(text))
        except UnreadableEntryError as error:
            self._warn(f"recording {key[:12]}: {error}")
        except (ValueError, RecursionError):
            self._warn(f"recording {key[:12]} is not JSON")
        else:
            if entry.key == key and entry.kind == "ask":
                return entry
            self._warn(f"under {key[:12]} stands the recording of something else")
        return None

    def _warn(self, problem: str) -> None:
        self._warnings[f"{self._folder}: {problem}; it counts as not recorded. Deleting the folder loses nothing"] = (
            None
        )
