"""A run's tables for people with their own tools: Parquet and CSV."""

# pyright: basic
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import duckdb
import pandas as pd

from ..evals.results.run import RunRecord, RunSummary
from . import data_rows as rows
from .data_rows import Row
from .latest import summary_of
from .wording import writable


def write_data(run: RunRecord, folder: Path) -> list[Path]:
    """Write each table of a run as NAME.parquet and NAME.csv. Raises OSError where that is not possible."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, frame in frames(run).items():
        parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
        frame.to_csv(csv, index=False, lineterminator="\n")
        with duckdb.connect() as database:
            database.register("frame", frame)
            database.execute("COPY frame TO $file (FORMAT parquet)", {"file": str(parquet)})
        written += [parquet, csv]
    return written


def frames(run: RunRecord) -> Mapping[str, pd.DataFrame]:
    """The tables of a run; runs, latency and verdicts hold the runs before it too, oldest first."""
    summaries = [asdict(each) for each in (*run.history, summary_of(run))]
    found = {name: _frame(table.columns, list(table.rows(run))) for name, table in rows.TABLES.items()}
    return {"runs": _frame([field.name for field in fields(RunSummary)], summaries), **found}


def _frame(columns: Sequence[str], of: list[Row]) -> pd.DataFrame:
    clean = [{name: writable(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in of]
    return pd.DataFrame(clean, columns=list(columns))
