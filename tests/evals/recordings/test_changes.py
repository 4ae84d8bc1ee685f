"""What changed inside a section: by name where it lists parts of an agent, and whether it was only a date."""

import pytest

from understudy.evals.recordings.changes import changes, only_moments

THEN = """## Guidelines to judge
- id: greet
  kind: actionable
  when: the customer greets you
- id: late
  when: it is late"""


def test_a_guideline_that_is_reworded_new_or_gone_is_named() -> None:
    now = THEN.replace("greets you", "says hello").replace("late", "early")
    assert list(map(str, changes("candidates", then=THEN, now=now))) == [
        "the guideline 'greet' is worded differently",
        "the guideline 'early' is new here",
        "the guideline 'late' is here no more",
    ]


@pytest.mark.parametrize(
    ("section", "then", "now", "said"),
    [
        ("tools", "- tool: pay\n  does: Pays", "- tool: pay\n  does: Pays all", "the tool 'pay' is worded differently"),
        ("glossary", "## Glossary\n- VIP (also: star): one", "## Glossary\n- VIP: one", "the term 'VIP' is worded"),
        ("variables", "- plan: 1", "- plan: 2", "the variable 'plan' has another value"),
        ("journeys", "- id: book\n  a", "- id: book\n  b", "the journey 'book' is worded differently"),
    ],
)
def test_every_list_has_its_own_kind_of_parts(section: str, then: str, now: str, said: str) -> None:
    (change,) = changes(section, then=then, now=now)
    assert str(change).startswith(said)


def test_a_section_that_is_no_list_names_nothing() -> None:
    assert changes("conversation", then="customer: a", now="customer: b") == ()


@pytest.mark.parametrize(
    ("then", "now", "only"),
    [
        ("It is 2026-01-01.", "It is 2026-01-02.", True),
        ("at 2026-01-01T09:00:00Z", "at 2026-03-01T10:30:12.123+01:00", True),
        ("since 10:30 on 1.2.2026", "since 11:31 on 2/3/2026", True),
        ("stamp 1767225600", "stamp 1767225601.5", True),
        ("It is 2026-01-01.", "It was 2026-01-02.", False),
        ("the same", "the same", False),
        ("order 12", "order 13", False),
    ],
)
def test_a_difference_in_dates_and_times_alone_is_told_from_others(then: str, now: str, only: bool) -> None:
    assert only_moments(then, now) is only
