"""The audit as a file: one JSON object on a line for each record, and nothing is ever taken back."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from ..codec import dump_text
from ..domain.audit import AuditRecord


class AuditFile:
    """Appends records to a file, those of a turn in one piece; several processes may share it.

    With `fsync` a turn's records are on the disk before its result is given back. Folders are made as needed. `append`
    raises OSError.
    """

    def __init__(self, path: str | Path, *, fsync: bool = False) -> None:
        self._path = Path(path)
        self._fsync = fsync

    async def append(self, records: Sequence[AuditRecord], /) -> None:
        """Keep the records of one turn, in their order."""
        lines = "".join(f"{dump_text(record)}\n" for record in records)
        await asyncio.to_thread(self._write, lines.encode("utf-8"))

    def _write(self, lines: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # O_APPEND: what another process writes at the same time stands before or after, never in between.
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(file, rest) :]
            if self._fsync:
                os.fsync(file)
        finally:
            os.close(file)
