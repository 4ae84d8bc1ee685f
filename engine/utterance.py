"""Letting the agent say what somebody wants said: nothing is matched, no tool runs, and no state is saved."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from .domain.guideline import Guideline
from .domain.trace import ResolutionOutcome
from .domain.turn import Turn
from .domain.values import JSON
from .errors import UnknownNameError
from .pipeline import Steps, next_round
from .services import Services
from .stages.compose_message import compose_message
from .stages.compress import compress
from .stages.ground import ground
from .stages.load_context import load_context
from .stages.match_guidelines import match_only
from .timeline.emission import emit_status
from .transients import transient

RATIONALES: Mapping[str, str] = {
    "unspecified": "",
    "buy_time": "This is said to buy time, while something is being looked into.",
    "follow_up": "This is said to follow up on what was said before.",
}
"""Why something is said, and what the agent is told of it."""


def uttering(guidelines: Sequence[Mapping[str, JSON]]) -> Steps:
    """The steps of a turn in which the agent says what these guidelines ask for.

    One with a condition counts only where that holds, which is asked; those of a higher priority rank before the
    others. A `rationale` (unspecified, buy_time, follow_up) says why it is said. No relationship is looked at: they are
    commands. Raises ValueError or UnknownNameError for what is no guideline.
    """
    wanted = _in_order(guidelines)

    async def steps(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
        turn = await load_context(turn, services)
        yield "load_context", turn
        turn = await compress(turn, services)
        yield "compress", turn
        turn = await ground(next_round(turn), services)
        yield "ground", turn
        turn = await _commanded(turn, services, guidelines=wanted)
        yield "understand", turn
        if turn.active:
            turn = await compose_message(turn, services)
            yield "compose_message", turn
        yield "ready", await emit_status(turn, services, status="ready", stage="completed")

    return steps


def _in_order(given: Sequence[Mapping[str, JSON]]) -> tuple[Guideline, ...]:
    """The guidelines, the higher priority first, and of one priority in the order given."""
    made: list[Guideline] = []
    for one in given:
        guideline = transient(_command(one), by="utter", taken=[item.id for item in made])
        made.append(replace(guideline, matching="model" if guideline.condition else "always"))
    return tuple(sorted(made, key=lambda guideline: -guideline.priority))


def _command(given: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """What is to be said, with its reason among the words that describe it. Raises UnknownNameError."""
    if "rationale" not in given:
        return given
    rationale = str(given["rationale"])
    if rationale not in RATIONALES:
        raise UnknownNameError(kind="rationale", name=rationale, known=RATIONALES, place="utter")
    parts = [part for part in (str(given.get("description") or ""), RATIONALES[rationale]) if part]
    return {**{key: given[key] for key in given if key != "rationale"}, "description": " ".join(parts)}


async def _commanded(turn: Turn, services: Services, *, guidelines: tuple[Guideline, ...]) -> Turn:
    turn = await match_only(replace(turn, transient=guidelines), services, due=guidelines)
    kept = tuple(guideline.id for guideline in guidelines if guideline.id in turn.matched)
    outcomes = tuple(ResolutionOutcome(round=turn.round, kind="guideline", id=name, outcome="kept") for name in kept)
    trace = replace(turn.trace, resolutions=outcomes, state=turn.session.state)
    return replace(turn, active=kept, trace=trace)
