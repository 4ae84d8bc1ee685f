"""The page that says how it went: all that is counted on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..evals.outcome import Outcome
from ..evals.results.past import RunFigures
from ..evals.results.run import RunRecord, RunSummary
from ..evals.statistics import wilson
from .concerns import failures, inconclusive, unsteady
from .diff_page import Changes
from .latest import verdicts_of
from .names import (
    MARKS,
    all_answered_by,
    offline_notice,
    scenario_anchor,
    scenario_name,
    source_word,
    stale_notice,
)
from .page import Overview, ScenarioRow, SuiteRows, Tile
from .pieces import Amount, Fact, Mark, Ranked, Strip
from .repeats import trial_tables
from .strips import shortened
from .tables import counted, paid, timed, tokens
from .trends import trend
from .wording import change, count, listed, money, number, percent, seconds

TOP = 5
"""How many of the slowest and of the dearest are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a run beside its record."""

    summary: RunSummary
    figures: RunFigures
    changes: Changes | None
    strips: Mapping[tuple[str, str], Strip]


def overview(run: RunRecord, told: Told) -> Overview:
    """How it went."""
    summary = told.summary
    return Overview(
        sentence=_sentence(summary),
        mark=_mark(summary),
        notice=" ".join(filter(None, [offline_notice(run.outcomes), stale_notice(run.outcomes)])),
        facts=tuple(fact for fact in _facts(run) if fact.text),
        tiles=_tiles(run, told),
        failures=failures(run.outcomes),
        inconclusive=inconclusive(run.outcomes),
        unsteady=unsteady(run.outcomes),
        slowest=_slowest(run.outcomes),
        dearest=_dearest(run.outcomes),
        suites=_suites(run.outcomes, told.strips),
        trend=trend((*run.history, summary), (*run.past.runs, told.figures)),
        changes=told.changes,
        trials=trial_tables(run.outcomes),
    )


def _sentence(summary: RunSummary) -> str:
    played = _played(summary)
    scenarios = count(played, "scenario")
    if not played:
        return "No scenarios were played."
    if summary.passed == played:
        return "The one scenario passed." if played == 1 else f"All {scenarios} passed."
    untold = f"{number(summary.inconclusive)} {'is' if summary.inconclusive == 1 else 'are'} inconclusive"
    said = {
        f"{number(summary.failed)} failed": summary.failed,
        untold: summary.inconclusive,
        f"{number(summary.passed)} passed": summary.passed,
    }
    return f"Of {scenarios} {listed([part for part, times in said.items() if times])}."


def _played(summary: RunSummary) -> int:
    return summary.passed + summary.failed + summary.inconclusive


def _mark(summary: RunSummary) -> Mark:
    if summary.failed:
        return MARKS["failed"]
    return MARKS["inconclusive"] if summary.inconclusive or not summary.passed else MARKS["passed"]


def _facts(run: RunRecord) -> Iterable[Fact]:
    where = " on ".join(filter(None, [run.revision[:12], run.branch]))
    yield Fact(name="Run", text=run.id)
    yield Fact(name="Label", text=run.label)
    yield Fact(name="Started", text=run.started)
    yield Fact(name="Revision", text=where + (" with uncommitted changes" if run.dirty else ""))
    yield Fact(
        name="Model", text=run.model or listed(list(dict.fromkeys(each.model for each in run.outcomes if each.model)))
    )
    yield Fact(name="Answers from", text=all_answered_by(run.outcomes))


def _tiles(run: RunRecord, told: Told) -> tuple[Tile, ...]:
    turns = sum(len(outcome.turns) for outcome in run.outcomes)
    return (
        _pass_rate_tile(told.summary),
        Tile(name="Trials", text=number(len(run.outcomes)), note=f"with {count(turns, 'turn')} of the agent"),
        _coverage_tile(told.figures),
        *_spending_tiles(run, told),
    )


def _pass_rate_tile(summary: RunSummary) -> Tile:
    judged = summary.passed + summary.failed
    low, high = wilson(summary.passed, judged)
    interval = f"95 % interval {percent(low, 1)} to {percent(high, 1)}, inconclusive ones left out"
    return Tile(
        name="Pass rate", text=percent(summary.passed, judged), note=interval if judged else "nothing was judged"
    )


def _spending_tiles(run: RunRecord, told: Told) -> tuple[Tile, ...]:
    """What depends on where answers came from, and says so."""
    summary, source = told.summary, source_word(told.figures.answered_by)
    # Beside a run of other scenarios, which takes something else, figures say nothing.
    before = next((each for each in run.history[-1:] if _played(each) == _played(summary)), None)
    used = summary.prompt_tokens + summary.answer_tokens

    def since(now: float, then: float | None) -> str:
        return change(now, then) if then is not None else ""

    return (
        Tile(
            name="Asks",
            text=number(summary.asks),
            note=since(summary.asks, before.asks if before else None),
            source=source,
        ),
        Tile(
            name="Tokens",
            source=source,
            text=tokens(used, of=used).text,
            note=since(used, before.prompt_tokens + before.answer_tokens if before else None)
            if used
            else "nobody counted them",
        ),
        Tile(
            name="Cost",
            text=money(summary.cost),
            note=since(summary.cost, before.cost if before else None),
            source=source,
        ),
        Tile(
            name="Turn, median",
            source=source,
            text=seconds(summary.turn_seconds_p50),
            note=f"95th percentile {seconds(summary.turn_seconds_p95)}" if summary.turn_seconds_p50 else "not timed",
        ),
    )


def _coverage_tile(figures: RunFigures) -> Tile:
    note = f"{number(figures.exercised)} of {number(figures.defined)} by scenarios that passed"
    text = percent(figures.exercised, figures.defined)
    return Tile(name="Coverage", text=text, note=note if figures.defined else "no definition was kept")


def _tokens(outcome: Outcome) -> int:
    return outcome.usage.prompt_tokens + outcome.usage.answer_tokens


def _slowest(outcomes: Sequence[Outcome]) -> tuple[Ranked, ...]:
    most = sorted((each for each in outcomes if each.seconds > 0), key=lambda each: -each.seconds)[:TOP]
    return tuple(_ranked(each, seconds(each.seconds)) for each in most)


def _dearest(outcomes: Sequence[Outcome]) -> tuple[Ranked, ...]:
    """By cost, and where nothing had a price by tokens."""
    most = sorted((each for each in outcomes if _tokens(each)), key=lambda each: (-each.usage.cost, -_tokens(each)))
    return tuple(_ranked(each, f"{money(each.usage.cost)}, {number(_tokens(each))} tokens") for each in most[:TOP])


def _ranked(outcome: Outcome, text: str) -> Ranked:
    return Ranked(anchor=scenario_anchor(outcome), name=f"{outcome.suite}: {scenario_name(outcome)}", text=text)


def _suites(outcomes: Sequence[Outcome], strips: Mapping[tuple[str, str], Strip]) -> tuple[SuiteRows, ...]:
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.suite, []).append(outcome)
    return tuple(
        SuiteRows(suite=suite, sentence=_suite_sentence(played), rows=tuple(_row(each, strips) for each in played))
        for suite, played in suites.items()
    )


def _suite_sentence(outcomes: Sequence[Outcome]) -> str:
    verdicts = verdicts_of(outcomes)
    return listed([f"{verdicts.count(each)} {each}" for each in MARKS if each in verdicts])


def _row(outcome: Outcome, strips: Mapping[tuple[str, str], Strip]) -> ScenarioRow:
    strip = strips.get((outcome.suite, outcome.scenario))
    figures: tuple[Amount, ...] = (
        counted(len(outcome.turns)),
        counted(outcome.asks),
        tokens(_tokens(outcome), of=_tokens(outcome)),
        paid(outcome.usage.cost),
        timed(outcome.seconds),
    )
    return ScenarioRow(
        anchor=scenario_anchor(outcome),
        name=scenario_name(outcome),
        mark=MARKS[outcome.verdict],
        tags=outcome.tags,
        answered_by=source_word(outcome.answered_by),
        figures=figures,
        strip=shortened(strip) if strip and outcome.trial == 1 else None,
    )
