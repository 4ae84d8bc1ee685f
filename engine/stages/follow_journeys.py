"""Where each journey goes: by itself after a tool ran, otherwise as one ask about all of them decides."""

from collections.abc import Sequence
from dataclasses import replace

from ..asking.asks import ask_id, next_ordinal, with_asks
from ..asking.situation import situation
from ..decisions.decision import decide
from ..decisions.journey import JOURNEY, JourneyVerdict
from ..domain.facts import JourneyFacts, JourneyView
from ..domain.journey import ROOT, Journey, position
from ..domain.trace import JourneyMove
from ..domain.turn import Turn
from ..journeys.navigation import Walk, auto_step, take, view, walk
from ..journeys.progress import ended_just_now, is_under_way, just_ran, ran_here, triggered
from ..services import Services


async def follow_journeys(turn: Turn, services: Services) -> Turn:
    """Move the journeys that are under way. In later rounds only those move whose tool has just run.

    One that ended with the last turn is asked about once more: what the customer says to its last words may reopen it.
    """
    due = [journey for journey in turn.agent.journeys if is_under_way(turn, journey) or ended_just_now(turn, journey)]
    if turn.round > 1:
        due = [journey for journey in due if just_ran(turn, journey) and _leads_on(turn, journey)]
    return await _follow(turn, services, journeys=due)


async def enter_journeys(turn: Turn, services: Services, *, journeys: Sequence[Journey]) -> Turn:
    """Begin journeys of which a trigger holds now, or take up again those whose last run is over."""
    return await _follow(turn, services, journeys=journeys)


async def _follow(turn: Turn, services: Services, *, journeys: Sequence[Journey]) -> Turn:
    undecided: list[Journey] = []
    for journey in journeys:
        step = auto_step(journey, turn.paths.get(journey.id, ()), ran=ran_here(turn, journey))
        if step is not None:
            done = take(journey, turn.paths.get(journey.id, ()), step=step)
            turn = _moved(turn, journey, done=done, rationale=_why(turn, journey))
        elif journey.ways_from(ROOT):
            undecided.append(journey)
    return await _decide(turn, services, journeys=undecided) if undecided else turn


async def _decide(turn: Turn, services: Services, *, journeys: Sequence[Journey]) -> Turn:
    """Ask where journeys go; and once more about those that went back, for a correction may hold the new answer."""
    turn = await _ask(turn, services, views=[_view(turn, journey) for journey in journeys])
    returned = [journey for journey in journeys if _went_back(turn, journey)]
    views = [view(journey, turn.paths[journey.id], went_back=True) for journey in returned]
    return await _ask(turn, services, views=views) if views else turn


async def _ask(turn: Turn, services: Services, *, views: Sequence[JourneyView]) -> Turn:
    """Ask once about all of them, and make the moves that were decided."""
    name = ask_id(turn, JOURNEY.name, ordinal=next_ordinal(turn, JOURNEY.name))
    facts = JourneyFacts(situation=situation(turn), journeys=tuple(views))
    decided = await decide(JOURNEY, facts, llm=services.llm, ask_id=name, settings=services.settings_for(JOURNEY.name))
    turn = with_asks(turn, [decided.record])
    verdicts = {step.journey: step for step in decided.answer.steps}
    for journey in turn.agent.journeys:
        verdict = verdicts.get(journey.id)
        if verdict is not None:
            done = _walk(turn, journey, verdict=verdict)
            turn = _moved(turn, journey, done=done, rationale=verdict.evidence, ask=name)
    return turn


def _went_back(turn: Turn, journey: Journey) -> bool:
    """Whether the journey's last move led back to a state that asks something, from where it may go on at once."""
    at = position(turn.paths.get(journey.id, ()))
    if at is None or journey.state(at).kind != "chat" or journey.is_last(at):
        return False
    moves = [move.move for move in turn.trace.moves if move.journey == journey.id]
    return moves[-1:] == ["backtracked"]


def _leads_on(turn: Turn, journey: Journey) -> bool:
    """Whether anything follows where the journey stands: where a last tool has run, nothing is left to decide."""
    at = position(turn.paths.get(journey.id, ()))
    return at is not None and not journey.is_last(at)


def _why(turn: Turn, journey: Journey) -> str:
    """Why a journey moves without being asked about."""
    begins = position(turn.paths.get(journey.id, ())) is None
    return "it begins in one way only" if begins else "the tool ran and only one way leads on"


def _view(turn: Turn, journey: Journey) -> JourneyView:
    path = turn.paths.get(journey.id, ())
    return view(journey, path, entered_now=journey in triggered(turn), tool_ran=ran_here(turn, journey))


def _walk(turn: Turn, journey: Journey, *, verdict: JourneyVerdict) -> Walk:
    return walk(journey, turn.paths.get(journey.id, ()), move=verdict.move, target=verdict.target)


def _moved(turn: Turn, journey: Journey, *, done: Walk, rationale: str, ask: str | None = None) -> Turn:
    move = JourneyMove(
        round=turn.round,
        journey=journey.id,
        move=done.move,
        origin=position(turn.paths.get(journey.id, ())),
        target=done.target,
        via=done.via,
        rationale=rationale,
        ask=ask,
    )
    trace = replace(turn.trace, moves=(*turn.trace.moves, move))
    return replace(turn, paths={**turn.paths, journey.id: done.path}, trace=trace)
