"""False alarms in words, as a table for a pull request, and as data for other tools."""

from collections.abc import Iterator

from ..engine.domain.values import JSON
from .false_alarms import MOST_TRIALS, FalseAlarms, Rate, ScenarioAlarms
from .statistics import share_text


def alarms_lines(found: FalseAlarms) -> Iterator[str]:
    """For the terminal."""
    yield "false regressions between two halves of trials at one revision, with 95 % intervals"
    width = max(len(each.node) for each in found.scenarios)
    for each in found.scenarios:
        yield f"  {each.node:<{width}}  {_rate(each.regressions)}; {_beside(each)}; {_needs(each.needed)}"
    yield f"all comparisons of a scenario: {_rate(found.overall)}"
    yield _suite(found)
    yield _enough(found)
    yield from _left_out(found)


def alarms_markdown(found: FalseAlarms) -> Iterator[str]:
    """A table with its conclusions."""
    yield f"**{_suite(found)}**"
    yield ""
    yield "| scenario | false regressions | 95 % interval | other behaviour | passed | trials needed |"
    yield "|---|---|---|---|---|---|"
    for each in found.scenarios:
        low, high = each.regressions.interval
        needed = f"more than {MOST_TRIALS}" if each.needed is None else each.needed
        yield (
            f"| {each.node} | {each.regressions.share:.1%} | {share_text(low)} to {share_text(high)} "
            f"| {each.changes.share:.1%} | {each.passed} of {each.regressions.trials} | {needed} |"
        )
    yield ""
    yield _enough(found)
    yield from _left_out(found)


def alarms_data(found: FalseAlarms) -> JSON:
    """Everything, as JSON."""
    return {
        "wanted": found.wanted,
        "overall": _rate_data(found.overall),
        "suite": found.of_suite,
        "needed": found.needed,
        "scenarios": [
            {
                "scenario": each.node,
                "passed": each.passed,
                "trials": each.regressions.trials,
                "regressions": _rate_data(each.regressions),
                "behaviour_changed": _rate_data(each.changes),
                "needed": each.needed,
            }
            for each in found.scenarios
        ],
        "too_few": list(found.too_few),
    }


def _rate_data(rate: Rate) -> JSON:
    low, high = rate.interval
    return {"rate": rate.share, "low": low, "high": high, "alarms": rate.alarms, "splits": rate.splits}


def _rate(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.share:.1%} ({share_text(low)} to {share_text(high)}) of {rate.splits} splits of {rate.trials} trials"


def _beside(each: ScenarioAlarms) -> str:
    return f"other behaviour in {each.changes.share:.1%}; {each.passed} passed"


def _needs(needed: int | None) -> str:
    return f"more than {MOST_TRIALS} trials needed" if needed is None else f"{_trials(needed)} needed"


def _suite(found: FalseAlarms) -> str:
    count = len(found.scenarios)
    whom = "1 scenario with itself" if count == 1 else f"{count} scenarios with themselves"
    return f"Comparing {whom}, half of the trials on each side, shows a regression in {found.of_suite:.1%} of cases."


def _enough(found: FalseAlarms) -> str:
    wanted = f"For at most {found.wanted:.1%} "
    if found.needed is None:
        return f"{wanted}no number of trials up to {MOST_TRIALS} is enough; make the flaky scenarios steadier."
    return f"{wanted}play {_trials(found.needed)} of each in each run (--scenarios-trials {found.needed})."


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"


def _left_out(found: FalseAlarms) -> Iterator[str]:
    if found.too_few:
        yield f"Too few trials to say anything: {', '.join(found.too_few)}"
