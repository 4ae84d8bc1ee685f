"""What recordings raise.

UnderstudyError
├── RecordingsError                  recordings can't be kept
│   ├── RecordingsUnwritableError    a recordings file can't be written; what it holds is as it was
│   ├── RedactionPatternError        a pattern under `redact:` is no regular expression
│   └── PurseUnreadableError         nobody can tell what the workers of a run have spent
└── EngineError ─ ModelError
    └── RecordingMissingError        a replayed trial asks what was never recorded
"""

from pathlib import Path

from ...engine.errors import ModelError, UnderstudyError


class RecordingsError(UnderstudyError):
    """Recordings can't be kept."""


class RecordingsUnwritableError(RecordingsError):
    """A recordings file can't be written. The file is as it was, and what was to be written is still held."""

    def __init__(self, *, path: Path, count: int, cause: OSError) -> None:
        self.path = path
        self.count = count
        entries = "1 recording" if count == 1 else f"{count} recordings"
        super().__init__(
            f"{path}: can't write {entries}: {cause.strerror or cause}; the file is as it was. "
            "Make room or make the folder writable, and run again: answers that the cache holds are not paid for twice"
        )


class RedactionPatternError(RecordingsError):
    """A pattern under `redact:` is no regular expression."""

    def __init__(self, *, pattern: str, problem: str) -> None:
        self.pattern = pattern
        super().__init__(f"redact: {pattern!r} is not a regular expression ({problem}); write it as for Python's re")


class PurseUnreadableError(RecordingsError):
    """Nobody can tell what the workers of a run have spent, so that nothing more may be."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: what was spent of the budget can't be read; delete the file and run again")


class RecordingMissingError(ModelError):
    """A replayed trial asks what was never recorded, and nothing may be called."""

    def __init__(self, *, explanation: str) -> None:
        self.explanation = explanation
        # The whole is told once, in the verdict; traces and logs name what it is about.
        super().__init__(explanation.partition("\n")[0])
