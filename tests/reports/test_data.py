"""The tables for other tools hold one row for each thing, also where there is none."""

import csv
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import Trace
from understudy.evals.results.run import RunSummary
from understudy.evals.verdict import CheckResult
from understudy.reports.data import write_data

from .worlds import ask, matched, outcome, run, timing, unmatched


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_table_has_a_row_for_each_thing(tmp_path: Path) -> None:
    kept, dropped = matched("greet"), matched("upsell", "lower_priority")
    asks = (ask("match", tokens=(10, 1)),)
    trace = Trace(
        trace_id="t1",
        turn=1,
        checks=(kept[0], dropped[0], unmatched("refund")),
        resolutions=(kept[1], dropped[1]),
        calls=(ToolCall(id="c", tool="slots", arguments={"b": 1, "a": 2}, result=ToolResult(["9"])),),
        asks=asks,
        timing=timing(asks),
    )
    played = replace(outcome(turns=(trace,)), checks=(CheckResult(expectation="x", verdict="passed"),))
    before = RunSummary(id="r0", started="2026-01-01T00:00:00+00:00")
    write_data(replace(run(played), history=(before,)), tmp_path)
    assert [row["id"] for row in rows(tmp_path / "runs.csv")] == ["r0", "r1"]
    assert [(row["verdict"], row["turns"], row["prompt_tokens"]) for row in rows(tmp_path / "scenarios.csv")] == [
        ("passed", "1", "10")
    ]
    assert [(row["guideline"], row["fired"], row["dropped"]) for row in rows(tmp_path / "guidelines.csv")] == [
        ("greet", "True", ""),
        ("upsell", "False", "lower_priority"),
        ("refund", "False", ""),
    ]
    assert [(row["tool"], row["arguments"]) for row in rows(tmp_path / "tool_calls.csv")] == [
        ("slots", '{"a":2,"b":1}')
    ]
    assert [(row["decision"], row["source"]) for row in rows(tmp_path / "asks.csv")] == [("match", "recorded")]
    assert len(rows(tmp_path / "expectations.csv")) == 1


@pytest.mark.parametrize("text", ["plain", "half \ud83d of a face", 'a "quoted", line\nand another'])
def test_parquet_and_csv_hold_the_same(tmp_path: Path, text: str) -> None:
    write_data(run(replace(outcome("failed"), explanation=text)), tmp_path)
    with duckdb.connect() as database:
        found = database.execute("SELECT explanation FROM read_parquet($1)", [str(tmp_path / "scenarios.parquet")])
        (stored,) = found.fetchall()
    assert [row["explanation"] for row in rows(tmp_path / "scenarios.csv")] == list(stored)


def test_a_run_of_nothing_has_tables_without_rows(tmp_path: Path) -> None:
    write_data(run(), tmp_path)
    assert rows(tmp_path / "asks.csv") == []
    with duckdb.connect() as database:
        columns = database.execute(
            "DESCRIBE SELECT * FROM read_parquet($1)", [str(tmp_path / "asks.parquet")]
        ).fetchall()
    assert [column[0] for column in columns][:4] == ["suite", "scenario", "trial", "turn"]
