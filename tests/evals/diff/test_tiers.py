"""Tiers of scenarios with several trials: an exact test decides, not one flip."""

from dataclasses import replace

import pytest

from understudy.engine.domain.ask import Usage
from understudy.engine.domain.trace import Timing
from understudy.evals.diff.comparing import ScenarioDiff, compare
from understudy.evals.diff.text import diff_lines
from understudy.evals.outcome import Outcome

from ..runs import ask, outcome, run, trace


def trials(verdicts: str, *, reply: str = "Hi", needed: int = 1) -> list[Outcome]:
    """A trial for each letter: p passed, f failed."""
    return [
        replace(
            outcome(trace("greet", reply=reply), verdict="passed" if letter == "p" else "failed"),
            trial=number,
            needed=needed,
        )
        for number, letter in enumerate(verdicts, start=1)
    ]


def compared(before: list[Outcome], after: list[Outcome]) -> ScenarioDiff:
    (scenario,) = compare(run(*before), run(*after)).scenarios
    return scenario


@pytest.mark.parametrize(
    ("before", "after", "tier"),
    [
        ("ppppp", "ppppf", "unstable"),
        ("pppppppppp", "ppffffffff", "regression"),
        ("ffffffffff", "ppppppppff", "fixed"),
        ("ppf", "ppf", "unchanged"),
        ("ppp", "fff", "regression"),
        ("fff", "ppp", "fixed"),
        ("p", "ppf", "unstable"),
        ("p", "f", "regression"),
    ],
)
def test_rates_make_the_tier(before: str, after: str, tier: str) -> None:
    assert compared(trials(before), trials(after)).tier == tier


def test_rates_are_told_with_what_chance_has_to_say() -> None:
    lines = list(diff_lines(compare(run(*trials("ppppp")), run(*trials("ppppf")))))
    assert "    5 of 5 trials passed, now 4 of 5 (exact test: p = 1.00)" in lines


def test_what_some_trial_did_before_is_no_change_of_behaviour() -> None:
    before = [outcome(trace("greet")), replace(outcome(trace("book")), trial=2)]
    swapped = [outcome(trace("book")), replace(outcome(trace("greet")), trial=2)]
    assert compared(before, swapped).tier == "unstable"
    fresh = [outcome(trace("book")), replace(outcome(trace("greet", "book")), trial=2)]
    assert compared(before, fresh).tier == "behaviour_changed"


def costing(cost: float, *, seconds: float = 0.2) -> Outcome:
    made, texts = ask("match", "Which apply?")
    asked = trace("greet", asks=[replace(made, usage=Usage(prompt_tokens=10, answer_tokens=2, cost=cost))])
    timed = replace(asked, timing=Timing(asks=tuple(replace(each, seconds=seconds) for each in asked.timing.asks)))
    return outcome(timed, texts=texts)


@pytest.mark.parametrize(
    ("after", "tier"),
    [
        (costing(0.5), "unchanged"),
        (costing(0.52), "unchanged"),
        (costing(0.6), "cost_or_latency"),
        (costing(0.4), "cost_or_latency"),
        (costing(0.5, seconds=2.0), "cost_or_latency"),
        (costing(0.5, seconds=0.9), "unchanged"),
    ],
)
def test_cost_and_latency_have_a_tier_of_their_own_where_nothing_else_changed(after: Outcome, tier: str) -> None:
    assert compared([costing(0.5)], [after]).tier == tier


def test_what_changed_of_cost_is_told() -> None:
    lines = list(diff_lines(compare(run(costing(0.5)), run(costing(0.75)))))
    assert lines[-1] == "    cost $0.5000 -> $0.7500"
