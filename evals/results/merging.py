"""Results of several machines in one place: databases, journals and exported Parquet are read alike."""

# pyright: basic

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from ...engine.codec import load_text
from ...engine.domain.agent import AgentDefinition
from ..outcome import Outcome
from .errors import ResultsError, ResultsFormatError, ResultsLockedError, UnknownRunError
from .journal import parse_journal
from .run import RunRecord
from .store import Results, open_results

PARTS = ("runs", "definitions", "trials")
"""The tables that hold a whole run; the others can be made from them."""


class UnknownResultsError(ResultsError):
    """A file holds no results of any kind that is known."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path}: no results are there; merge takes a database (.duckdb), a run's journal (.jsonl), or a folder of "
            "journals or of what `understudy runs export --format parquet` wrote"
        )


def merge(results: Results, record: RunRecord) -> int:
    """Take in a run; gives back how many of its trials were not there yet. What is there is left as it is."""
    try:
        known = results.run(record.id)
    except UnknownRunError:
        known = None
    if known is None or known.id != record.id:
        results.add(record)
        return len(record.outcomes)
    there = {(each.suite, each.scenario, each.trial) for each in known.outcomes}
    fresh = [each for each in record.outcomes if (each.suite, each.scenario, each.trial) not in there]
    if fresh:
        agents = {**record.agents, **known.agents}
        results.add(replace(known, outcomes=(*known.outcomes, *fresh), agents=agents))
    return len(fresh)


def runs_in(path: Path) -> Iterator[RunRecord]:
    """Every run in a file or folder, oldest first. Raises ResultsError."""
    if path.is_dir():
        journals = sorted(path.glob("*.jsonl"))
        if all((path / f"{part}.parquet").is_file() for part in PARTS):
            yield from _in_parquet(path)
        elif journals:
            yield from (parse_journal(journal).run for journal in journals)
        else:
            raise UnknownResultsError(path=path)
    elif path.suffix == ".jsonl" and path.is_file():
        yield parse_journal(path).run
    elif path.is_file():
        yield from _in_database(path)
    else:
        raise UnknownResultsError(path=path)


def _in_database(path: Path) -> Iterator[RunRecord]:
    """The runs of a database, read from a copy: an older one is migrated, and the original stays as it is."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise ResultsLockedError(path=path) from error
        raise ResultsFormatError(path=path, problem=str(error).partition("\n")[0]) from error
    with tempfile.TemporaryDirectory(prefix="understudy-") as folder:
        copy = Path(folder) / path.name
        for name in (path.name, f"{path.name}.wal"):
            if (path.parent / name).is_file():
                shutil.copyfile(path.parent / name, Path(folder) / name)
        try:
            with open_results(copy) as results:
                yield from (results.run(run.id) for run in results.runs())
        except ResultsFormatError as error:
            raise ResultsFormatError(path=path, problem=str(error).removeprefix(f"{copy}: ")) from error


def _in_parquet(folder: Path) -> Iterator[RunRecord]:
    with duckdb.connect() as database:
        for part in PARTS:
            database.execute(
                f"CREATE TABLE {part} AS FROM read_parquet($file)", {"file": str(folder / f"{part}.parquet")}
            )
        definitions = dict(database.execute("SELECT fingerprint, definition FROM definitions").fetchall())
        names = ("started", "revision", "branch", "dirty", "label", "model", "version")
        for row in database.execute(f"SELECT run, {', '.join(names)} FROM runs ORDER BY started, run").fetchall():
            texts = database.execute("SELECT outcome FROM trials WHERE run = ? ORDER BY position", [row[0]]).fetchall()
            outcomes = tuple(load_text(Outcome, text) for (text,) in texts)
            played = {each.definition for each in outcomes}
            yield RunRecord(
                id=row[0],
                **dict(zip(names, row[1:], strict=True)),
                outcomes=outcomes,
                agents={mark: load_text(AgentDefinition, text) for mark, text in definitions.items() if mark in played},
            )
