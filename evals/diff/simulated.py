"""How customers who were played fared, in two trials of a scenario. Pure."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from ...engine.domain.asked import AskMade
from ..outcome import AskBeside, Outcome, Simulation
from .decisions import Difference, Ruling

CUSTOMER = "customer"
"""The decision of a customer who is played."""


def fared_otherwise(before: Outcome, after: Outcome) -> Iterator[Difference]:
    """Customers who came to another end than before, each after the turn with which it ended."""
    for old, new in zip_longest(before.simulations, after.simulations):
        was, now = _ruling(old), _ruling(new)
        if was is None or now is None or was.value != now.value:
            turn = _last_turn(after, new) if new else _last_turn(before, old)
            yield Difference(turn=turn, before=was, after=now)


def ended_by(outcome: Outcome, ruling: Ruling | None) -> AskMade | None:
    """The ask with which a customer came to its end; None where it came to none, or no asks of it were kept."""
    ended = next((each for each in outcome.simulations if _ruling(each) == ruling), None)
    if ended is None:
        return None
    turn = _last_turn(outcome, ended)
    return _last_attempt(each for each in outcome.beside if each.who == CUSTOMER and each.turn == turn)


def _ruling(simulation: Simulation | None) -> Ruling | None:
    if simulation is None:
        return None
    return Ruling(
        stage="simulation", round=0, subject=simulation.goal, value=simulation.ended, rationale=simulation.why
    )


def _last_turn(outcome: Outcome, simulation: Simulation) -> int:
    return max((turn.number for turn in outcome.turns if turn.step <= simulation.step), default=0)


def _last_attempt(asks: Iterable[AskBeside]) -> AskMade | None:
    """The ask that counted: the last attempt, before the next customer is asked after the same turn."""
    found: AskMade | None = None
    for ask in asks:
        if found and ask.made.attempt <= found.attempt:
            break
        found = ask.made
    return found
