"""The database of results: one writer, many runs. Runs come in from journals, all rows of one in one transaction."""

# pyright: basic

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb
from filelock import Timeout

from ...engine.domain.values import JSON
from . import history, queries
from .errors import JournalError, ResultsFormatError, ResultsLockedError
from .exporting import FileKind, export
from .journal import journal_lock, parse_journal
from .past import Latency, Past
from .rows import BY_RUN, Row, definition_rows, rows_of
from .run import RunRecord, RunSummary

VERSION = 4
"""The version of schema.sql."""

LARGEST_ROW = 512 * 2**20
"""Bytes that one row may take while it is loaded: a long conversation with all of its prompts."""


class Results:
    """An open database of results."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def runs(self) -> tuple[RunSummary, ...]:
        """Every run in a few figures, oldest first."""
        return queries.runs(self._database)

    def find(self, name: str) -> RunSummary:
        """The run that goes by a name (see `queries.find`), in a few figures. Raises UnknownRunError."""
        return queries.find(name, self.runs())

    def run(self, name: str) -> RunRecord:
        """The run that goes by a name, with all of its outcomes. Raises UnknownRunError."""
        return queries.record(self._database, self.find(name).id)

    def add(self, run: RunRecord) -> None:
        """Store a run, over what is there of it. All of it is there, or nothing."""
        known = {mark for (mark,) in self._database.execute("SELECT fingerprint FROM definitions").fetchall()}
        fresh = [row for row in definition_rows(run) if row["fingerprint"] not in known]
        with self._transaction():
            for table in ("runs", *BY_RUN):
                self._database.execute(f"DELETE FROM {table} WHERE run = ?", [run.id])
            for table, rows in {**rows_of(run), "definitions": fresh}.items():
                self._insert(table, rows)

    def latency(self, run: str) -> tuple[Latency, ...]:
        """How long things took in a run, by its id."""
        return queries.latency(self._database, run)

    def past(self, run: str) -> Past:
        """What is known of the runs before one that is stored, by its id."""
        return history.past(self._database, run)

    def label(self, run: str, text: str) -> None:
        """Give a run another name; an empty one takes its name away."""
        self._database.execute("UPDATE runs SET label = ? WHERE run = ?", [text, run])

    def remove(self, runs: Iterable[str]) -> None:
        """Take runs out, with the definitions that no other run played."""
        with self._transaction():
            for run in runs:
                for table in ("runs", *BY_RUN):
                    self._database.execute(f"DELETE FROM {table} WHERE run = ?", [run])
            self._database.execute(
                "DELETE FROM definitions WHERE fingerprint NOT IN (SELECT DISTINCT definition FROM trials)"
            )

    def export(self, folder: Path, *, kind: FileKind, runs: Sequence[str]) -> tuple[Path, ...]:
        """Write every table with the rows of these runs to a folder."""
        return export(self._database, folder, kind=kind, runs=runs)

    def load_journals(self, folder: Path) -> tuple[str, ...]:
        """Take in every finished or abandoned journal of a folder and remove it; gives back what could not be read.

        A journal that is still being written stays.
        """
        notes: list[str] = []
        for path in sorted(folder.glob("*.jsonl")):
            lock = journal_lock(path)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                continue
            try:
                notes += self._take_in(path)
            finally:
                lock.release()
                Path(lock.lock_file).unlink(missing_ok=True)
        return tuple(notes)

    def _take_in(self, path: Path) -> tuple[str, ...]:
        if not path.exists():  # another run was quicker
            return ()
        try:
            read = parse_journal(path)
        except JournalError as error:
            return (f"left where it is: {error}",)
        self.add(read.run)
        path.unlink()
        return read.warnings

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _insert(self, table: str, rows: list[Row]) -> None:
        if not rows:
            return
        kinds = {name: kind for _, name, kind, *_ in self._database.execute(f"PRAGMA table_info({table})").fetchall()}
        # DuckDB reads a file of JSON lines forty times as fast as it takes rows one by one.
        with tempfile.TemporaryDirectory(prefix="understudy-") as folder:
            file = Path(folder) / f"{table}.jsonl"
            with file.open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(_only(row, kinds), ensure_ascii=False) + "\n" for row in rows)
            self._database.execute(
                f"INSERT INTO {table} BY NAME SELECT * FROM read_json($file, format = 'newline_delimited', "
                "columns = $kinds, maximum_object_size = $largest)",
                {"file": str(file), "kinds": kinds, "largest": LARGEST_ROW},
            )


@contextmanager
def open_results(path: Path) -> Iterator[Results]:
    """Open a database of results, made where there is none. Raises ResultsLockedError, ResultsFormatError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = _connect(path)
    try:
        results = Results(database)
        if _prepare(database, path) < VERSION:
            _migrate(database, results)
        yield results
    finally:
        database.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        database = duckdb.connect(str(path))
        database.execute("SET enable_progress_bar = false")  # it would be drawn into what pytest writes
        return database
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise ResultsLockedError(path=path) from error
        raise ResultsFormatError(path=path, problem=_unusable(error)) from error
    except duckdb.Error as error:
        raise ResultsFormatError(path=path, problem=_unusable(error)) from error


def _prepare(database: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Make the tables where there are none; gives back the version of the schema that is there."""
    tables = {name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if tables and "format" not in tables:
        raise ResultsFormatError(path=path, problem="this database holds other things; name another file for results")
    if "format" in tables:
        (version,) = database.execute("SELECT max(version) FROM format").fetchone() or (None,)
        if version is not None and version > VERSION:
            text = f"written in format {version} by a newer Understudy; this one reads format {VERSION}: upgrade it"
            raise ResultsFormatError(path=path, problem=text)
        return version or 0
    _make_tables(database)
    database.execute("INSERT INTO format VALUES (?)", [VERSION])
    return VERSION


def _make_tables(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(files(__package__ or __name__).joinpath("schema.sql").read_text(encoding="utf-8"))


def _migrate(database: duckdb.DuckDBPyConnection, results: Results) -> None:
    """Bring a file of an earlier version up to this one. Broken off, it begins anew at the next open."""
    # Whole outcomes are stored: what the other tables hold can be made from them, whatever columns they had.
    for table in BY_RUN:
        if table != "trials":
            database.execute(f"DROP TABLE IF EXISTS {table}")
    database.execute("ALTER TABLE trials ADD COLUMN IF NOT EXISTS needed INTEGER")
    database.execute("ALTER TABLE trials ADD COLUMN IF NOT EXISTS stale VARCHAR[] DEFAULT []")
    _make_tables(database)
    for run in results.runs():
        results.add(queries.record(database, run.id))
    database.execute("UPDATE format SET version = ?", [VERSION])


def _only(row: Row, names: Mapping[str, JSON]) -> Row:
    return {name: row[name] for name in names if name in row}


def _unusable(error: Exception) -> str:
    told = str(error).partition("\n")[0]
    return f"it can't be opened as a database of results ({told}); move it away, or name another file with --db"
