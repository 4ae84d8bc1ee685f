"""Looking back at what was said: which guidelines were followed, so that they are not repeated."""

from collections.abc import Collection
from dataclasses import replace

from ..asking.asks import ask_id, with_asks
from ..asking.situation import instructions, situation
from ..decisions.analysis import ANALYSIS
from ..decisions.decision import StillUndecidedError, decide
from ..domain.facts import AnalysisFacts, Instruction
from ..domain.guideline import Guideline
from ..domain.modes import Criticality
from ..domain.turn import Turn
from ..errors import ModelError
from ..guard import Fault, guarded
from ..services import Services


async def analyse_response(turn: Turn, services: Services) -> Turn:
    """Judge which guidelines the reply fulfilled. That this fails is a note in the trace, not an error of the turn.

    The reply is out by then: whatever an author's own model raises, what the turn came to has to be saved.
    """
    due = {guideline.id for guideline in turn.active_guidelines if _is_due(turn, guideline)}
    if not due or not turn.trace.said or turn.said_only_preamble:
        return turn
    judged = await guarded(lambda: _judge(turn, services, due=due), what="response analysis")
    return turn.note(f"response analysis: {judged}") if isinstance(judged, Fault) else judged


async def _judge(turn: Turn, services: Services, *, due: Collection[str]) -> Turn:
    facts = AnalysisFacts(
        situation=situation(turn),
        reply=tuple(said.text for said in turn.trace.said),
        instructions=tuple(_agents_part(turn, item) for item in instructions(turn) if item.id in due),
    )
    try:
        name = ask_id(turn, ANALYSIS.name)
        decided = await decide(
            ANALYSIS, facts, llm=services.llm, ask_id=name, settings=services.settings_for(ANALYSIS.name)
        )
    except StillUndecidedError as error:
        return with_asks(turn, [error.record]).note(f"response analysis: {error}")
    except ModelError as error:
        return turn.note(f"response analysis: {error}")
    turn = with_asks(turn, [decided.record])
    followed = tuple(check.id for check in decided.answer.checks if check.followed)
    missed = tuple(check.id for check in decided.answer.checks if not check.followed)
    in_part = tuple(check.id for check in decided.answer.checks if check.followed and check.missing == "manner")
    trace = replace(turn.trace, followed=followed, not_followed=missed, followed_in_part=in_part)
    return replace(turn, trace=trace)


def _agents_part(turn: Turn, item: Instruction) -> Instruction:
    """What of an instruction the agent can fulfil: where an action waits for the customer, only its own part."""
    guideline = turn.agent.guideline(item.id)
    if guideline is None or not guideline.properties.customer_dependent or not guideline.properties.agent_part:
        return item
    return replace(item, action=guideline.properties.agent_part)


def _is_due(turn: Turn, guideline: Guideline) -> bool:
    """Whether it matters if the guideline was followed: a tracked action, to be taken once."""
    transient = {item.id for item in turn.transient}
    return (
        not guideline.is_observation
        and guideline.track
        and guideline.matching == "model"
        and not guideline.properties.continuous
        and guideline.criticality is not Criticality.LOW
        and guideline.id not in transient
        and guideline.id not in turn.session.state.applied
    )
