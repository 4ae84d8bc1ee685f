"""The log of a turn, read from its trace: what each step added to the one becomes lines of the other.

The words are fixed, so that lines can be searched for: Matched, Not matched, Kept, Entailed, Dropped, Called, Failed,
Not called, Withheld, Missing, Invalid, Drafted, Chose, Said, Followed, Not followed, Asked, Flagged, Unclear,
Refreshed, Not refreshed, Left out, Found, Found nothing, Failed retriever, Changed.
"""

import logging
from collections.abc import Iterator
from typing import Literal

from ..asking.situation import masking_of
from ..domain.trace import AskMade, GuidelineCheck, JourneyMove, Trace
from ..domain.turn import Turn
from ..domain.values import canonical_json
from ..logs import TRACE, is_wanted, write
from ..masking import mask
from .context_log import context_lines
from .log_line import LogLine, since


def log_step(before: Turn, after: Turn) -> None:
    """Write down what a step of a turn brought, as far as anybody wants to know."""
    if not is_wanted(logging.CRITICAL):
        return
    masking = masking_of(after)
    for line in news(before, after):
        if is_wanted(line.level):
            text = mask(masking, line.text) if masking else line.text
            inner = (f"preparation_iteration_{line.round}",) if line.round else ()
            write(line.level, text, trace_id=after.trace_id, scopes=("process", *inner, line.scope))


def news(before: Turn, after: Turn) -> Iterator[LogLine]:
    """The lines for what a turn's trace holds after a step and did not hold before."""
    if is_wanted(logging.INFO):  # what is worth a warning stands at the end
        yield from _course(before, after)
    yield from _end(before.trace, after.trace)


def _course(before: Turn, after: Turn) -> Iterator[LogLine]:
    old, new = before.trace, after.trace
    yield from _model(old, new, texts=dict(after.texts))
    yield from _code(old, new)
    yield from context_lines(old.context, new.context)
    yield from _matching(old, new)
    yield from _journeys(old, new)
    yield from _resolution(old, new)
    yield from _tools(old, new)
    yield from _composition(old, new)
    yield from _analysis(old, new)


def _model(old: Trace, new: Trace, *, texts: dict[str, str]) -> Iterator[LogLine]:
    for ask in since(old.asks, new.asks):
        objected = f"; objected: {'; '.join(ask.objections)}" if ask.objections else ""
        ahead = f", ahead and {ask.ahead}" if ask.ahead != "no" else ""
        text = f"Asked {ask.id} (attempt {ask.attempt}) of {ask.model}{ahead}, {ask.size} characters{objected}"
        yield LogLine(level=logging.DEBUG, scope="model", text=text)
        yield LogLine(level=TRACE, scope="model", text=f"Prompt of {ask.id}:\n{_prompt(ask, texts)}")
        yield LogLine(level=TRACE, scope="model", text=f"Answer to {ask.id}:\n{texts.get(ask.answer, '')}")


def _prompt(ask: AskMade, texts: dict[str, str]) -> str:
    return "\n\n".join(texts.get(section.digest, f"({section.name})") for section in ask.sections)


def _code(old: Trace, new: Trace) -> Iterator[LogLine]:
    for ran in since(old.hooks, new.hooks):
        text = f"{ran.point}: {ran.hook} said {ran.outcome.upper()}"
        yield LogLine(level=logging.DEBUG, scope="hooks", text=text)
    if new.plan != old.plan and new.plan is not None:
        added = (f"added {name!r}" for name in new.plan.added)
        removed = (f"took out {name!r}" for name in new.plan.removed)
        text = "; ".join([f"Plan: {new.plan.reasoning or 'no reasons given'}", *added, *removed])
        yield LogLine(level=logging.DEBUG, scope="planner", text=text)


def _matching(old: Trace, new: Trace) -> Iterator[LogLine]:
    for check in since(old.checks, new.checks):
        verdict = "Matched" if check.matched else "Not matched"
        why = f": {check.rationale}" if check.rationale else ""
        text = f"{verdict} {check.guideline!r} ({_by_whom(check)}){why}"
        yield LogLine(level=logging.DEBUG, scope="guideline_matcher", text=text, round=check.round)
    for question in since(old.clarifications, new.clarifications):
        text = f"Unclear {question.head!r} between {', '.join(question.targets)}: {question.question}"
        yield LogLine(level=logging.DEBUG, scope="guideline_matcher", text=text, round=question.round)


def _by_whom(check: GuidelineCheck) -> str:
    return f"{check.method} {check.strategy!r}" if check.strategy else check.method


