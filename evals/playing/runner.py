"""Playing scenarios: one trial at a time, from its script to an outcome with a verdict on every expectation."""

import asyncio
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

from ...engine import BuiltAgent
from ...engine.codec import fingerprint
from ...engine.domain.ask import AnswerSource
from ...engine.ports import LLM
from ..outcome import AnsweredBy, Outcome
from ..recordings.trial import TrialRecordings
from ..scenario import Scenario
from ..verdict import InconclusiveReason, overall
from .cast import Cast
from .performance import Performance
from .stops import Stop, too_long

ANSWERED: dict[AnswerSource, AnsweredBy] = {
    "live": "live",
    "recorded": "replayed",
    "offline": "offline",
    "scripted": "scripted",
}


async def play(
    scenario: Scenario, agent: BuiltAgent, *, llm: LLM, recordings: TrialRecordings | None = None, trial: int = 1
) -> Outcome:
    """Play one trial of a scenario and judge it; whatever breaks on the way is told in the outcome.

    With `recordings` asks and tools are recorded or replayed; without them (a model that computes its answers) tools
    run, consequential ones only by leave of the scenario. Whoever chose the model adds its name to the outcome.
    """
    cast = Cast(scenario, agent, llm=llm, recordings=recordings)
    return await play_out(Performance(scenario, agent, cast=cast), trial=trial)


async def play_out(performance: Performance, *, trial: int = 1) -> Outcome:
    """Take a performance to its end and judge it. Whatever breaks on the way is told in the outcome."""
    started, before = datetime.now(UTC), perf_counter()
    await _take_to_its_end(performance)
    return replace(
        _judged(performance, unplayed(performance.scenario, trial=trial)),
        definition=fingerprint(performance.agent.definition),
        seconds=perf_counter() - before,
        started=started.isoformat(timespec="milliseconds"),
    )


def unplayed(
    scenario: Scenario, *, reason: InconclusiveReason | None = None, explanation: str = "", trial: int = 1
) -> Outcome:
    """The outcome of a scenario of which nothing was played, for this reason."""
    return Outcome(
        suite=scenario.suite,
        scenario=scenario.id,
        name=scenario.name,
        file=scenario.place.file,
        line=scenario.place.line,
        trial=trial,
        tags=scenario.tags,
        agent=scenario.agent,
        verdict="inconclusive",
        reason=reason,
        explanation=explanation,
    )


async def _take_to_its_end(performance: Performance) -> None:
    """Play until the script is over or something ends it. The scenario boundary: nothing is raised but cancellation."""
    seconds = performance.scenario.scenario_limit
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            await performance.play()
        await performance.judge_the_rest()
    except Exception as error:
        late = isinstance(error, TimeoutError) and limit.expired()
        stop = too_long("the scenario", performance.cast, seconds=seconds) if late else _broken(error)
        # Code that drives a performance is told of its stop by an error of ours, which is no reason of its own.
        performance.stop = performance.stop or stop
        await performance.judge_the_rest()


def _broken(error: Exception) -> Stop:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__}: {error} ({frame.filename}:{frame.lineno})"
    return Stop(verdict="failed", explanation=f"playing the scenario broke: {text}")


def _judged(performance: Performance, outcome: Outcome) -> Outcome:
    stop = performance.stop
    verdict = overall([*(check.verdict for check in performance.checks), *([stop.verdict] if stop else [])])
    return replace(
        outcome,
        verdict=verdict,
        reason=_reason(performance) if verdict == "inconclusive" else None,
        explanation=stop.explanation if stop else "",
        checks=tuple(performance.checks),
        turns=tuple(performance.turns),
        session=performance.session,
        simulations=tuple(performance.outside.simulations),
        beside=performance.beside,
        texts=performance.texts,
        answered_by=_answered_by(performance),
    )


def _reason(performance: Performance) -> InconclusiveReason:
    if performance.stop and performance.stop.reason:
        return performance.stop.reason
    told: list[InconclusiveReason] = [check.reason for check in performance.checks if check.reason is not None]
    return told[0] if told else "judge_failed"


def _answered_by(performance: Performance) -> AnsweredBy:
    sources: set[AnsweredBy] = {ANSWERED[ask.source] for turn in performance.turns for ask in turn.trace.timing.asks}
    if len(sources) > 1:
        return "mixed"
    return sources.pop() if sources else "nobody"
