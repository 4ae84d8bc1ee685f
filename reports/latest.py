"""The run that is reported in the figures that are known of the runs before it."""

from collections.abc import Iterable, Iterator, Sequence

from ..engine.domain.trace import Trace
from ..evals.coverage import coverage, total
from ..evals.diff.decisions import decided
from ..evals.outcome import Outcome, together, verdict_on
from ..evals.results.past import Latency, PastVerdict, RunFigures, Timed
from ..evals.results.run import RunRecord, RunSummary
from ..evals.statistics import percentile
from ..evals.verdict import Verdict
from .concerns import played_scenarios


def figures_of(run: RunRecord) -> RunFigures:
    """The figures of the run itself."""
    former = {(past.suite, past.scenario): set(past.behaviours) for past in run.past.scenarios if past.behaviours}
    told = [trials for trials in played_scenarios(run.outcomes) if verdict_on(trials) != "inconclusive"]
    found = [(former.get((trials[0].suite, trials[0].scenario)), behaviours(trials)) for trials in told]
    compared = [(before, now) for before, now in found if before and now]
    exercised, defined = total(coverage(run.outcomes, run.agents))
    return RunFigures(
        run=run.id,
        answered_by=together(outcome.answered_by for outcome in run.outcomes),
        compared=len(compared),
        changed=sum(not before & now for before, now in compared),
        exercised=exercised,
        defined=defined,
        latencies=tuple(latencies(run.outcomes)),
    )


def summary_of(run: RunRecord) -> RunSummary:
    """The run in the few figures that trends show."""
    verdicts = verdicts_of(run.outcomes)
    stale = {(each.suite, each.scenario) for each in run.outcomes if each.stale}
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
        stale=len(stale),
        asks=sum(outcome.asks for outcome in run.outcomes),
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        answer_tokens=sum(usage.answer_tokens for usage in usages),
        cost=sum(usage.cost for usage in usages),
        seconds=sum(outcome.seconds for outcome in run.outcomes),
        turn_seconds_p50=percentile(times, 0.5),
        turn_seconds_p95=percentile(times, 0.95),
        dirty=run.dirty,
    )


def verdicts_of(outcomes: Iterable[Outcome]) -> list[Verdict]:
    """The verdict on each scenario."""
    return [verdict_on(trials) for trials in played_scenarios(outcomes)]


def verdict_now(run: str, trials: Sequence[Outcome]) -> PastVerdict:
    """What became of a scenario in the run that is reported, as it is told of earlier runs."""
    return PastVerdict(
        run=run,
        verdict=verdict_on(trials),
        trials=len(trials),
        passed=sum(trial.verdict == "passed" for trial in trials),
        cost=sum(trial.usage.cost for trial in trials) / len(trials),
        seconds=sum(trial.seconds for trial in trials) / len(trials),
    )


def _turn_times(outcomes: Iterable[Outcome]) -> list[float]:
    return [turn.trace.timing.total for each in outcomes for turn in each.turns if turn.trace.timing.total > 0]


def behaviours(trials: Sequence[Outcome]) -> set[str]:
    """What the trials of a scenario decided: a text for each way to decide."""
    return {" ".join(decided(turn.trace) for turn in trial.turns) for trial in trials if trial.turns}


def latencies(outcomes: Iterable[Outcome]) -> Iterator[Latency]:
    """How long turns, first messages, stages and tools took; nothing that nobody measured."""
    times: dict[tuple[Timed, str], list[float]] = {}
    for outcome in outcomes:
        for turn in outcome.turns:
            for what, name, seconds in _times(turn.trace):
                if seconds > 0:
                    times.setdefault((what, name), []).append(seconds)
    for (what, name), values in times.items():
        p50, p90, p95, p99 = (percentile(values, share) for share in (0.5, 0.9, 0.95, 0.99))
        yield Latency(
            what=what, name=name, measured=len(values), p50=p50, p90=p90, p95=p95, p99=p99, longest=max(values)
        )


def _times(trace: Trace) -> Iterator[tuple[Timed, str, float]]:
    yield "turn", "", trace.timing.total
    yield "first message", "", trace.timing.first_message or 0.0
    for name, seconds in trace.timing.stages:
        yield "stage", name, seconds
    made = {call.id for call in trace.calls}
    for call, seconds in trace.timing.tools:
        if call in made:
            yield "tool", "", seconds