def _journeys(old: Trace, new: Trace) -> Iterator[LogLine]:
    for move in since(old.moves, new.moves):
        why = f": {move.rationale}" if move.rationale else ""
        text = f"Journey {move.journey!r} {move.move}, {_way(move)}{why}"
        yield LogLine(level=logging.DEBUG, scope="journeys", text=text, round=move.round)


def _way(move: JourneyMove) -> str:
    return " -> ".join(name or "outside" for name in (move.origin, *move.via, move.target))


def _resolution(old: Trace, new: Trace) -> Iterator[LogLine]:
    words = {"kept": "Kept", "entailed": "Entailed"}
    for outcome in since(old.resolutions, new.resolutions):
        word = words.get(outcome.outcome, "Dropped")
        reason = "" if word == "Kept" else f" ({outcome.outcome})"
        related = f": {outcome.relationship}" if outcome.relationship else ""
        text = f"{word} {outcome.kind} {outcome.id!r}{reason}{related}"
        yield LogLine(level=logging.DEBUG, scope="relational_resolver", text=text, round=outcome.round)


def _tools(old: Trace, new: Trace) -> Iterator[LogLine]:
    for withheld in since(old.withheld, new.withheld):
        text = f"Withheld {withheld.tool}: {withheld.reason}"
        yield LogLine(level=logging.INFO, scope="tool_caller", text=text, round=withheld.round)
    for rejected in since(old.rejected, new.rejected):
        text = f"Not called {rejected.tool} {canonical_json(dict(rejected.arguments))}: {rejected.reason}"
        yield LogLine(level=logging.DEBUG, scope="tool_caller", text=text, round=rejected.round)
    for insight in new.insights:
        if insight not in old.insights:
            word, problem = insight.kind.capitalize(), f": {insight.problem}" if insight.problem else ""
            text = f"{word} {insight.parameter.name!r} of {insight.tool}{problem}"
            yield LogLine(level=logging.DEBUG, scope="tool_caller", text=text)
    for call in since(old.calls, new.calls):
        text = f"{'Failed' if call.failed else 'Called'} {call.summary}"
        yield LogLine(level=logging.INFO, scope="tool_caller", text=text)


def _composition(old: Trace, new: Trace) -> Iterator[LogLine]:
    made = new.composition
    if made is not None and made != old.composition:
        before = old.composition
        if made.draft is not None and (before is None or before.draft != made.draft):
            yield LogLine(level=logging.DEBUG, scope="message_generation", text=f"Drafted {made.draft!r}")
        chosen = made.chosen or ("the no-match response" if made.no_match else "the draft")
        fits = f" (match: {made.quality})" if made.quality else ""
        text = f"Chose {chosen}{fits}, mode {made.mode.value}"
        yield LogLine(level=logging.DEBUG, scope="message_generation", text=text)
    for said in since(old.said, new.said):
        yield LogLine(level=logging.DEBUG, scope="message_generation", text=f"Said {said.text!r}")


def _analysis(old: Trace, new: Trace) -> Iterator[LogLine]:
    for guideline in since(old.followed, new.followed):
        yield LogLine(level=logging.DEBUG, scope="response_analysis", text=f"Followed {guideline!r}")
    for guideline in since(old.not_followed, new.not_followed):
        yield LogLine(level=logging.DEBUG, scope="response_analysis", text=f"Not followed {guideline!r}")


def _end(old: Trace, new: Trace) -> Iterator[LogLine]:
    for note in since(old.notes, new.notes):
        yield LogLine(level=logging.WARNING, scope="notes", text=note)
    if new.failure is not None and old.failure is None:
        text = f"The turn failed ({new.failure.kind}): {new.failure.message}"
        yield LogLine(level=logging.ERROR, scope="end", text=text)
    if new.statuses[-1:] == ("ready:completed",) and "ready:completed" not in old.statuses:
        yield LogLine(level=logging.INFO, scope="end", text=_whole(new))


def _whole(trace: Trace) -> str:
    """The turn in one line."""
    ended = how_it_ended(trace) + (f" at {trace.bailed}" if trace.bailed else "")
    fired = ", ".join(trace.fired) or "none"
    return f"Turn {trace.turn} {ended}; guidelines: {fired}; tools: {', '.join(trace.tools_called) or 'none'}"


Ending = Literal["failed", "cancelled", "bailed", "replied", "silent"]


def how_it_ended(trace: Trace) -> Ending:
    """What became of a turn, in a word."""
    if trace.failure is not None:
        return "failed"
    if "cancelled" in trace.statuses:
        return "cancelled"
    if trace.bailed is not None:
        return "bailed"
    return "replied" if trace.said else "silent"
