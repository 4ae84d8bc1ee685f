"""The tables for other tools hold one row for each thing, also where there is none."""

import csv
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import JourneyMove, Said, Timing, Trace
from understudy.evals.results.past import Latency, Past, PastVerdict, RunFigures, ScenarioPast
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
    played = replace(
        outcome(turns=(trace,)), checks=(CheckResult(expectation="x", verdict="passed"),), stale=("turn 1: match",)
    )
    before = RunSummary(id="r0", started="2026-01-01T00:00:00+00:00")
    write_data(replace(run(played), history=(before,)), tmp_path)
    assert [row["id"] for row in rows(tmp_path / "runs.csv")] == ["r0", "r1"]
    names = ("verdict", "turns", "prompt_tokens", "stale")
    assert [tuple(row[name] for name in names) for row in rows(tmp_path / "scenarios.csv")] == [
        ("passed", "1", "10", "turn 1: match")
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


def test_turns_stages_journeys_latency_verdicts_and_coverage_have_their_tables(tmp_path: Path) -> None:
    move = JourneyMove(round=1, journey="order", move="skipped", origin="ask", target="pay", via=("sum", "pay"))
    timing_ = Timing(total=2.0, first_message=0.5, stages=(("understand", 1.5),))
    trace = Trace(trace_id="t1", turn=1, moves=(move,), said=(Said(text="Hi"),), timing=timing_)
    definition = AgentDefinition(id="a", name="A", guidelines=(Guideline(id="greet", condition="hi", action="greet"),))
    earlier = Latency(what="turn", name="", measured=1, p50=3.0, p90=3.0, p95=3.0, p99=3.0, longest=3.0)
    past = Past(
        runs=(RunFigures(run="r0", answered_by="live", latencies=(earlier,)),),
        scenarios=(ScenarioPast(suite="shop", scenario="greets", verdicts=(PastVerdict(run="r0", verdict="failed"),)),),
    )
    played_ = replace(outcome(turns=(trace,)), definition="f")
    write_data(replace(run(played_), agents={"f": definition}, past=past), tmp_path)
    (turn,) = rows(tmp_path / "turns.csv")
    assert (turn["reply"], turn["seconds"], turn["first_message_seconds"]) == ("Hi", "2.0", "0.5")
    assert [(row["move"], row["via"]) for row in rows(tmp_path / "journeys.csv")] == [("skipped", "sum pay")]
    assert [(row["stage"], row["seconds"]) for row in rows(tmp_path / "stages.csv")] == [("understand", "1.5")]
    latency = [(row["run"], row["what"], row["answered_by"], row["p99"]) for row in rows(tmp_path / "latency.csv")]
    assert latency[:2] == [("r0", "turn", "live", "3.0"), ("r1", "turn", "replayed", "2.0")]
    verdicts = [(row["run"], row["verdict"]) for row in rows(tmp_path / "verdicts.csv")]
    assert verdicts == [("r0", "failed"), ("r1", "passed")]
    fired = next(row for row in rows(tmp_path / "coverage.csv") if row["aspect"] == "fired")
    assert (fired["agent"], fired["exercised"], fired["defined"]) == ("a", "0", "1")
    assert {path.stem for path in tmp_path.glob("*.parquet")} == {path.stem for path in tmp_path.glob("*.csv")}
