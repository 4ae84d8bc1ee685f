"""What needs somebody's attention: failures, what could not be told, and scenarios whose trials disagree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..evals.outcome import Outcome, verdict_on
from .names import MARKS, REASONS, REMEDIES, UNSTEADY, scenario_anchor, scenario_name
from .page import Concern
from .pieces import Fact
from .wording import count

SHOWN = 3
"""How many failed expectations of a scenario the overview names."""


def played_scenarios(outcomes: Iterable[Outcome]) -> tuple[tuple[Outcome, ...], ...]:
    """The trials of each scenario together, in the order in which they were first played."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.suite, outcome.scenario), []).append(outcome)
    return tuple(tuple(trials) for trials in groups.values())


def failures(outcomes: Sequence[Outcome]) -> tuple[Concern, ...]:
    """Every trial that failed, with the expectations that were not met."""
    return tuple(_concern(each, tuple(_failed_checks(each))) for each in outcomes if each.verdict == "failed")


def inconclusive(outcomes: Sequence[Outcome]) -> tuple[Concern, ...]:
    """Every trial of which nothing can be said, with the reason and what to do."""
    return tuple(_concern(each, tuple(_reason(each))) for each in outcomes if each.verdict == "inconclusive")


def unsteady(outcomes: Sequence[Outcome]) -> tuple[Concern, ...]:
    """Every flaky scenario, of which some trials passed and some failed."""
    found: list[Concern] = []
    for trials in filter(is_flaky, played_scenarios(outcomes)):
        passed = sum(trial.verdict == "passed" for trial in trials)
        line = f"{passed} of {len(trials)} trials passed; on the whole {verdict_on(trials)}"
        found.append(replace(_concern(trials[0], (Fact(name="", text=line),)), mark=UNSTEADY, remedy=""))
    return tuple(found)


def is_flaky(trials: Sequence[Outcome]) -> bool:
    """Whether some trials passed and some failed."""
    return {"passed", "failed"} <= {trial.verdict for trial in trials}


def _concern(outcome: Outcome, lines: tuple[Fact, ...]) -> Concern:
    return Concern(
        anchor=scenario_anchor(outcome),
        name=f"{outcome.suite}: {scenario_name(outcome)}",
        mark=MARKS[outcome.verdict],
        lines=lines,
        remedy=REMEDIES[outcome.reason] if outcome.reason else "",
    )


def _failed_checks(outcome: Outcome) -> Iterator[Fact]:
    if outcome.explanation:
        yield Fact(name="", text=outcome.explanation)
    failed = [check for check in outcome.checks if check.verdict == "failed"]
    for check in failed[:SHOWN]:
        where = f" (turn {check.turn})" if check.turn is not None else ""
        yield Fact(name=check.expectation + where, text=check.explanation)
    if len(failed) > SHOWN:
        yield Fact(name="", text=f"and {count(len(failed) - SHOWN, 'more expectation')}")


def _reason(outcome: Outcome) -> Iterator[Fact]:
    if outcome.reason:
        yield Fact(name="", text=REASONS[outcome.reason])
    if outcome.explanation:
        yield Fact(name="", text=outcome.explanation)
    yield from (
        Fact(name=check.expectation, text=check.explanation)
        for check in outcome.checks
        if check.verdict == "inconclusive"
    )
