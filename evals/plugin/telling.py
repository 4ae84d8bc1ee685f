"""What became of a trial, told for people: every expectation that does not hold, and the conversation around it."""

from collections.abc import Iterator, Sequence
from textwrap import indent

from ...engine.domain.session import Event, MessageEvent
from ...engine.domain.trace import Trace
from ...engine.domain.values import canonical_json
from ..outcome import Outcome, TurnOutcome
from ..verdict import CheckResult

AROUND = 1
"""How many turns before and after one that failed are shown."""

SPEAKERS = {
    "customer": "customer",
    "ai_agent": "agent",
    "human_agent": "operator",
    "human_agent_on_behalf_of_ai_agent": "operator",
}


def tell(outcome: Outcome) -> str:
    """A headline, the expectations that do not hold with the reasons, and the turns around them."""
    failed = [check for check in outcome.checks if check.verdict == "failed"]
    return "\n".join([headline(outcome), *_stop(outcome), *map(_check, failed), *_conversation(outcome, failed)])


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
        first = outcome.explanation.partition("\n")[0]
        return f"{outcome.node} is inconclusive, {reason}: {first}"
    return f"{outcome.node} {outcome.verdict}" + (f": {outcome.explanation}" if outcome.explanation else "")


def turn_line(turn: TurnOutcome) -> str:
    """A turn in one line: what fired, was dropped and called, where journeys stand, and how many asks it took."""
    return f"turn {turn.number}: " + ("; ".join(_facts(turn.trace)) or "nothing fired")


def _stop(outcome: Outcome) -> Iterator[str]:
    lines = outcome.explanation.splitlines()
    if outcome.verdict == "inconclusive":
        yield from lines[1:]
    elif any(check.verdict == "failed" for check in outcome.checks):
        yield from lines


def _check(check: CheckResult) -> str:
    turn = f"turn {check.turn}, " if check.turn else ""
    place = f"  ({check.place})" if check.place else ""
    return f"  {turn}{check.expectation}{place}\n" + indent(check.explanation, "      ")


def _conversation(outcome: Outcome, failed: Sequence[CheckResult]) -> Iterator[str]:
    if not outcome.turns or outcome.session is None:
        return
    last = outcome.turns[-1].number
    points = {check.turn or last for check in failed} or {last}
    shown = [turn for turn in outcome.turns if any(abs(turn.number - point) <= AROUND for point in points)]
    for turn in shown:
        yield ""
        yield from _messages(outcome.session.events, turn)
        yield f"      [{'; '.join(_facts(turn.trace)) or 'nothing fired'}]"


def _messages(events: Sequence[Event], turn: TurnOutcome) -> Iterator[str]:
    for event in events:
        if isinstance(event, MessageEvent) and event.trace_id == turn.trace.trace_id:
            speaker = SPEAKERS.get(event.source, event.source)
            yield f"  {turn.number:>2}  {speaker}: {event.text}"


def _facts(trace: Trace) -> Iterator[str]:
    if trace.fired:
        yield "fired " + ", ".join(trace.fired)
    if trace.dropped:
        yield "dropped " + ", ".join(f"{name} ({kind})" for name, kind in trace.dropped.items())
    for journey, state in trace.active_journeys.items():
        yield f"{journey} at {state or 'no state'}"
    for call in trace.calls:
        yield f"called {call.tool}({canonical_json(dict(call.arguments))})" + (" failed" if call.failed else "")
    if trace.failure:
        yield f"ended in an error: {trace.failure.message}"
    yield f"{len(trace.asks)} ask{'s' if len(trace.asks) != 1 else ''}"
