"""What the terminal says of a run."""

from dataclasses import replace
from pathlib import Path

from understudy.engine.domain.ask import AnswerSource, Usage
from understudy.engine.domain.trace import Trace
from understudy.evals.plugin.terminal import Summary, summary_lines, turn_lines

from ..runs import ask, called, outcome, run, trace


def answered(source: AnswerSource) -> Trace:
    played = trace("greet", asks=[ask("match", "Which apply?")[0]])
    times = tuple(replace(time, source=source) for time in played.timing.asks)
    return replace(played, timing=replace(played.timing, asks=times))


def lines(*outcomes, notes: tuple[str, ...] = ()) -> list[str]:
    return list(summary_lines(Summary(run=run(*outcomes, label="base"), notes=notes, database=Path("r.duckdb"))))


def test_it_counts_scenarios_and_not_trials() -> None:
    trials = [replace(outcome(trace("greet")), trial=number) for number in (1, 2)]
    assert lines(*trials, outcome(trace("greet"), scenario="bad", verdict="failed"))[0] == "1 passed, 1 failed"


def test_it_names_what_can_not_be_told_by_reason() -> None:
    untold = [outcome(scenario=name, verdict="inconclusive") for name in ("a", "b")]
    assert "inconclusive, budget: clinic/a, clinic/b" in lines(*untold)


def test_what_was_replayed_cost_nothing_now() -> None:
    told = lines(outcome(answered("live")), outcome(answered("recorded"), scenario="other"))
    assert "2 asks (1 live, 1 replayed), 24 tokens, $0.5000 ($1.0000 when recorded)" in told


def test_tokens_and_cost_that_nobody_counted_are_left_out() -> None:
    free = answered("offline")
    free = replace(free, asks=tuple(replace(ask, usage=Usage()) for ask in free.asks))
    assert "1 ask (1 offline)" in lines(outcome(free))


def test_results_that_stay_in_the_journal_are_told_to_be_there() -> None:
    summary = Summary(run=run(), notes=(), database=Path("r.duckdb"), journal=Path("runs/a.jsonl"))
    assert list(summary_lines(summary))[-2:] == [
        "run 20260302-090000-aaaa, results in runs/a.jsonl",
        "the next run that can open r.duckdb takes them in",
    ]


def test_notes_and_the_run_come_last() -> None:
    assert lines(notes=("the disk is full",))[-2:] == [
        "note: the disk is full",
        "run 20260302-090000-aaaa (base), results in r.duckdb",
    ]


def test_a_line_tells_a_turn() -> None:
    (line,) = turn_lines(outcome(trace("greet", "book", calls=[called(day="Mon")])))
    assert line == 'turn 1: fired greet, book; called get_slots({"day":"Mon"}); 0 asks'


def test_trials_that_disagree_are_told_apart_from_verdicts() -> None:
    trials = [
        replace(outcome(trace("greet"), verdict=verdict), trial=number, needed=1)
        for number, verdict in enumerate(("passed", "failed"), start=1)
    ]
    told = lines(*trials)
    assert told[0] == "1 passed"
    assert told[1].startswith("flaky, clinic/books: 1 of 2 trials passed, 1 needed, 95 % interval 9% to 91%")
    assert told[2] == "  2 trials are too few to tell any change of the pass rate from chance"


def test_the_oldest_recording_that_was_served_is_named() -> None:
    def served(date: str) -> Trace:
        trace_ = answered("recorded")
        times = tuple(replace(time, recorded_at=date) for time in trace_.timing.asks)
        return replace(trace_, timing=replace(trace_.timing, asks=times))

    newer, older = (
        outcome(served("2026-02-01T10:00:00+00:00")),
        outcome(served("2025-11-30T10:00:00+00:00"), scenario="b"),
    )
    assert "oldest recording: 2025-11-30, in clinic/b" in lines(newer, older)
    assert not [line for line in lines(outcome(answered("live"))) if "oldest" in line]
