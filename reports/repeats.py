"""Scenarios that were played several times: how sure their pass rates are, how steady, and what they could show."""

from collections.abc import Sequence

from ..evals.outcome import Outcome, verdict_on
from ..evals.statistics import detectable_drop, flakiness, pass_hat, wilson
from .concerns import is_flaky, played_scenarios
from .names import answered_by, scenario_anchor
from .pieces import Amount, Table
from .tables import counted, share, words
from .wording import NOTHING, percent

COLUMNS = (
    "Scenario", "Verdict", "Answers from", "Trials", "Passed", "Needed", "Pass rate", "95 % interval", "pass^k",
    "Flakiness", "Detectable drop",
)  # fmt: skip


def trial_tables(outcomes: Sequence[Outcome]) -> tuple[Table, ...]:
    """The flaky scenarios, then the steady ones; nothing where each was played once."""
    repeated = [trials for trials in played_scenarios(outcomes) if len(trials) > 1]
    flaky = [trials for trials in repeated if is_flaky(trials)]
    steady = [trials for trials in repeated if not is_flaky(trials)]
    return tuple(
        Table(columns=COLUMNS, rows=tuple(_row(trials) for trials in group), texts=3, caption=caption)
        for caption, group in (
            ("Flaky: some trials passed and some failed", flaky),
            ("Steady: all trials that could be told ended alike", steady),
        )
        if group
    )


def _row(trials: Sequence[Outcome]) -> tuple[Amount, ...]:
    told = [trial for trial in trials if trial.verdict != "inconclusive"]
    passed, played = sum(trial.verdict == "passed" for trial in told), len(told)
    needed = len(trials) if trials[0].needed is None else trials[0].needed
    low, high = wilson(passed, played)
    sources = list(dict.fromkeys(answered_by(trial.answered_by) for trial in trials))
    return (
        Amount(text=f"{trials[0].suite}: {trials[0].name or trials[0].scenario}", anchor=scenario_anchor(trials[0])),
        words(verdict_on(trials)),
        words(", ".join(sources)),
        counted(len(trials)),
        counted(passed),
        counted(needed),
        share(passed, played),
        Amount(text=f"{percent(low, 1)} to {percent(high, 1)}" if played else NOTHING, value=low),
        _all_of(passed, played, k=min(needed, played)),
        Amount(text=percent(flakiness(passed, played), 1) if played else NOTHING, value=flakiness(passed, played)),
        _detectable(passed, played),
    )


def _all_of(passed: int, played: int, *, k: int) -> Amount:
    """pass^k: the chance that k further trials all pass."""
    chance = pass_hat(passed, played, k=k) if k else None
    return Amount(text=NOTHING) if chance is None else Amount(text=f"{percent(chance, 1)} (k = {k})", value=chance)


def _detectable(passed: int, played: int) -> Amount:
    """The smallest drop of the pass rate that as many trials again would tell from chance."""
    drop = detectable_drop(passed, played, trials=played)
    return Amount(text="none", value=2.0) if drop is None else Amount(text=percent(drop, 1), value=drop)
