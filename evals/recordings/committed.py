"""Committed recordings: a text file beside the scenarios, read as a whole and replaced as a whole."""

import errno
import os
import stat
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.domain.values import digest, slug
from .entry import Entry
from .errors import RecordingsUnwritableError
from .lines import Shelf, parse, render

if TYPE_CHECKING:
    from filelock import BaseFileLock

AGENT_FILE = "_agent"
"""The name of the file for what belongs to the agent and not to a scenario."""
LOCK_SECONDS = 60.0
LARGEST_FILE = 256 * 2**20
"""Bytes; a larger file is nothing that we wrote, and is not read."""


def recordings_file(suite: Path, scenario: str) -> Path:
    """The file of a scenario's recordings in the folder of its suite; of `_agent` for what belongs to the agent."""
    name = scenario if scenario == AGENT_FILE else slug(scenario)
    return suite / "recordings" / f"{name}.jsonl"


class Committed:
    """The recordings of one scenario on disk."""

    def __init__(self, path: Path, *, locks: Path | None = None) -> None:
        self.path = path
        self._locks = locks or Path(tempfile.gettempdir()) / f"understudy-locks-{_user()}"
        self._warnings: dict[str, None] = {}
        try:
            self._shelf = self._read()
        except OSError as error:
            self._warnings[f"{path}: can't be read ({error.strerror}); nothing of it is used"] = None
            self._shelf = Shelf()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is recorded, by key."""
        return self._shelf.entries

    @property
    def texts(self) -> Mapping[str, str]:
        """Texts of the prompts' sections by digest."""
        return self._shelf.texts

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be used and why, each with file:line."""
        return tuple(self._warnings)

    def get(self, key: str) -> Entry | None:
        """The recording of a key."""
        return self._shelf.entries.get(key)

    def write(
        self, entries: Iterable[Entry], *, texts: Mapping[str, str] | None = None, without: Collection[str] = ()
    ) -> None:
        """Add or overwrite entries and take out the keys of `without`, over what others wrote meanwhile.

        The file is the old one or the new one, whenever the process dies. Raises RecordingsUnwritableError.
        """
        added = {entry.key: entry for entry in entries}
        try:
            with self._lock():
                merged = self._merged(added, texts or {}, without=without)
                self._replace(render(merged))
        except OSError as error:  # a lock that does not come in time is one too
            raise RecordingsUnwritableError(path=self.path, count=len(added), cause=error) from error
        self._shelf = merged

    def _lock(self) -> "BaseFileLock":
        from filelock import FileLock

        self._locks.mkdir(parents=True, exist_ok=True)
        return FileLock(self._locks / f"{digest(str(self.path.resolve()))}.lock", timeout=LOCK_SECONDS)

    def _read(self) -> Shelf:
        try:
            content = _content(self.path)
        except FileNotFoundError:
            return Shelf()
        shelf = parse(content, name=str(self.path))
        self._warnings.update(dict.fromkeys(shelf.warnings))
        return shelf

    def _merged(self, added: Mapping[str, Entry], texts: Mapping[str, str], *, without: Collection[str]) -> Shelf:
        there = self._read()
        entries = {key: entry for key, entry in {**there.entries, **added}.items() if key not in without}
        return replace(there, entries=entries, texts={**there.texts, **texts})

    def _replace(self, content: bytes) -> None:
        if self.path.exists() and self.path.read_bytes() == content:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # The lock is held, so the name is ours; what a killed run left there is overwritten.
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self.path.parent)


def _content(path: Path) -> bytes:
    """What is in a file. Raises OSError for what is none, or none of ours."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if found.st_size > LARGEST_FILE:
        raise OSError(errno.EFBIG, f"{found.st_size:,} bytes, which is no recordings file")
    return path.read_bytes()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"
