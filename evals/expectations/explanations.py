"""Why something did or did not happen in a turn, read from its trace: a few lines each, for people."""

from textwrap import indent

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.guideline import Guideline
from ...engine.domain.journey import MARKERS, Journey
from ...engine.domain.relationship import Endpoint
from ...engine.domain.trace import GuidelineCheck, JourneyMove, ResolutionOutcome, Trace
from ...engine.errors import closest
from .evidence import path_at

REASONS = {
    "unmet_dependency": "what it depends on does not hold",
    "unmet_any_dependency": "none of what it depends on holds",
    "lower_priority": "something with priority over it holds",
    "outranked": "its priority number is smaller",
    "inactive_journey": "its journey is not active",
    "disambiguated": "a clarifying question is asked instead",
}
MOVES = 4
"""How many of a journey's moves an explanation shows."""
TEXT = 400
"""How much of a reply an explanation shows."""


def why_not_fired(trace: Trace, guideline: str, *, agent: AgentDefinition) -> str:
    """Why a guideline did not fire: not considered, not matched, or matched and dropped; empty where it fired."""
    if guideline in trace.fired:
        return ""
    if dropped := why_dropped(trace, guideline):
        return dropped
    check = last_check(trace, guideline)
    return _not_matched(check, trace) if check else why_not_considered(trace, guideline, agent=agent)


def why_not_considered(trace: Trace, guideline: str, *, agent: AgentDefinition) -> str:
    """Why a guideline was not looked at."""
    known = agent.guideline(guideline)
    if known is None:
        near = closest(guideline, [each.id for each in agent.guidelines])
        return f"the agent has no guideline {guideline!r}" + (f"; did you mean {near!r}?" if near else "")
    return f"{guideline!r} was not considered: {_reason_not_considered(trace, known, agent=agent)}"


def why_fired(trace: Trace, guideline: str) -> str:
    """On what grounds a guideline fired; empty where it did not."""
    if guideline not in trace.fired:
        return ""
    outcome = _last_outcome(trace, "guideline", name=guideline)
    if outcome and outcome.outcome == "entailed":
        return f"{guideline!r} fired, entailed{_by(outcome)}"
    check = last_check(trace, guideline)
    if check is None:
        return f"{guideline!r} fired"
    grounds = {
        "always": "it always holds",
        "code": "the agent's own matcher",
        "strategy": f"the strategy {check.strategy!r}",
        "transient": "set for this turn only",
    }
    ground = check.rationale or grounds.get(check.method, "no rationale was given")
    return f"{guideline!r} fired{where_decided(check.round, check.ask)}: {ground}"


def dropped_because(outcome: ResolutionOutcome) -> str:
    """How a match was dropped, and by what."""
    return f"{outcome.id!r} matched and was dropped as {outcome.outcome} ({REASONS[outcome.outcome]}){_by(outcome)}"


def last_check(trace: Trace, guideline: str) -> GuidelineCheck | None:
    """The last verdict on a guideline."""
    return next((check for check in reversed(trace.checks) if check.guideline == guideline), None)


def why_dropped(trace: Trace, guideline: str) -> str:
    """How a guideline was dropped in the end; empty where it was not."""
    outcome = _last_outcome(trace, "guideline", name=guideline)
    return dropped_because(outcome) if outcome and guideline in trace.dropped else ""


def why_active(trace: Trace, journey: str, *, agent: AgentDefinition) -> str:
    """On what grounds a journey is active; empty where it is not."""
    if journey not in trace.active_journeys:
        return ""
    known = agent.journey(journey)
    grounds = [why for trigger in (known.triggers if known else ()) if (why := why_fired(trace, trigger))]
    return "\n".join([f"{journey!r} is active and{_standing(trace, journey)}", *grounds, *moves_of(trace, journey)])


def why_inactive(trace: Trace, journey: str, *, agent: AgentDefinition) -> str:
    """Why a journey is not active; empty where it is."""
    if journey in trace.active_journeys:
        return ""
    known = agent.journey(journey)
    if known is None:
        near = closest(journey, [each.id for each in agent.journeys])
        return f"the agent has no journey {journey!r}" + (f"; did you mean {near!r}?" if near else "")
    return "\n".join(
        [f"{journey!r} is not active: {_reason_inactive(trace, known, agent=agent)}", *moves_of(trace, journey)]
    )


def where_it_went(trace: Trace, journey: str, *, agent: AgentDefinition) -> str:
    """Where a journey stands, and how and why it got there."""
    if journey not in trace.active_journeys:
        return why_inactive(trace, journey, agent=agent)
    path = path_at(trace, journey)
    through = f" (path: {path_text(path)})" if path else ""
    return "\n".join([f"{journey!r}{_standing(trace, journey)}{through}", *moves_of(trace, journey)])


def moves_of(trace: Trace, journey: str) -> tuple[str, ...]:
    """The journey's moves in a turn with their grounds, one line each."""
    moves = [move for move in trace.moves if move.journey == journey]
    lines = tuple(f"  {_move_text(move)}" for move in moves[-MOVES:])
    return lines or ("  it did not move in this turn",)


