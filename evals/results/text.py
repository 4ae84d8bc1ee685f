"""Runs as text for a terminal."""

from collections.abc import Iterator, Sequence

from ..outcome import Outcome
from .past import Latency
from .run import RunRecord, RunSummary


def run_lines(runs: Sequence[RunSummary]) -> Iterator[str]:
    """A line for each run, oldest first."""
    if not runs:
        yield "no runs are stored; pytest --scenarios plays some"
        return
    label = max(len(run.label) for run in runs)
    for run in runs:
        revision = run.revision[:10] + ("+" if run.dirty else "") if run.revision else "-"
        yield (
            f"{run.id}  {run.started[:16].replace('T', ' ')}  {revision:<11}  "
            + (f"{run.label:<{label}}  " if label else "")
            + f"{_verdicts(run)}; {run.asks:,} asks, ${run.cost:.4f}"
        )


def shown_run(run: RunRecord, summary: RunSummary, *, latency: Sequence[Latency]) -> Iterator[str]:
    """A run in detail: where the code stood, what did not pass, and how long things took."""
    yield f"run {run.id}" + (f" ({run.label})" if run.label else "")
    revision = run.revision[:10] + (" with uncommitted changes" if run.dirty else "")
    facts = {
        "started": run.started,
        "revision": " on ".join(filter(None, [revision, run.branch])),
        "model": run.model or ", ".join(dict.fromkeys(each.model for each in run.outcomes if each.model)),
        "understudy": run.version,
        "verdicts": _verdicts(summary),
        "asks": ", ".join([f"{summary.asks:,}", *_taken(summary)]),
    }
    yield from (f"  {name:<11} {text}" for name, text in facts.items() if text)
    for outcome in run.outcomes:
        if outcome.verdict != "passed":
            yield f"  {outcome.verdict}: {outcome.node}"
            yield from (f"    {words}" for words in _why(outcome))
    yield from _latency(latency)


def _taken(summary: RunSummary) -> Iterator[str]:
    """Tokens and cost; where nobody counted, as with the offline model, there is nothing to tell."""
    tokens = summary.prompt_tokens + summary.answer_tokens
    if tokens:
        yield f"{tokens:,} tokens"
    if tokens or summary.cost:
        yield f"${summary.cost:.4f}"


def _why(outcome: Outcome) -> Iterator[str]:
    for check in outcome.checks:
        if check.verdict == "failed":
            yield f"turn {check.turn}: {check.expectation}" if check.turn else check.expectation
    if outcome.explanation:
        yield outcome.explanation.partition("\n")[0]


def _latency(latency: Sequence[Latency]) -> Iterator[str]:
    if not latency:
        return
    names = [" ".join(filter(None, [each.what, each.name])) for each in latency]
    width = max(len("seconds"), *map(len, names))
    yield f"  {'seconds':<{width}}  {'times':>6}  {'p50':>8}  {'p90':>8}  {'p95':>8}  {'p99':>8}  {'longest':>8}"
    for name, each in zip(names, latency, strict=True):
        figures = (each.p50, each.p90, each.p95, each.p99, each.longest)
        yield f"  {name:<{width}}  {each.measured:>6}  " + "  ".join(f"{figure:>8.3f}" for figure in figures)


def _verdicts(run: RunSummary) -> str:
    counts = {"passed": run.passed, "failed": run.failed, "inconclusive": run.inconclusive}
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number) or "nothing played"
    return f"{told} ({run.stale} stale)" if run.stale else told
