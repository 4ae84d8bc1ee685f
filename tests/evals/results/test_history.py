"""What a database knows of the runs before one: verdicts, changes of behaviour, latency, coverage."""

from dataclasses import replace
from pathlib import Path

from understudy.engine.domain.trace import Timing
from understudy.evals.results.past import Past, PastVerdict
from understudy.evals.results.remembering import with_history, with_past
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results
from understudy.evals.verdict import Verdict

from ..runs import outcome, run, trace


def on(day: int, *guidelines: str, verdict: Verdict = "passed", reply: str = "Hi") -> RunRecord:
    """A run on a day of March."""
    return run(outcome(trace(*guidelines, reply=reply), verdict=verdict), id_=f"202603{day:02d}-090000-aaaa")


def past_of(folder: Path, *runs: RunRecord) -> Past:
    """What is known before the last of these runs, however they were stored."""
    with open_results(folder / "r.duckdb") as results:
        for each in reversed(runs):
            results.add(each)
        return results.past(runs[-1].id)


def test_verdicts_come_oldest_first_and_the_run_itself_is_not_among_them(tmp_path: Path) -> None:
    past = past_of(tmp_path, on(1), on(2, verdict="failed"), on(3), on(4))
    (scenario,) = past.scenarios
    assert (scenario.suite, scenario.scenario) == ("clinic", "books")
    assert [each.verdict for each in scenario.verdicts] == ["passed", "failed", "passed"]
    assert scenario.verdicts[0] == PastVerdict(
        run="20260301-090000-aaaa", verdict="passed", trials=1, passed=1, seconds=1.5
    )


def test_runs_after_it_are_unknown_to_a_run(tmp_path: Path) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        for day in (1, 2, 3):
            results.add(on(day))
        assert [each.run for each in results.past("20260302-090000-aaaa").runs] == ["20260301-090000-aaaa"]


def test_a_run_changed_what_it_decides_otherwise_and_not_what_it_words_otherwise(tmp_path: Path) -> None:
    past = past_of(tmp_path, on(1, "greet"), on(2, "greet", reply="Hello"), on(3, "greet", "book"), on(4))
    assert [(each.compared, each.changed) for each in past.runs] == [(0, 0), (1, 0), (1, 1)]


def test_a_run_that_could_not_be_told_is_compared_with_none(tmp_path: Path) -> None:
    past = past_of(tmp_path, on(1, "greet"), on(2, verdict="inconclusive"), on(3, "greet"), on(4))
    assert [(each.compared, each.changed) for each in past.runs] == [(0, 0), (0, 0), (1, 0)]


def test_of_several_trials_one_that_decides_as_before_is_no_change(tmp_path: Path) -> None:
    both = outcome(trace("greet")), replace(outcome(trace("greet", "book")), trial=2)
    past = past_of(tmp_path, run(*both, id_="20260301-090000-aaaa"), on(2, "greet", "book"), on(3))
    assert [(each.compared, each.changed) for each in past.runs] == [(0, 0), (1, 0)]


def test_what_was_decided_last_is_known_of_each_scenario(tmp_path: Path) -> None:
    with open_results(tmp_path / "r.duckdb") as results:
        for each in (on(1, "greet"), on(2, "book"), on(3, "book"), on(4, "book")):
            results.add(each)
        first, later, last = (results.past(f"2026030{day}-090000-aaaa").scenarios[0].behaviours for day in (2, 3, 4))
    assert len(first) == 1
    assert first != later
    assert later == last


def test_latency_is_told_in_percentiles_for_each_run(tmp_path: Path) -> None:
    def timed(seconds: float):
        timing = Timing(total=seconds, first_message=1.0, stages=(("understand", 0.5),), tools=(("c", 2.0),))
        return replace(trace("greet"), timing=timing)

    turns = outcome(*(replace(timed(number), turn=number) for number in (1, 2, 3)))
    past = past_of(tmp_path, run(turns, id_="20260301-090000-aaaa"), on(2))
    found = {(each.what, each.name): each for each in past.runs[0].latencies}
    assert (found["turn", ""].p50, found["turn", ""].longest, found["turn", ""].measured) == (2.0, 3.0, 3)
    assert round(found["turn", ""].p99, 2) == 2.98
    assert found["stage", "understand"].p95 == 0.5
    assert found["first message", ""].p50 == 1.0
    assert ("tool", "") not in found  # a time without its call


def test_coverage_and_uses_of_parts_are_counted(tmp_path: Path) -> None:
    past = past_of(tmp_path, on(1, "greet"), on(2, "greet", verdict="failed"), on(3, "greet"))
    first, second = past.runs
    assert first.exercised > second.exercised == 0
    assert first.defined == second.defined > first.exercised
    uses = {(each.agent, each.kind, each.part, each.aspect): each.turns for each in past.parts}
    assert uses["clinic", "guideline", "greet", "fired"] == 3


def test_where_answers_came_from_is_told_for_each_run(tmp_path: Path) -> None:
    live, asked_nobody = replace(outcome(trace("greet")), answered_by="live"), outcome(scenario="other")
    replayed = replace(outcome(trace("greet"), scenario="third"), answered_by="replayed")
    runs = (
        run(live, asked_nobody, id_="20260301-090000-aaaa"),
        run(live, replayed, id_="20260302-090000-aaaa"),
        on(3),
    )
    assert [each.answered_by for each in past_of(tmp_path, *runs).runs] == ["live", "mixed"]


def test_a_run_remembers_the_run_before_it_as_far_as_both_played_the_same(tmp_path: Path) -> None:
    before = run(outcome(trace("greet")), outcome(scenario="gone"), id_="20260301-090000-aaaa")
    with open_results(tmp_path / "r.duckdb") as results:
        for each in (before, on(2)):
            results.add(each)
        found = with_past(on(2), results)
        assert found.base is not None
        assert [each.scenario for each in found.base.outcomes] == ["books"]
        assert [each.id for each in found.history] == ["20260301-090000-aaaa"]
        assert with_past(on(2), results, compared=False).base is None
        assert with_history(on(2), results).past == Past()
        assert with_past(before, results).base is None
