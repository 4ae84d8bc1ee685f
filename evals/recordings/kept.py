"""A recordings file in use: what was read of it, and what is to be written into it."""

from collections.abc import Callable, Mapping

from .committed import Committed
from .entry import Entry


class Kept:
    """The entries of one file while scenarios are played: which were used, and which came anew."""

    def __init__(self, committed: Committed) -> None:
        self.committed = committed
        self.used: set[str] = set()
        self._pending: dict[str, Entry] = {}
        self._texts: dict[str, str] = {}

    def find(self, key: str) -> Entry | None:
        """The recording of a key, also one that is not written yet."""
        found = self._pending.get(key) or self.committed.get(key)
        if found is not None:
            self.used.add(key)
        return found

    def put(self, entry: Entry, texts: Mapping[str, str] | None = None) -> None:
        """Take in a recording, to be written by `save`."""
        self.used.add(entry.key)
        self._pending[entry.key] = entry
        self._texts.update(texts or {})

    def unused(self, concerns: Callable[[Entry], bool]) -> tuple[Entry, ...]:
        """Committed recordings that nobody read, of those that are concerned, in their order."""
        entries = self.committed.entries.items()
        left = [entry for key, entry in entries if key not in self.used and concerns(entry)]
        return tuple(sorted(left, key=lambda entry: entry.place))

    def save(self, *, without: frozenset[str] = frozenset()) -> None:
        """Write what came anew and take out what is named. Raises RecordingsUnwritableError; then all is still held."""
        if not (self._pending or without):
            return
        self.committed.write(self._pending.values(), texts=self._texts, without=without)
        self._pending.clear()
        self._texts.clear()
