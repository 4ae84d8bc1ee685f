"""What a scenario took in a run, per trial: asks, tokens, cost, and how long models took to answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..outcome import Outcome

COST_SHARE = 0.1
"""From which change of cost (of tokens where nothing has a price) it is told."""
SECONDS_SHARE = 0.5
SECONDS_LEAST = 1.0
"""Latency varies by itself: a change is told from half as much again, and from a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Means over the trials of a scenario."""

    asks: float = 0.0
    tokens: float = 0.0
    cost: float = 0.0
    """USD; of replayed answers what they cost when they were recorded."""
    seconds: float = 0.0
    """How long models took to answer when they were asked; 0 where nobody measured it."""


def spent(trials: Sequence[Outcome]) -> Spent:
    """What the trials of a scenario took, on average."""
    if not trials:
        return Spent()
    usages = [trial.usage for trial in trials]
    times = [
        time.seconds
        for trial in trials
        for turn in trial.turns
        for time in turn.trace.timing.asks
        if time.source in ("live", "recorded")
    ]
    return Spent(
        asks=sum(trial.asks for trial in trials) / len(trials),
        tokens=sum(usage.prompt_tokens + usage.answer_tokens for usage in usages) / len(trials),
        cost=sum(usage.cost for usage in usages) / len(trials),
        seconds=sum(times) / len(trials),
    )


def notable(before: Spent, after: Spent) -> bool:
    """Whether cost or latency changed by more than they do by themselves."""
    priced = before.cost > 0 and after.cost > 0
    was, now = (before.cost, after.cost) if priced else (before.tokens, after.tokens)
    return _changed(was, now, share=COST_SHARE) or (
        _changed(before.seconds, after.seconds, share=SECONDS_SHARE)
        and abs(after.seconds - before.seconds) >= SECONDS_LEAST
    )


def _changed(before: float, after: float, *, share: float) -> bool:
    return before > 0 and after > 0 and abs(after - before) >= share * before


def spending_words(before: Spent, after: Spent, *, arrow: str) -> str:
    """What changed of cost and latency, in words."""
    figures = (
        ("cost", before.cost, after.cost, "${:.4f}"),
        ("tokens", before.tokens, after.tokens, "{:,.0f}"),
        ("asks", before.asks, after.asks, "{:g}"),
        ("seconds of models", before.seconds, after.seconds, "{:.1f}"),
    )
    told = [(name, form.format(was), form.format(now)) for name, was, now, form in figures if was > 0 and now > 0]
    return ", ".join(f"{name} {was} {arrow} {now}" for name, was, now in told if was != now)
