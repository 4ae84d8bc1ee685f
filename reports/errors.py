"""What reports raise.

UnderstudyError
└── ReportError                a report can't be made
    ├── NothingToReportError   no run is stored
    └── NotWrittenError        a file can't be written
"""

from pathlib import Path

from ..engine.errors import UnderstudyError


class ReportError(UnderstudyError):
    """A report can't be made."""


class NothingToReportError(ReportError):
    """No run is stored."""

    def __init__(self, *, database: Path) -> None:
        self.database = database
        super().__init__(
            f"no results in {database}; play scenarios first (pytest --scenarios), or name a file with --db"
        )


class NotWrittenError(ReportError):
    """A file can't be written."""

    def __init__(self, *, path: Path, error: OSError) -> None:
        self.path = path
        super().__init__(
            f"{path} can't be written ({error.strerror or error}); name another place with --output or --data"
        )
