# pyright: basic
"""diskcache made strict: JSON text in the database's own rows, and nothing else, neither written nor believed.

What diskcache brings along runs pickled code that somebody planted in the database, and reads and deletes files outside
the cache's folder. Here a row that is not text under a text key is refused, no file is ever opened or removed, and a
database whose settings diskcache would not have written is not opened at all: diskcache would make them attributes of
its own objects.
"""

import sqlite3
from pathlib import Path
from typing import Any

from diskcache import Cache, Disk, Timeout
from diskcache.core import DBNAME, DEFAULT_SETTINGS, METADATA, MODE_RAW

WAIT_SECONDS = 10
LONGEST_VALUE = 16 * 2**20
"""Bytes of one entry."""
PASSING = (sqlite3.Error, OSError, ValueError, Timeout)
"""What a broken, locked, full or foreign database raises."""


class RefusedRowError(ValueError):
    """A row of the cache that this cache did not write."""


class StrictDisk(Disk):
    """Text under text keys, in rows."""

    def put(self, key):
        """The key as it is stored. Raises RefusedRowError for a key that is not text."""
        if type(key) is not str:
            raise RefusedRowError(f"a key must be text, not {type(key).__name__}")
        return key, True

    def get(self, key, raw):
        """The stored key as it was given. Raises RefusedRowError for one that is pickled or not text."""
        if not raw or type(key) is not str:
            raise RefusedRowError("a key in the cache is not text; it was not read")
        return key

    def store(self, value, read, *, key=None):
        """The value as it is stored. Raises RefusedRowError for a value that is not text."""
        if read or type(value) is not str:
            raise RefusedRowError(f"a value must be text, not {type(value).__name__}")
        return 0, MODE_RAW, None, value

    def fetch(self, mode, filename, value, read):
        """The stored value. Raises RefusedRowError for one that is pickled, in a file, or not text."""
        if mode != MODE_RAW or filename is not None or read or type(value) is not str:
            raise RefusedRowError("a value in the cache is not plain text; it was not read")
        return value

    def filename(self, key=None, value=None):
        """Refuses: nothing is stored in files."""
        raise RefusedRowError("the cache keeps no files")

    def remove(self, file_path):
        """Leave every file alone: this cache never wrote one, so a name in a row is somebody else's."""


class Database:
    """The database of a cache: get and put text. Raises what PASSING lists."""

    def __init__(self, folder: Path, size_limit: int) -> None:
        _refuse_foreign_settings(folder / DBNAME)
        settings = {**DEFAULT_SETTINGS, "size_limit": size_limit, "disk_min_file_size": 0, "disk_pickle_protocol": 0}
        self._file = folder.resolve() / DBNAME
        self._cache = Cache(str(folder.resolve()), timeout=WAIT_SECONDS, disk=StrictDisk, **settings)
        # What is larger than any answer is not even read.
        self._cache._con.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)

    @property
    def is_there(self) -> bool:
        """Whether the file still exists: an open database outlives its deletion, unseen by others."""
        return self._file.exists()

    def get(self, key: str) -> str | None:
        """The text under a key."""
        text: Any = self._cache.get(key)
        return text

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key; the oldest make room when the cache is full."""
        self._cache.set(key, text)

    def close(self) -> None:
        """Let go of the file."""
        self._cache.close()


def _refuse_foreign_settings(file: Path) -> None:
    if not file.exists():
        return
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)
    try:
        names = {name for (name,) in connection.execute("SELECT key FROM Settings")}
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        names = set()
    finally:
        connection.close()
    foreign = sorted(str(name) for name in names - DEFAULT_SETTINGS.keys() - METADATA.keys())
    if foreign:
        raise RefusedRowError(f"its settings hold {foreign[0]!r}, which no cache of ours writes")
