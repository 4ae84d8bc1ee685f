"""A run and the runs before it to a report: the pages, and all that is counted on the overview."""

from collections.abc import Iterable, Sequence

from ..evals.outcome import Outcome, verdict_on
from ..evals.results.run import RunRecord, RunSummary
from ..evals.statistics import percentile, wilson
from ..evals.verdict import Verdict
from .behaviour import agent_pages
from .concerns import failures, inconclusive, played_scenarios, unsteady
from .conversations import scenario_pages
from .names import MARKS, all_answered_by, answered_by, offline_notice, scenario_anchor, scenario_name, stale_notice
from .page import Overview, Report, ScenarioRow, SuiteRows, Tile
from .pieces import Amount, Fact, Mark, Ranked
from .spending import asks_page
from .tables import counted, paid, timed
from .trends import trend
from .wording import NOTHING, change, count, listed, money, number, percent, seconds

TOP = 5
"""How many of the slowest and of the dearest are named."""


def build_report(run: RunRecord) -> Report:
    """All pages of a run."""
    name = run.label or run.revision[:12] or run.id
    return Report(
        title=f"Scenarios of {name}",
        made_by=f"Understudy {run.version}".strip(),
        overview=_overview(run),
        scenarios=scenario_pages(run.outcomes, run.agents),
        agents=agent_pages(run.outcomes, run.agents),
        asks=asks_page(run.outcomes),
    )


def summary_of(run: RunRecord) -> RunSummary:
    """The run in the few figures that trends show."""
    verdicts = _verdicts(run.outcomes)
    times = _turn_times(run.outcomes)
    usages = [outcome.usage for outcome in run.outcomes]
    return RunSummary(
        id=run.id,
        started=run.started,
        revision=run.revision,
        label=run.label,
        passed=verdicts.count("passed"),
        failed=verdicts.count("failed"),
        inconclusive=verdicts.count("inconclusive"),
        asks=sum(outcome.asks for outcome in run.outcomes),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        answer_tokens=sum(usage.answer_tokens for usage in usages),
        cost=sum(usage.cost for usage in usages),
        seconds=sum(outcome.seconds for outcome in run.outcomes),
        turn_seconds_p50=percentile(times, 0.5),
        turn_seconds_p95=percentile(times, 0.95),
    )


def _verdicts(outcomes: Iterable[Outcome]) -> list[Verdict]:
    return [verdict_on(trials) for trials in played_scenarios(outcomes)]


def _turn_times(outcomes: Iterable[Outcome]) -> list[float]:
    return [turn.trace.timing.total for each in outcomes for turn in each.turns if turn.trace.timing.total > 0]


def _overview(run: RunRecord) -> Overview:
    summary = summary_of(run)
    return Overview(
        sentence=_sentence(summary),
        mark=_mark(summary),
        notice=" ".join(filter(None, [offline_notice(run.outcomes), stale_notice(run.outcomes)])),
        facts=tuple(fact for fact in _facts(run) if fact.text),
        tiles=_tiles(run, summary),
        failures=failures(run.outcomes),
        inconclusive=inconclusive(run.outcomes),
        unsteady=unsteady(run.outcomes),
        slowest=_slowest(run.outcomes),
        dearest=_dearest(run.outcomes),
        suites=_suites(run.outcomes),
        trend=trend((*run.history, summary)),
    )


def _sentence(summary: RunSummary) -> str:
    played = summary.passed + summary.failed + summary.inconclusive
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


def _tiles(run: RunRecord, summary: RunSummary) -> tuple[Tile, ...]:
    before = run.history[-1] if run.history else None
    judged = summary.passed + summary.failed
    low, high = wilson(summary.passed, judged)
    tokens = summary.prompt_tokens + summary.answer_tokens
    turns = sum(len(outcome.turns) for outcome in run.outcomes)
    interval = f"95 % interval {percent(low, 1)} to {percent(high, 1)}, inconclusive ones left out"

    def since(now: float, then: float | None) -> str:
        return change(now, then) if then is not None else ""

    return (
        Tile(name="Pass rate", text=percent(summary.passed, judged), note=interval if judged else "nothing was judged"),
        Tile(name="Trials", text=number(len(run.outcomes)), note=f"with {count(turns, 'turn')} of the agent"),
        Tile(name="Asks", text=number(summary.asks), note=since(summary.asks, before.asks if before else None)),
        Tile(
            name="Tokens",
            text=number(tokens) if tokens else NOTHING,
            note=since(tokens, before.prompt_tokens + before.answer_tokens if before else None)
            if tokens
            else "nobody counted them",
        ),
        Tile(name="Cost", text=money(summary.cost), note=since(summary.cost, before.cost if before else None)),
        Tile(
            name="Turn, median",
            text=seconds(summary.turn_seconds_p50),
            note=f"95th percentile {seconds(summary.turn_seconds_p95)}" if summary.turn_seconds_p50 else "not timed",
        ),
    )


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


def _suites(outcomes: Sequence[Outcome]) -> tuple[SuiteRows, ...]:
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.suite, []).append(outcome)
    return tuple(
        SuiteRows(suite=suite, sentence=_suite_sentence(played), rows=tuple(_row(each) for each in played))
        for suite, played in suites.items()
    )


def _suite_sentence(outcomes: Sequence[Outcome]) -> str:
    verdicts = _verdicts(outcomes)
    return listed([f"{verdicts.count(each)} {each}" for each in MARKS if each in verdicts])


def _row(outcome: Outcome) -> ScenarioRow:
    figures: tuple[Amount, ...] = (
        counted(len(outcome.turns)),
        counted(outcome.asks),
        counted(_tokens(outcome)),
        paid(outcome.usage.cost),
        timed(outcome.seconds),
    )
    return ScenarioRow(
        anchor=scenario_anchor(outcome),
        name=scenario_name(outcome),
        mark=MARKS[outcome.verdict],
        tags=outcome.tags,
        answered_by=answered_by(outcome.answered_by),
        figures=figures,
    )
