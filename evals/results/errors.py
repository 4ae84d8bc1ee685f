"""What results raise.

UnderstudyError
└── ResultsError               results can't be read or kept
    ├── JournalError           a file is not the journal of a run
    ├── ResultsLockedError     another process has the database open
    ├── NoResultsError         nothing was ever stored there
    ├── ResultsFormatError     a file is no database of results, or one of a newer Understudy
    └── UnknownRunError        no run, or no single one, goes by that name
"""

from collections.abc import Iterable
from pathlib import Path

from ...engine.errors import UnderstudyError, closest


class ResultsError(UnderstudyError):
    """Results can't be read or kept."""


class JournalError(ResultsError):
    """A file is not the journal of a run."""

    def __init__(self, *, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class ResultsLockedError(ResultsError):
    """Another process has the database open; DuckDB lets one process write and nobody read beside it."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is open in another process; close that, or name another file with --scenarios-db / --db"
        )


class ResultsFormatError(ResultsError):
    """A file is no database of results, or one that this version can't read."""

    def __init__(self, *, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class NoResultsError(ResultsError):
    """Nothing was ever stored there."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"there are no results in {path}; play scenarios first (pytest --scenarios), or name another file with --db"
        )


class UnknownRunError(ResultsError):
    """No run, or no single one, goes by that name."""

    def __init__(
        self, *, name: str, known: Iterable[str], problem: str = "no run goes by that id, label or revision"
    ) -> None:
        self.name = name
        names = list(known)
        near = closest(name, names)
        others = (
            f"; the newest are {', '.join(names[-5:])}" if names else "; no run is stored: pytest --scenarios plays"
        )
        hint = f"; did you mean {near!r}?" if near else others
        super().__init__(f"{name!r}: {problem}{hint}")
