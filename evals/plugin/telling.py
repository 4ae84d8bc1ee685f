"""What became of a trial, told for people: every expectation that does not hold, and the conversation around it."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from textwrap import indent, shorten

from ...engine.domain.session import Event, MessageEvent
from ...engine.domain.tool import ToolCall
from ...engine.domain.trace import Trace
from ...engine.domain.values import canonical_json
from ..outcome import Outcome, TurnOutcome
from ..statistics import detectable_drop, flakiness, pass_hat, share_text, wilson
from ..verdict import CheckResult

AROUND = 1
"""How many turns before and after one that failed are shown."""

LONGEST_REASON = 160
"""Characters shown of why a tool failed."""

SPEAKERS = {
    "customer": "customer",
    "ai_agent": "agent",
    "human_agent": "operator",
    "human_agent_on_behalf_of_ai_agent": "operator",
}


def tell(outcome: Outcome) -> str:
    """A headline, the expectations that do not hold or can't be told with the reasons, and the turns around them."""
    # What came to be untold because the trial ended early, the headline tells.
    told = ("failed",) if outcome.explanation else ("failed", "inconclusive")
    unmet = [check for check in outcome.checks if check.verdict in told]
    return "\n".join([headline(outcome), *_stop(outcome), *map(_check, unmet), *_conversation(outcome, unmet)])


def tell_trials(trials: Sequence[Outcome]) -> str:
    """What became of a scenario: how its trials went where there are several, and each that did not pass."""
    told = [tell(outcome) for outcome in trials if outcome.verdict != "passed"]
    return "\n\n".join([*([rates(trials)] if len(trials) > 1 else []), *told])


def rates(trials: Sequence[Outcome]) -> str:
    """How several trials of a scenario went, in one line: how many passed, how sure that is, and how steady."""
    told = [trial for trial in trials if trial.verdict != "inconclusive"]
    passed, played = sum(trial.verdict == "passed" for trial in told), len(told)
    low, high = wilson(passed, played)
    needed = len(trials) if trials[0].needed is None else trials[0].needed
    all_of_them = pass_hat(passed, played, k=min(needed, played)) if min(needed, played) else None
    parts = [
        f"{passed} of {played} trials passed, {needed} needed",
        f"95 % interval {share_text(low)} to {share_text(high)}",
        *([f"pass^{min(needed, played)} {share_text(all_of_them)}"] if all_of_them is not None else []),
        f"flakiness {share_text(flakiness(passed, played))}",
        *([f"{len(trials) - played} inconclusive"] if played < len(trials) else []),
    ]
    return f"{trials[0].suite}/{trials[0].scenario}: {', '.join(parts)}"


def detectable(trials: Sequence[Outcome]) -> str:
    """How small a change the trials could have told from chance, in words."""
    told = [trial for trial in trials if trial.verdict != "inconclusive"]
    passed, played = sum(trial.verdict == "passed" for trial in told), len(told)
    drop = detectable_drop(passed, played, trials=played)
    if drop is None:
        return f"{played} trials are too few to tell any change of the pass rate from chance"
    return f"as many trials again would tell a drop by {share_text(drop)} or more from chance, and no smaller one"


def headline(outcome: Outcome) -> str:
    """The verdict in one line."""
    return _headline(outcome) + (f" [stale: {', '.join(outcome.stale)}]" if outcome.stale else "")


def _headline(outcome: Outcome) -> str:
    failed = sum(check.verdict == "failed" for check in outcome.checks)
    if outcome.verdict == "failed" and failed:
        count = f"{failed} of {len(outcome.checks)}"
        return f"{outcome.node} failed: {count} expectation{'s' if len(outcome.checks) != 1 else ''} not met"
    if outcome.verdict == "inconclusive":
        reason = (outcome.reason or "unknown").replace("_", " ")
        return (
            f"{outcome.node} is inconclusive, {reason}: {outcome.explanation.partition(chr(10))[0] or _untold(outcome)}"
        )
    return f"{outcome.node} {outcome.verdict}" + (f": {outcome.explanation}" if outcome.explanation else "")


def _untold(outcome: Outcome) -> str:
    untold = sum(check.verdict == "inconclusive" for check in outcome.checks)
    return f"{untold} of {len(outcome.checks)} expectation{'s' if len(outcome.checks) != 1 else ''} can't be told"


def turn_line(turn: TurnOutcome) -> str:
    """A turn in one line: what fired, was dropped and called, where journeys stand, and how many asks it took."""
    simulated = ", simulated customer" if turn.simulated else ""
    return f"turn {turn.number}{simulated}: " + ("; ".join(_facts(turn.trace)) or "nothing fired")


def _stop(outcome: Outcome) -> Iterator[str]:
    lines = outcome.explanation.splitlines()
    if outcome.verdict == "inconclusive":
        yield from lines[1:]
    elif any(check.verdict == "failed" for check in outcome.checks):
        yield from lines


def _check(check: CheckResult) -> str:
    turn = f"turn {check.turn}, " if check.turn else ""
    place = f"  ({check.place})" if check.place else ""
    untold = ", can't be told" if check.verdict == "inconclusive" else ""
    return f"  {turn}{check.expectation}{untold}{place}\n" + indent(check.explanation, "      ")


def _conversation(outcome: Outcome, unmet: Sequence[CheckResult]) -> Iterator[str]:
    if not outcome.turns or outcome.session is None:
        return
    last = outcome.turns[-1].number
    points = {check.turn or last for check in unmet} or {last}
    shown = [turn for turn in outcome.turns if any(abs(turn.number - point) <= AROUND for point in points)]
    for turn in shown:
        yield ""
        if turn is outcome.turns[0]:
            yield from _before(outcome.session.events)
        yield from _messages(outcome.session.events, turn)
        yield f"      [{'; '.join(_facts(turn.trace)) or 'nothing fired'}]"


def _before(events: Sequence[Event]) -> Iterator[str]:
    """What was said before the first turn."""
    for event in takewhile(lambda event: not event.trace_id, events):
        if isinstance(event, MessageEvent):
            yield f"   -  {SPEAKERS.get(event.source, event.source)}: {event.text}"


def _messages(events: Sequence[Event], turn: TurnOutcome) -> Iterator[str]:
    for event in events:
        if isinstance(event, MessageEvent) and event.trace_id == turn.trace.trace_id:
            simulated = "simulated " if turn.simulated and event.source == "customer" else ""
            speaker = simulated + SPEAKERS.get(event.source, event.source)
            yield f"  {turn.number:>2}  {speaker}: {event.text}"


def _facts(trace: Trace) -> Iterator[str]:
    if trace.fired:
        yield "fired " + ", ".join(trace.fired)
    if trace.dropped:
        yield "dropped " + ", ".join(f"{name} ({kind})" for name, kind in trace.dropped.items())
    for journey, state in trace.active_journeys.items():
        yield f"{journey} at {state or 'no state'}"
    for call in trace.calls:
        yield f"called {call.tool}({canonical_json(dict(call.arguments))}){_failed(call)}"
    if trace.failure:
        yield f"ended in an error: {trace.failure.message}"
    yield f"{len(trace.asks)} ask{'s' if len(trace.asks) != 1 else ''}"


def _failed(call: ToolCall) -> str:
    """That a call failed, and why, in one line."""
    why = shorten(call.result.error or "", LONGEST_REASON, placeholder="…")
    return "" if not call.failed else f" failed: {why}" if why else " failed"
