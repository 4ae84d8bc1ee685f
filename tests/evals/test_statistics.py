"""Statistics of trials agree with what can be worked out by hand, and keep the laws that they must keep."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.evals.statistics import (
    detectable_drop,
    exact_test,
    flakiness,
    pass_hat,
    percentile,
    share_text,
    threshold,
    wilson,
)

COUNTS = st.integers(1, 40).flatmap(lambda played: st.tuples(st.integers(0, played), st.just(played)))
"""How many passed, of how many."""


def test_percentiles_lie_on_the_line_between_two_values() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([1, 2, 3], 0.5) == 2
    assert percentile([7], 0.95) == 7
    assert percentile([0, 10], 0.95) == pytest.approx(9.5)


def test_of_no_values_the_percentile_is_nothing() -> None:
    assert percentile([], 0.5) == 0.0


def test_the_interval_of_half_of_ten_is_the_known_one() -> None:
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


@pytest.mark.parametrize("played", [1, 3, 100, 100_000])
def test_the_interval_ends_where_all_or_nothing_passed(played: int) -> None:
    assert wilson(0, played)[0] == 0.0
    assert wilson(played, played)[1] == 1.0
    assert 0 < wilson(0, played)[1] < 1
    assert 0 < wilson(played, played)[0] < 1


def test_nothing_played_leaves_everything_open() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(COUNTS)
def test_the_interval_holds_the_rate_and_mirrors_that_of_failures(count: tuple[int, int]) -> None:
    passed, played = count
    low, high = wilson(passed, played)
    assert 0 <= low <= passed / played <= high <= 1
    assert wilson(played - passed, played) == pytest.approx((1 - high, 1 - low))


@given(COUNTS, st.integers(2, 10))
def test_the_interval_narrows_with_more_trials_of_the_same_rate(count: tuple[int, int], times: int) -> None:
    few, many = wilson(*count), wilson(count[0] * times, count[1] * times)
    assert many[1] - many[0] < few[1] - few[0]


@given(COUNTS)
def test_pass_hat_one_is_the_rate_and_pass_hat_all_says_whether_all_passed(count: tuple[int, int]) -> None:
    passed, played = count
    assert pass_hat(passed, played, k=1) == pytest.approx(passed / played)
    assert pass_hat(passed, played, k=played) == (1.0 if passed == played else 0.0)
    assert pass_hat(passed, played, k=played + 1) is None


@given(COUNTS)
def test_pass_hat_never_grows_with_k(count: tuple[int, int]) -> None:
    chances = [pass_hat(*count, k=k) for k in range(1, count[1] + 1)]
    known = [chance for chance in chances if chance is not None]
    assert len(known) == len(chances)
    assert known == sorted(known, reverse=True)


def test_pass_hat_two_of_three_in_four_is_a_half() -> None:
    assert pass_hat(3, 4, k=2) == 0.5


def test_two_trials_that_differ_are_as_flaky_as_can_be() -> None:
    assert flakiness(1, 2) == 1.0
    assert flakiness(5, 10) == pytest.approx(5 / 9)


@given(COUNTS)
def test_only_trials_that_disagree_are_flaky_and_failures_count_like_passes(count: tuple[int, int]) -> None:
    passed, played = count
    assert (flakiness(passed, played) == 0) is (passed in (0, played))
    assert 0 <= flakiness(passed, played) <= 1
    assert flakiness(passed, played) == flakiness(played - passed, played)


@pytest.mark.parametrize(
    ("at_least", "of", "trials", "wanted"), [(2, 3, 3, 2), (2, 3, 5, 4), (2, 3, 1, 1), (9, 10, 5, 5), (0, 3, 7, 0)]
)
def test_a_threshold_scales_and_is_rounded_up(at_least: int, of: int, trials: int, wanted: int) -> None:
    assert threshold(at_least, of, trials=trials) == wanted


@given(COUNTS, st.integers(1, 100))
def test_a_scaled_threshold_is_never_softer_and_never_out_of_reach(count: tuple[int, int], trials: int) -> None:
    wanted = threshold(*count, trials=trials)
    assert wanted * count[1] >= count[0] * trials > (wanted - 1) * count[1]
    assert wanted <= trials


def test_fishers_tea_tasting_comes_out_as_he_had_it() -> None:
    assert exact_test((3, 4), (1, 4)) == pytest.approx(34 / 70)
    assert exact_test((4, 4), (0, 4)) == pytest.approx(2 / 70)


@given(COUNTS, COUNTS)
def test_the_exact_test_knows_no_direction_and_no_labels(one: tuple[int, int], other: tuple[int, int]) -> None:
    chance = exact_test(one, other)
    assert 0 < chance <= 1
    assert chance == pytest.approx(exact_test(other, one))
    assert chance == pytest.approx(exact_test((one[1] - one[0], one[1]), (other[1] - other[0], other[1])))


@given(COUNTS)
def test_equal_results_are_no_evidence_of_a_change(count: tuple[int, int]) -> None:
    assert exact_test(count, count) == 1.0


def test_one_flip_in_three_trials_shows_nothing_and_five_of_five_to_none_does() -> None:
    assert detectable_drop(3, 3, trials=3) is None
    assert detectable_drop(5, 5, trials=5) == pytest.approx(0.8)
    assert exact_test((5, 5), (1, 5)) < 0.05 < exact_test((5, 5), (2, 5))


@given(COUNTS, st.integers(1, 40))
def test_what_can_be_detected_is_significant_and_a_smaller_drop_is_not(count: tuple[int, int], trials: int) -> None:
    passed, played = count
    drop = detectable_drop(passed, played, trials=trials)
    smaller = [now for now in range(trials + 1) if now / trials < passed / played]
    if drop is None:
        assert all(exact_test(count, (now, trials)) >= 0.05 for now in smaller)
        return
    now = round((passed / played - drop) * trials)
    assert exact_test(count, (now, trials)) < 0.05
    assert all(exact_test(count, (more, trials)) >= 0.05 for more in smaller if more > now)


@pytest.mark.parametrize("count", [(2, 1), (-1, 3)])
def test_more_passed_than_were_played_is_refused(count: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="can't have passed"):
        wilson(*count)
    with pytest.raises(ValueError, match="can't have passed"):
        exact_test(count, (1, 1))
    assert math.isclose(exact_test((1, 1), (1, 1)), 1.0)


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.004, "<1%"), (0.25, "25%"), (0.995, ">99%"), (1, "100%")])
def test_a_share_reads_nothing_or_all_only_where_it_is_that(share: float, text: str) -> None:
    assert share_text(share) == text
