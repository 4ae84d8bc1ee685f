"""How often two runs of one revision look like a regression."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.evals.diff.comparing import compare
from understudy.evals.false_alarms import MOST_SPLITS, FalseAlarms, Rate, false_alarms
from understudy.evals.outcome import Outcome
from understudy.evals.results.run import RunRecord

from .runs import outcome, run, trace

CLEAN = {"revision": "abcdef0123456789"}


def trials(verdicts: str, *, scenario: str = "books", answered_by: str = "live", first: int = 1) -> list[Outcome]:
    """A trial for each sign: + passed, - failed, ? can't be told; where it failed another guideline fired."""
    found = {"+": "passed", "-": "failed", "?": "inconclusive"}
    return [
        replace(
            outcome(trace("book" if sign == "+" else "greet"), scenario=scenario, verdict=found[sign]),
            trial=number,
            answered_by=answered_by,
        )
        for number, sign in enumerate(verdicts, start=first)
    ]


def measured(*runs: RunRecord, wanted: float = 0.05) -> FalseAlarms:
    return false_alarms(runs, wanted=wanted)


def test_what_always_ends_alike_raises_no_alarm() -> None:
    found = measured(run(*trials("++++++"), **CLEAN))
    (books,) = found.scenarios
    assert (books.regressions, books.changes.alarms) == (Rate(alarms=0, splits=20, trials=6), 0)
    assert (found.of_suite, found.needed) == (0.0, 1)


def test_of_two_trials_that_disagree_every_other_comparison_is_a_false_alarm() -> None:
    found = measured(run(*trials("+-"), **CLEAN))
    assert found.scenarios[0].regressions == Rate(alarms=1, splits=2, trials=2)
    # Two trials in each run make it one in sixteen, three one in sixty-four.
    assert found.needed == 3


@given(st.text("+-", min_size=2, max_size=7))
def test_it_is_the_comparison_that_diff_makes(verdicts: str) -> None:
    (books,) = measured(run(*trials(verdicts), **CLEAN)).scenarios
    half = len(verdicts) // 2
    alarms = 0
    splits = [bits for bits in range(2 ** len(verdicts)) if bits.bit_count() == half]
    for bits in splits:
        sides = ["".join(sign for place, sign in enumerate(verdicts) if (bits >> place & 1) == side) for side in (1, 0)]
        base, head = (run(*trials(side)) for side in sides)
        alarms += compare(base, head).scenarios[0].tier == "regression"
    assert (books.regressions.alarms, books.regressions.splits) == (alarms, len(splits))


def test_other_behaviour_is_told_beside_regressions() -> None:
    steady = [replace(each, turns=other.turns) for each, other in zip(trials("++"), trials("+-"), strict=True)]
    (books,) = measured(run(*steady, **CLEAN)).scenarios
    assert (books.regressions.alarms, books.changes.alarms) == (0, 2)


def test_many_trials_are_split_by_lot_and_always_alike() -> None:
    once, again = (measured(run(*trials("++++++++-+-++-+"), **CLEAN)) for _ in range(2))
    assert once == again
    assert once.scenarios[0].regressions.splits == MOST_SPLITS


def test_runs_of_one_clean_revision_give_their_trials_together() -> None:
    first, second = run(*trials("++"), **CLEAN), run(*trials("+-"), id_="20260303-090000-bbbb", **CLEAN)
    assert measured(first, second).scenarios[0].regressions.trials == 4


@pytest.mark.parametrize("more", [{"revision": "abcdef0123456789", "dirty": True}, {"revision": "123456"}, {}])
def test_another_revision_or_unknown_code_stands_for_itself(more: dict) -> None:
    first = run(*trials("++"), **CLEAN)
    second = run(*trials("+-+"), id_="20260303-090000-bbbb", **more)
    (books,) = measured(first, second).scenarios
    assert (books.regressions.trials, books.passed) == (3, 2)


def test_another_model_is_another_matter() -> None:
    other = [replace(each, model="openai/other") for each in trials("---")]
    (books,) = measured(run(*trials("++"), *other, **CLEAN)).scenarios
    assert (books.regressions.trials, books.passed) == (3, 0)


def test_what_is_replayed_once_more_is_no_new_trial() -> None:
    live = run(*trials("+-"), **CLEAN)
    replays = [
        run(*trials("+-", answered_by="replayed"), id_=f"2026030{day}-090000-bbbb", **CLEAN) for day in range(3, 8)
    ]
    assert measured(live, *replays).scenarios[0].regressions.trials == 2
    assert measured(*replays).scenarios[0].regressions.trials == 2


def test_what_could_not_be_told_is_no_trial() -> None:
    found = measured(run(*trials("+?"), *trials("+-?", scenario="greets"), **CLEAN))
    assert [each.node for each in found.scenarios] == ["clinic/greets"]
    assert found.too_few == ("clinic/books",)


def test_a_suite_raises_an_alarm_where_one_of_its_scenarios_does() -> None:
    both = [*trials("+-"), *trials("+-", scenario="greets")]
    found = measured(run(*both, **CLEAN))
    assert found.of_suite == pytest.approx(1 - 0.5 * 0.5)
    assert found.overall == Rate(alarms=2, splits=4, trials=4)
    assert (found.scenarios[0].needed, found.needed) == (3, 3)


def test_where_no_number_of_trials_is_enough_that_is_found() -> None:
    many = [each for number in range(40) for each in trials("+-", scenario=f"s{number}")]
    assert measured(run(*many, **CLEAN), wanted=0.001).needed is None


def test_an_interval_is_no_narrower_than_the_trials_allow() -> None:
    low, high = Rate(alarms=0, splits=924, trials=12).interval
    assert low == 0.0
    assert high == pytest.approx(0.2425, abs=0.001)
