"""What the terminal shows of a run: verdicts, what could not be told, asks with their cost, where results are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from ...engine.domain.ask import AnswerSource, Usage
from ..outcome import Outcome, recorded, verdict_on
from ..results.run import RunRecord
from ..verdict import Verdict
from .afterwards import Afterwards
from .telling import detectable, rates, turn_line

SOURCES: dict[AnswerSource, str] = {
    "live": "live",
    "recorded": "replayed",
    "offline": "offline",
    "scripted": "scripted",
}
BESIDE = {
    "properties": "inferred when the agent was built",
    "judge": "the judge",
    "customer": "simulated customers",
}
"""What is asked beside the agents' turns, by decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is told at the end."""

    run: RunRecord
    notes: tuple[str, ...]
    database: Path
    journal: Path | None = None
    """The run's journal, where its results could not be taken into the database."""


def write_summary(terminal: pytest.TerminalReporter, summary: Summary) -> None:
    """Write the summary of a run."""
    terminal.section("scenarios")
    for line in summary_lines(summary):
        terminal.write_line(line)


def write_nothing_found(terminal: pytest.TerminalReporter) -> None:
    """Say how there come to be scenarios, where none was found."""
    terminal.write_line(
        "no scenario was found: they stand in YAML files with the keys `agent` and `scenarios`, or are coroutine tests "
        "marked with @pytest.mark.scenario(agent=...); `understudy new` makes a project that has some"
    )


def write_afterwards(terminal: pytest.TerminalReporter, afterwards: Afterwards) -> None:
    """Write what was asked for of a run that is over."""
    for line in afterwards.lines:
        terminal.write_line(line)
    for line in afterwards.failures:
        terminal.write_line(line, red=True)


def write_mistakes(terminal: pytest.TerminalReporter, mistakes: Mapping[str, str]) -> None:
    """Write what is wrong with scenario files that can't be read, when nothing is played."""
    if mistakes:
        terminal.section("scenario files with mistakes", red=True)
        for text in mistakes.values():
            terminal.write_line(text)


def summary_lines(summary: Summary) -> Iterator[str]:
    """The summary, line by line."""
    outcomes = summary.run.outcomes
    yield _verdicts(outcomes)
    yield from _inconclusive(outcomes)
    yield from _unsteady(outcomes)
    yield from _stale(outcomes)
    yield _asked(_of_agents(outcomes)) or "no asks"
    yield from _beside(outcomes)
    yield from _oldest(outcomes)
    yield from (f"note: {note}" for note in summary.notes)
    label = f" ({summary.run.label})" if summary.run.label else ""
    if summary.journal:
        yield f"run {summary.run.id}{label}, results in {_shown(summary.journal)}"
        yield f"the next run that can open {_shown(summary.database)} takes them in"
    else:
        yield f"run {summary.run.id}{label}, results in {_shown(summary.database)}"
    if (report := summary.run.report_path) and report.is_file():
        yield f"report: {_shown(report)}"


def turn_lines(outcome: Outcome) -> Iterator[str]:
    """A line for each turn of a trial."""
    trial = f"trial {outcome.trial}, " if outcome.trial > 1 else ""
    return (trial + turn_line(turn) for turn in outcome.turns)


def _verdicts(outcomes: Iterable[Outcome]) -> str:
    counts = Counter(verdict_on(trials) for trials in _by_scenario(outcomes))
    order: tuple[Verdict, ...] = ("passed", "failed", "inconclusive")
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in order if counts[verdict])


def _by_scenario(outcomes: Iterable[Outcome]) -> Iterable[list[Outcome]]:
    found: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault((outcome.suite, outcome.scenario), []).append(outcome)
    return found.values()


def _unsteady(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Scenarios of which some trials passed and some failed, whatever the verdict on them."""
    for trials in _by_scenario(outcomes):
        if {"passed", "failed"} <= {trial.verdict for trial in trials}:
            yield f"flaky, {rates(trials)}"
            yield f"  {detectable(trials)}"


def _inconclusive(outcomes: Iterable[Outcome]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.verdict == "inconclusive":
            by_reason.setdefault((outcome.reason or "unknown").replace("_", " "), []).append(outcome.node)
    for reason, nodes in sorted(by_reason.items()):
        yield f"inconclusive, {reason}: {', '.join(nodes)}"


def _stale(outcomes: Iterable[Outcome]) -> Iterator[str]:
    nodes = [outcome.node for outcome in outcomes if outcome.stale]
    if nodes:
        yield f"stale, answered from recordings made with other templates: {', '.join(nodes)}"


Source: TypeAlias = tuple[AnswerSource, Usage]
"""Where an answer came from, and what it took."""


def _of_agents(outcomes: Iterable[Outcome]) -> Iterator[Source]:
    for turn in (turn for outcome in outcomes for turn in outcome.turns):
        times: dict[tuple[str, int], AnswerSource] = {
            (time.id, time.attempt): time.source for time in turn.trace.timing.asks
        }
        for ask in turn.trace.asks:
            yield times.get((ask.id, ask.attempt), "live"), ask.usage


def _beside(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A line for what was inferred of agents, one for the judge, and one for simulated customers, as far as asked."""
    made = [ask for outcome in outcomes for ask in outcome.beside]
    for who, name in BESIDE.items():
        if told := _asked((ask.time.source, ask.made.usage) for ask in made if ask.who == who):
            yield f"{name}: {told}"


def _asked(answers: Iterable[Source]) -> str:
    sources: Counter[str] = Counter()
    live = Usage()
    whole = Usage()
    for source, usage in answers:
        sources[SOURCES[source]] += 1
        whole += usage
        live += usage if source == "live" else Usage()
    if not sources:
        return ""
    total = sum(sources.values())
    where = ", ".join(f"{count} {source}" for source, count in sorted(sources.items()))
    return ", ".join([f"{total} ask{'s' if total != 1 else ''} ({where})", *_taken(whole, live)])


def _oldest(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The oldest recording that was served."""
    found = [(date, outcome.node) for outcome in outcomes for date in recorded(outcome)]
    if found:
        date, node = min(found)
        yield f"oldest recording: {date[:10]}, in {node}"


def _taken(whole: Usage, live: Usage) -> Iterator[str]:
    """Tokens and cost; where nobody counted, as with the offline model, there is nothing to tell."""
    tokens = whole.prompt_tokens + whole.answer_tokens
    if tokens:
        yield f"{tokens:,} tokens"
    if tokens or whole.cost:
        yield _cost(whole, live)


def _cost(whole: Usage, live: Usage) -> str:
    """What this run cost, and what it would cost live where recordings were served."""
    paid = f"${live.cost:.4f}"
    return paid if whole.cost <= live.cost else f"{paid} (${whole.cost:.4f} when recorded)"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
