"""Percentiles and intervals agree with what can be worked out by hand."""

import pytest

from understudy.reports.statistics import percentile, wilson


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
