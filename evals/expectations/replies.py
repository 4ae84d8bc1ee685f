"""Expectations of replies, of the session and of usage; each gives None where it holds, else why it does not."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import assert_never

from ...engine.domain.ask import Usage
from ...engine.domain.trace import Trace
from ...engine.domain.values import JSON
from .evidence import Evidence
from .explanations import reply_text, why_not_canned
from .kinds import (
    ReplyCanned,
    ReplyEquals,
    ReplyExpectation,
    ReplyMatches,
    ReplyMentions,
    ReplyNotMatches,
    ReplyNotMentions,
    ReplyWas,
    ReplyWords,
    SessionExpectation,
    SessionLabelled,
    SessionMetadata,
    SessionModeIs,
    SessionVariable,
    UsageWithin,
)
from .value_tests import ValueTests, all_hold, describe, shown
from .wording import mentions


def reply_failure(expected: ReplyExpectation, evidence: Evidence) -> str | None:
    """Why an expectation of replies does not hold."""
    match expected:
        case ReplyEquals(text=text):
            return _in_one(lambda trace: trace.reply.strip() == text.strip(), evidence)
        case ReplyMentions(phrases=phrases):
            return _in_one(lambda trace: any(mentions(trace.reply, phrase) for phrase in phrases), evidence)
        case ReplyNotMentions(phrase=phrase):
            return _in_none(lambda trace: mentions(trace.reply, phrase), evidence)
        case ReplyMatches(pattern=pattern):
            return _in_one(lambda trace: re.search(pattern, trace.reply) is not None, evidence)
        case ReplyNotMatches(pattern=pattern):
            return _in_none(
                lambda trace: _found(pattern, trace) is not None,
                evidence,
                about=lambda trace: f"{_found(pattern, trace)!r} was said; ",
            )
        case ReplyCanned(response=response):
            said = evidence.any_turn(lambda trace: any(said.canned == response for said in trace.said))
            return None if said else evidence.turn_by_turn(lambda trace: why_not_canned(trace, response))
        case ReplyWas():
            return _was(expected, evidence)
        case ReplyWords(bound=bound):
            return _in_none(
                lambda trace: not bound.holds(len(trace.reply.split())),
                evidence,
                about=lambda trace: f"{len(trace.reply.split())} words; ",
            )
        case _:
            assert_never(expected)


def session_failure(expected: SessionExpectation, evidence: Evidence) -> str | None:
    """Why an expectation of the session does not hold."""
    session = evidence.session
    match expected:
        case SessionModeIs(mode=mode):
            return None if session.mode is mode else f"the session's mode is {session.mode.value}"
        case SessionLabelled(label=label):
            if label in session.labels:
                return None
            labels = ", ".join(map(repr, session.labels))
            return f"the session's labels are {labels}" if labels else "the session has no labels"
        case SessionMetadata(key=key, tests=tests):
            if key not in session.metadata:
                return f"the session has no metadata under {key!r}"
            return _value_failure(tests, session.metadata[key], what=key)
        case SessionVariable(variable=variable, tests=tests):
            values = _variables(evidence)
            if variable not in values:
                return f"the variable {variable!r} has no value for this customer"
            return _value_failure(tests, values[variable], what=variable)
        case _:
            assert_never(expected)


def usage_failure(expected: UsageWithin, evidence: Evidence) -> str | None:
    """Why an expectation of usage does not hold."""
    asks = [ask for trace in evidence.traces for ask in trace.asks]
    usage = sum((ask.usage for ask in asks), Usage())
    took: dict[str, float] = {
        "asks": len(asks),
        "tokens": usage.prompt_tokens + usage.answer_tokens,
        "cost": usage.cost,
        # As recorded, so that a replay takes as long as the conversation did.
        "seconds": sum(ask.seconds for trace in evidence.traces for ask in trace.timing.asks),
    }
    number = took[expected.quantity]
    if expected.bound.holds(number):
        return None
    counts = ", ".join(f"{decision} {count}" for decision, count in Counter(ask.decision for ask in asks).items())
    by = f" ({counts})" if counts and expected.quantity == "asks" else ""
    return f"{expected.quantity}: {number:g}{by}, expected {expected.bound}"


def _in_one(holds: Callable[[Trace], bool], evidence: Evidence) -> str | None:
    return None if evidence.any_turn(holds) else evidence.turn_by_turn(reply_text)


def _found(pattern: str, trace: Trace) -> str | None:
    match = re.search(pattern, trace.reply)
    return match[0] if match else None


def _in_none(
    holds: Callable[[Trace], bool], evidence: Evidence, *, about: Callable[[Trace], str] = lambda trace: ""
) -> str | None:
    # Over a conversation a turn in which nothing was said has no reply that could be too short.
    held = [trace for trace in evidence.traces if (trace.said or len(evidence.traces) == 1) and holds(trace)]
    if not held:
        return None

    def explain(trace: Trace) -> str:
        return about(trace) + reply_text(trace) if trace in held else ""

    return evidence.turn_by_turn(explain)


def _was(expected: ReplyWas, evidence: Evidence) -> str | None:
    said = [message for trace in evidence.traces for message in trace.said]
    found = {
        "from_canned": bool(said) and all(message.canned is not None for message in said),
        "no_match": evidence.any_turn(lambda trace: trace.composition is not None and trace.composition.no_match),
        "silent": not said,
    }
    return None if found[expected.kind] is expected.expected else evidence.turn_by_turn(_how_composed)


def _how_composed(trace: Trace) -> str:
    composition = trace.composition
    if composition is None or not trace.said:
        return reply_text(trace)
    canned = ", ".join(dict.fromkeys(repr(said.canned) for said in trace.said if said.canned is not None))
    source = "no canned response fitted" if composition.no_match else f"canned {canned}" if canned else "written freely"
    return f"{source} (mode {composition.mode.value}); {reply_text(trace)}"


def _value_failure(tests: ValueTests, value: JSON, *, what: str) -> str | None:
    return None if all_hold(tests, value) else f"{what}: expected {describe(tests)}, was {shown(value)}"


def _variables(evidence: Evidence) -> Mapping[str, JSON]:
    """Values by the variable's name and by its id; one set for the session prevails over one of the definition."""
    found = {**(evidence.last.variables if evidence.last else {}), **evidence.session.variables}
    for variable in evidence.agent.variables:
        for name, other in ((variable.id, variable.name), (variable.name, variable.id)):
            if name in found:
                found.setdefault(other, found[name])
    return found