def path_text(path: tuple[str, ...]) -> str:
    """A path on one line."""
    return " → ".join(path) or "(nowhere yet)"


def reply_text(trace: Trace) -> str:
    """What was said, or why nothing was."""
    if not trace.said:
        return f"nothing was said{ended_early(trace)}"
    reply = trace.reply if len(trace.reply) <= TEXT else trace.reply[: TEXT - 1] + "…"
    return "the reply was:\n" + indent(reply, "  ")


def why_not_canned(trace: Trace, response: str) -> str:
    """What became of a canned response, and what was said instead."""
    considered = trace.composition.considered if trace.composition else ()
    fates = [each.fate for each in considered if each.id == response]
    fate = f"{response!r}: {fates[-1]}" if fates else f"{response!r} was not a candidate"
    others = [each.id for each in considered if each.fate in ("chosen", "offered") and each.id != response]
    instead = f"\noffered were {', '.join(map(repr, others))}" if others else ""
    return f"{fate}{instead}\n{reply_text(trace)}"


def failure_text(trace: Trace) -> str:
    """How the turn broke off; empty where it did not."""
    return f"the turn ended in an error ({trace.failure.kind}): {trace.failure.message}" if trace.failure else ""


def _reason_not_considered(trace: Trace, guideline: Guideline, *, agent: AgentDefinition) -> str:
    if not guideline.enabled:
        return "it is disabled"
    if guideline.journey is not None and guideline.journey not in trace.active_journeys:
        dropped = _last_outcome(trace, "journey", name=guideline.journey)
        because = f", dropped as {dropped.outcome}{_by(dropped)}" if dropped and not dropped.stays else ""
        return f"it belongs to the journey {guideline.journey!r}, which is not active{because}"
    if trace.failure:
        return failure_text(trace)
    if not trace.rounds and not trace.checks:
        return "nothing was; the agent did not take its turn"
    unmet = _unmet(trace, guideline.id, agent=agent)
    return f"it depends on {', '.join(unmet)}, which did not hold" if unmet else "the trace gives no reason"


def _unmet(trace: Trace, guideline: str, *, agent: AgentDefinition) -> list[str]:
    ends = [
        relationship.target
        for relationship in agent.relationships
        if relationship.kind in ("dependency", "dependency_any")
        and relationship.source == Endpoint(kind="guideline", id=guideline)
    ]
    holding = {"guideline": set(trace.fired), "journey": set(trace.active_journeys)}
    return [str(end) for end in ends if end.kind in holding and end.id not in holding[end.kind]]


def _not_matched(check: GuidelineCheck, trace: Trace) -> str:
    name = f"{check.guideline!r}"
    where = where_decided(check.round, check.ask)
    if check.matched:
        return f"{name} matched{where}, but was not resolved{ended_early(trace)}"
    return f"{name} was considered and did not match{where}: {check.rationale or 'no rationale was given'}"


def _reason_inactive(trace: Trace, journey: Journey, *, agent: AgentDefinition) -> str:
    outcome = _last_outcome(trace, "journey", name=journey.id)
    if outcome and not outcome.stays:
        return f"it was dropped as {outcome.outcome} ({REASONS[outcome.outcome]}){_by(outcome)}"
    path = path_at(trace, journey.id)
    over = f"its last run is over ({path_text(path)}); " if path and path[-1] in MARKERS else ""
    triggers = [why_not_fired(trace, each, agent=agent) for each in journey.triggers if each not in trace.fired]
    return over + ("; ".join(triggers) or f"the trace gives no reason{ended_early(trace)}")


def _move_text(move: JourneyMove) -> str:
    way = f" from {move.origin!r}" if move.origin else ""
    way += f" to {move.target!r}" if move.target else ""
    over = f" over {', '.join(move.via)}" if move.via else ""
    return f"{move.move}{way}{over}{where_decided(move.round, move.ask)}: {move.rationale or 'no rationale was given'}"


def _standing(trace: Trace, journey: str) -> str:
    state = trace.active_journeys.get(journey)
    return f" stands at {state!r}" if state else " stands nowhere"


def _last_outcome(trace: Trace, kind: str, *, name: str) -> ResolutionOutcome | None:
    return next((each for each in reversed(trace.resolutions) if each.kind == kind and each.id == name), None)


def _by(outcome: ResolutionOutcome) -> str:
    by = f" by {', '.join(map(repr, outcome.counterparts))}" if outcome.counterparts else ""
    return by + (f" [{outcome.relationship}]" if outcome.relationship else "")


def where_decided(number: int, ask: str | None) -> str:
    """The round and the ask of a decision, in brackets."""
    by = f", ask {ask}" if ask else ""
    return f" (round {number}{by})"


def ended_early(trace: Trace) -> str:
    """How the turn broke off, to go on with after a sentence; empty where it did not."""
    return f"; {failure_text(trace)}" if trace.failure else ""
