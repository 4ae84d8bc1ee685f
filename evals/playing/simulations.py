"""A customer who is played: what it says next is asked turn by turn, until it is done or its turns are used up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from ...engine import CustomerAnswer, Decided, ModelError, UndecidedError, Wish, next_of_customer
from ..expectations.code import CodeAnswer
from ..expectations.outside import SimulationExpectation, SimulationReached, SimulationTurns
from ..outcome import Ending, Simulation
from ..scenario import CustomerSays, Simulate
from .stops import Stop, stop_for_want
from .unanswered import unanswered

if TYPE_CHECKING:
    from .performance import Performance

ENDINGS: dict[Ending, str] = {
    "reached": "reached its goal",
    "given_up": "gave up",
    "out_of_turns": "was not done when its turns were used up",
}


async def simulate(step: Simulate, performance: "Performance", *, index: int) -> None:
    """Let a simulated customer talk to the agent; how it ended is noted, or the performance stops."""
    taken = 0
    while True:
        decided = await _next(step, performance)
        if isinstance(decided, Stop):
            performance.stop = decided
            return
        answer = decided.answer
        if answer.goal != "open" or taken == step.turns:
            ended: Ending = "out_of_turns" if answer.goal == "open" else answer.goal
            performance.outside.simulations.append(
                Simulation(step=index, goal=step.goal, ended=ended, turns=taken, why=answer.reason)
            )
            return
        said = CustomerSays(texts=(answer.message or "",), simulated=True)
        await performance.take(said, index=index)
        taken += 1
        if performance.stop:
            return


async def _next(step: Simulate, performance: "Performance") -> Decided[CustomerAnswer] | Stop:
    session, cast = performance.session, performance.cast
    assert session is not None, "a performance is open while it is played"
    before = len(performance.turns)
    cast.begin_turn(before + 1)
    wish = Wish(goal=step.goal, persona=step.persona, knows=step.knows, until=step.until)
    agent, ask_id = performance.agent.definition, f"{before + 1}/customer"
    try:
        decided = await next_of_customer(session, agent, wish=wish, llm=cast.llm, ask_id=ask_id)
    except (UndecidedError, ModelError) as error:
        broken = unanswered(error, who="the simulated customer", undecided="customer_failed")
        for record in broken.records:
            performance.outside.note(record, turn=before)
        stop = Stop(verdict="inconclusive", reason=broken.reason, explanation=broken.explanation)
        return stop_for_want(cast) or stop
    performance.outside.note(decided.record, turn=before)
    return decided


def simulation_answer(expected: SimulationExpectation, simulations: Sequence[Simulation]) -> CodeAnswer:
    """Whether simulated customers fared as expected."""
    if not simulations:
        return CodeAnswer(verdict="failed", explanation="no customer was played; add a step `simulate` to the script")
    wrong = [each for each in simulations if not _is_as(expected, each)]
    if not wrong:
        return CodeAnswer(verdict="passed")
    return CodeAnswer(verdict="failed", explanation="\n".join(map(_told, wrong)))


def _is_as(expected: SimulationExpectation, simulation: Simulation) -> bool:
    match expected:
        case SimulationReached(expected=reached):
            return (simulation.ended == "reached") is reached
        case SimulationTurns(bound=bound):
            return bound.holds(simulation.turns)
        case _:
            assert_never(expected)


def _told(simulation: Simulation) -> str:
    turns = f"{simulation.turns} turn{'' if simulation.turns == 1 else 's'}"
    why = f": {simulation.why}" if simulation.why else ""
    return f"the simulated customer ({simulation.goal!r}) {ENDINGS[simulation.ended]} after {turns}{why}"
