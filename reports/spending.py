"""The asks of a run by decision: calls, retries, tokens, cost, time, and where answers came from."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..engine.domain.ask import AnswerSource, Usage
from ..engine.domain.trace import AskMade, AskTime
from ..evals.outcome import Outcome
from ..evals.statistics import percentile
from .ages import ages
from .names import SOURCES
from .page import AsksPage, DecisionUse
from .pieces import Amount, Chart, Table
from .tables import counted, paid, timed, tokens, words
from .wording import count, listed, money, number

COLUMNS = (
    "Decision", "Live", "Replayed", "Offline", "Asks", "Retries", "Objections", "Characters", "Tokens in", "Cached",
    "Tokens out", "Cost", "Time p50", "p95", "p99",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """One ask of the run with its time, where that was noted."""

    ask: AskMade
    time: AskTime | None


def asks_page(outcomes: tuple[Outcome, ...], *, started: str = "") -> AsksPage:
    """What was asked of models, by decision, those that took most first."""
    by_decision: dict[str, list[_Made]] = {}
    for made in _all(outcomes):
        by_decision.setdefault(made.ask.decision, []).append(made)
    uses = tuple(sorted((_use(name, made) for name, made in by_decision.items()), key=_weight))
    everything = [made for group in by_decision.values() for made in group]
    rows = tuple(_row(use.decision, by_decision[use.decision]) for use in uses)
    total = _row("All decisions", everything) if len(rows) > 1 else ()
    return AsksPage(
        sentence=_sentence(everything, beside=sum(len(outcome.beside) for outcome in outcomes)),
        table=Table(columns=COLUMNS, rows=rows, total=total),
        uses=uses,
        charts=(_chart(uses),) if uses else (),
        ages=ages(outcomes, started=started),
    )


def _all(outcomes: Iterable[Outcome]) -> Iterator[_Made]:
    for outcome in outcomes:
        yield from (_Made(ask=ask.made, time=ask.time) for ask in outcome.beside)
        for turn in outcome.turns:
            times = {(time.id, time.attempt): time for time in turn.trace.timing.asks}
            for ask in turn.trace.asks:
                yield _Made(ask=ask, time=times.get((ask.id, ask.attempt)))


def _use(decision: str, made: list[_Made]) -> DecisionUse:
    usage = _usage(made)
    return DecisionUse(
        decision=decision,
        prompt_tokens=usage.prompt_tokens,
        answer_tokens=usage.answer_tokens,
        prompt_characters=sum(each.ask.size for each in made),
    )


def _weight(use: DecisionUse) -> tuple[int, int, str]:
    return -use.prompt_tokens - use.answer_tokens, -use.prompt_characters, use.decision


def _usage(made: Iterable[_Made]) -> Usage:
    return sum((each.ask.usage for each in made), Usage())


def _sources(made: Iterable[_Made]) -> str:
    sources = Counter(SOURCES[each.time.source] if each.time else "not noted" for each in made)
    return ", ".join(f"{source} {number(times)}" for source, times in sources.items())


def _answered(made: Iterable[_Made], source: AnswerSource) -> int:
    return sum(each.time is not None and each.time.source == source for each in made)


def _row(name: str, made: list[_Made]) -> tuple[Amount, ...]:
    usage = _usage(made)
    whole = usage.prompt_tokens + usage.answer_tokens
    times = [each.time.seconds for each in made if each.time]
    return (
        words(name),
        counted(_answered(made, "live")),
        counted(_answered(made, "recorded")),
        counted(_answered(made, "offline") + _answered(made, "scripted")),
        counted(sum(each.ask.attempt == 1 for each in made)),
        counted(sum(each.ask.attempt > 1 for each in made)),
        counted(sum(len(each.ask.objections) for each in made)),
        counted(sum(each.ask.size for each in made)),
        tokens(usage.prompt_tokens, of=whole),
        tokens(usage.cached_tokens, of=whole),
        tokens(usage.answer_tokens, of=whole),
        paid(usage.cost),
        timed(percentile(times, 0.5)),
        timed(percentile(times, 0.95)),
        timed(percentile(times, 0.99)),
    )


def _sentence(made: list[_Made], *, beside: int) -> str:
    if not made:
        return "No model was asked anything."
    usage = _usage(made)
    whole = usage.prompt_tokens + usage.answer_tokens
    counted_tokens = f"{number(whole)} tokens" if whole else "tokens were not counted"
    apart = f" ({number(beside)} of them for the judge, for simulated customers or about the agent)" if beside else ""
    calls = f"{count(len(made), 'call')}{apart}, answered by: {_sources(made)}"
    return f"{calls}; {counted_tokens}, {money(usage.cost)}."


def _chart(uses: tuple[DecisionUse, ...]) -> Chart:
    by_tokens = any(use.prompt_tokens or use.answer_tokens for use in uses)
    title = "Tokens by decision" if by_tokens else "Prompt characters by decision"
    most = listed([use.decision for use in uses[:3]])
    return Chart(id="by-decision", title=title, sentence=f"Most went to {most}." if most else "")
