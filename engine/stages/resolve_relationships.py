"""What is left of the matched guidelines and active journeys once their relationships are taken into account."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..domain.trace import ResolutionOutcome
from ..domain.turn import Turn
from ..journeys.progress import path_before, standing
from ..relationships.resolution import resolve
from ..services import Services


async def resolve_relationships(turn: Turn, services: Services) -> Turn:
    """Resolve, and take back the moves of journeys that did not survive."""
    given = standing(turn)
    resolution = resolve(turn.agent, turn.matched, journeys=given, transient=turn.transient, round=turn.round)
    lost = set(given) - set(resolution.journeys)
    before = {journey.id: path_before(turn, journey) for journey in turn.agent.journeys if journey.id in lost}
    paths = {name: before.get(name, path) for name, path in turn.paths.items()}
    resolved = {outcome.id for outcome in resolution.outcomes if outcome.kind == "guideline"}
    # What something else entails holds all the same, whatever the customer means.
    outcomes = (*resolution.outcomes, *(outcome for outcome in _set_aside(turn) if outcome.id not in resolved))
    trace = replace(turn.trace, resolutions=_with_outcomes(turn, outcomes))
    return replace(turn, active=resolution.active, journeys=resolution.journeys, paths=paths, trace=trace)


def _with_outcomes(turn: Turn, outcomes: Sequence[ResolutionOutcome]) -> tuple[ResolutionOutcome, ...]:
    """All outcomes up to now. Where the round was resolved before, what takes part is what takes part now.

    A round is resolved once more when a tool brought guidelines and no round follows. What had been dropped by then and
    did not come up again keeps its reason.
    """
    now = {(outcome.kind, outcome.id) for outcome in outcomes}
    earlier = [each for each in turn.trace.resolutions if each.round != turn.round]
    gone = [each for each in turn.trace.resolutions if each.round == turn.round and not each.stays]
    return (*earlier, *outcomes, *(each for each in gone if (each.kind, each.id) not in now))


def _set_aside(turn: Turn) -> Iterator[ResolutionOutcome]:
    """What waits for the customer to say which they mean, each guideline once."""
    waiting = {name: question for question in turn.trace.clarifications for name in question.set_aside}
    for name, question in waiting.items():
        yield ResolutionOutcome(
            round=turn.round,
            kind="guideline",
            id=name,
            outcome="disambiguated",
            relationship=f"{question.head} disambiguates {', '.join(question.targets)}",
            counterparts=(question.guideline,),
        )
