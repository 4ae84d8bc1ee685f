"""Results for other tools, and for merging elsewhere: a file for each table."""

# pyright: basic

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .rows import BY_RUN

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FileKind = Literal["parquet", "csv"]

OF_RUNS = "run IN (SELECT unnest($runs))"
PLAYED = f"fingerprint IN (SELECT definition FROM trials WHERE {OF_RUNS})"


def export(database: "DuckDBPyConnection", folder: Path, *, kind: FileKind, runs: Sequence[str]) -> tuple[Path, ...]:
    """Write the rows of these runs to TABLE.parquet or TABLE.csv. Raises OSError where the folder can't be made."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for table in ("runs", "definitions", *BY_RUN):
        path = folder / f"{table}.{kind}"
        rows = database.sql(
            f"SELECT * FROM {table} WHERE {PLAYED if table == 'definitions' else OF_RUNS}", params={"runs": list(runs)}
        )
        if kind == "parquet":
            rows.write_parquet(str(path))
        else:
            rows.write_csv(str(path), header=True)
        written.append(path)
    return tuple(written)
