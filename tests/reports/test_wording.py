"""Figures in words say neither more nor less than what was counted."""

import pytest

from understudy.reports.wording import NOTHING, change, count, listed, money, percent, seconds, writable


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (1, 2, "50 %"),
        (2, 3, "66.7 %"),
        (9999, 10000, "> 99.9 %"),
        (1, 10000, "< 0.1 %"),
        (999, 1000, "99.9 %"),
        (1, 1000, "0.1 %"),
        (0, 0, NOTHING),
    ],
)
def test_a_share_reads_0_or_100_per_cent_only_where_it_is_that(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_no_share_between_nothing_and_all_reads_as_either() -> None:
    said = {percent(part, 3000) for part in range(1, 3000)}
    assert not said & {"0 %", "100 %", "0.0 %", "100.0 %"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, NOTHING),
        (0.0042, "4.2 ms"),
        (0.25, "250 ms"),
        (0.9996, "1.0 s"),
        (3.44, "3.4 s"),
        (59.97, "1 min 00 s"),
        (125, "2 min 05 s"),
    ],
)
def test_lengths_of_time(value: float, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "$0"), (0.00001, "< $0.0001"), (0.0123, "$0.0123"), (1.5, "$1.50"), (1234.5, "$1,234.50")],
)
def test_sums_of_money_never_read_as_nothing_where_something_was_paid(value: float, text: str) -> None:
    assert money(value) == text


def test_counts_take_the_plural_their_number_wants() -> None:
    assert [count(0, "turn"), count(1, "turn"), count(1200, "turn")] == ["0 turns", "1 turn", "1,200 turns"]


def test_a_change_is_told_against_the_run_before() -> None:
    assert change(110, 100) == "10 % above the run before"
    assert change(75, 100) == "25 % below the run before"
    assert change(1001, 1000) == "less than 1 % above the run before"
    assert change(5, 5) == "as in the run before"
    assert change(5, 0) == "none in the run before"


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_what_no_file_can_hold_is_shown_as_replaced() -> None:
    assert writable("a\ud800b\x00c\td\ne") == "a�b�c\td\ne"
    assert writable("مرحبا 👋🏽") == "مرحبا 👋🏽"
