"""Whether there are results at all, found out without making a database."""

from pathlib import Path

from .errors import NoResultsError, ResultsFormatError


def journals_of(db: Path) -> Path:
    """The folder of the journals that belong to a database."""
    return db.parent / "runs"


def has_results(db: Path) -> bool:
    """Whether something is stored, or waits in journals to be. Raises ResultsFormatError for a folder."""
    if db.is_dir():
        raise ResultsFormatError(path=db, problem="this is a folder; name the file in which results are kept")
    return db.exists() or any(journals_of(db).glob("*.jsonl"))


def require_results(db: Path) -> None:
    """Raises NoResultsError where nothing is stored."""
    if not has_results(db):
        raise NoResultsError(path=db)
