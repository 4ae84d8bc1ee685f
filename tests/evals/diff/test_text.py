"""A comparison of two runs as text."""

from dataclasses import replace

from understudy.evals.diff.comparing import compare
from understudy.evals.diff.text import diff_lines

from ..runs import BOOK, GREET, agent, ask, called, outcome, run, trace


def test_a_regression_with_its_cause_reads_from_top_to_bottom() -> None:
    owned = replace(BOOK, metadata={"owner": "front desk"})
    begs = replace(owned, condition="the customer begs for a visit")
    old, new = agent(GREET, owned), agent(GREET, begs)
    before, texts = ask("match", f"2) {owned.condition}")
    after, more = ask("match", f"2) {begs.condition}")
    base = run(
        outcome(trace("greet", "book", asks=[before], calls=[called(day="Mon")]), texts=texts, of=old),
        of=old,
        label="main",
        revision="a" * 40,
    )
    head = run(
        outcome(trace("greet", asks=[after]), texts=more, of=new, verdict="failed"),
        of=new,
        id_="20260303-090000-bbbb",
        dirty=True,
        revision="b" * 40,
    )
    assert list(diff_lines(compare(base, head))) == [
        "20260302-090000-aaaa (main, aaaaaaaaaa) -> 20260303-090000-bbbb (bbbbbbbbbb+)",
        "regressions: 1",
        "",
        "edited in agent 'clinic':",
        "  guideline 'book' reworded",
        "    condition: the customer wants a visit -> the customer begs for a visit",
        "    owner: front desk",
        "",
        "regressions:",
        "  clinic/books: passed -> failed",
        "    turn 1: guidelines.fired: book",
        "    turn 1: guideline 'book' no longer matches; before it did",
        "      because something else was asked (1/match/1), in guidelines",
        "        from guideline 'book' reworded",
        "        - 2) the customer wants a visit",
        "        + 2) the customer begs for a visit",
        "      and 3 more decisions downstream",
    ]


def test_two_runs_that_differ_in_nothing_need_two_lines() -> None:
    same = outcome(trace("greet"))
    lines = list(diff_lines(compare(run(same), run(same, id_="20260303-090000-bbbb"))))
    assert lines == ["20260302-090000-aaaa -> 20260303-090000-bbbb", "unchanged: 1"]


def test_arguments_are_shown_where_they_differ() -> None:
    calls = [[called(day="Mon", who="Jean")], [called(day="Tue", who="Jean")]]
    before, after = (run(outcome(trace(calls=made))) for made in calls)
    assert "    turn 1: tool 'get_slots' is called with other arguments: day Mon -> Tue" in list(
        diff_lines(compare(before, after))
    )
