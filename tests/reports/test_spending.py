"""Asks are added up by decision, with what each attempt took."""

from dataclasses import replace

from understudy.engine.domain.trace import Timing, Trace
from understudy.evals.outcome import Outcome
from understudy.reports.ages import ages
from understudy.reports.spending import asks_page

from .worlds import ask, outcome, timing


def test_asks_are_added_up_by_decision_the_heaviest_first() -> None:
    light = (ask("match", tokens=(10, 1), cost=0.01),)
    heavy = (ask("draft", tokens=(500, 50), cost=0.2), ask("draft", attempt=2, tokens=(500, 50), cost=0.2))
    traces = (
        Trace(trace_id="t1", turn=1, asks=light, timing=timing(light, source="live", seconds=2.0)),
        Trace(trace_id="t2", turn=2, asks=heavy, timing=timing(heavy, seconds=0.5)),
    )
    page = asks_page((outcome(turns=traces),))
    draft, match = ([cell.text for cell in row] for row in page.table.rows)
    assert draft[:7] == ["draft", "0", "2", "0", "1", "1", "1"]  # live, replayed, offline; asks, retries, objections
    assert draft[7:] == ["200", "1,000", "0", "100", "$0.40", "500 ms", "500 ms", "500 ms"]
    assert match[:6] == ["match", "1", "0", "0", "1", "0"]
    assert [cell.text for cell in page.table.total][:6] == ["All decisions", "1", "2", "0", "2", "1"]
    assert page.sentence == "3 calls, answered by: live 1, replayed 2; 1,111 tokens, $0.41."


def test_asks_of_which_no_time_was_noted_are_not_given_a_source() -> None:
    page = asks_page((outcome(turns=(Trace(trace_id="t1", turn=1, asks=(ask("match"),)),)),))
    assert [cell.text for cell in page.table.rows[0]][1:5] == ["0", "0", "0", "1"]
    assert "not noted 1" in page.sentence
    assert page.charts[0].title == "Prompt characters by decision"


def test_a_run_without_asks_says_so() -> None:
    page = asks_page((outcome(),))
    assert page.sentence == "No model was asked anything."
    assert (page.table.rows, page.charts) == ((), ())


def served(suite: str, *dates: str) -> Outcome:
    """A trial that was answered from recordings of these days."""
    asks = (ask("match"),)
    times = timing(asks).asks
    traces = [
        Trace(trace_id=f"t{turn}", turn=turn, asks=asks, timing=Timing(asks=(replace(times[0], recorded_at=date),)))
        for turn, date in enumerate(dates, start=1)
    ]
    return replace(outcome(turns=tuple(traces)), suite=suite)


def test_the_oldest_recording_of_each_suite_is_told_the_oldest_suite_first() -> None:
    outcomes = (
        served("shop", "2026-03-01T09:00:00+00:00", "2026-02-28T10:00:00+00:00"),
        served("clinic", "2025-03-02T09:00:00+00:00"),
    )
    table = ages(outcomes, started="2026-03-02T09:00:00+00:00")
    assert table is not None
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["clinic", "2025-03-02", "2025-03-02", "1", "365 days"],
        ["shop", "2026-02-28", "2026-03-01", "2", "1 day"],
    ]
    assert [cell.text for cell in table.total] == ["All suites", "2025-03-02", "2026-03-01", "3", "365 days"]


def test_without_recordings_there_is_no_table_of_ages() -> None:
    assert ages((served("shop", ""), outcome()), started="2026-03-02T09:00:00+00:00") is None


def test_an_age_that_can_not_be_told_is_a_dash() -> None:
    table = ages((served("shop", "some day"),), started="2026-03-02T09:00:00+00:00")
    assert table is not None
    assert table.rows[0][-1].text == "–"
