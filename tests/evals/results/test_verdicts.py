"""The verdict on a scenario in the database is the one that the terminal gives."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from understudy.evals.outcome import verdict_on
from understudy.evals.results.store import open_results
from understudy.evals.verdict import Verdict

from ..runs import outcome, run, trace

VERDICTS: dict[str, Verdict] = {"+": "passed", "-": "failed", "?": "inconclusive"}


@pytest.mark.parametrize("needed", [None, 0, 2])
@pytest.mark.parametrize("moods", ["+++", "++-", "+--", "-?+", "---"])
def test_a_scenario_passes_in_tables_as_it_does_in_the_terminal(tmp_path: Path, moods: str, needed: int | None) -> None:
    trials = [
        replace(outcome(trace("greet"), verdict=VERDICTS[mood]), trial=number, needed=needed)
        for number, mood in enumerate(moods, start=1)
    ]
    with open_results(tmp_path / "r.duckdb") as results:
        results.add(run(*trials))
    with duckdb.connect(str(tmp_path / "r.duckdb")) as database:
        stored = database.execute("SELECT verdict, trials, passed FROM scenarios").fetchall()
    assert stored == [(verdict_on(trials), 3, moods.count("+"))]
