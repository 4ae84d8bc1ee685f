"""The draft: what the agent would say in its own words."""

from dataclasses import dataclass

from ..asking.asks import ask_id, with_asks
from ..asking.situation import instructions, situation
from ..decisions.decision import decide
from ..decisions.draft import DRAFT
from ..domain.facts import DraftFacts
from ..domain.turn import Turn
from ..services import Services
from ..timeline.emission import emit_status
from ..tooling.proposals import worth_telling
from .record import composition_mode, recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The turn with its draft; None where there is nothing to say."""

    turn: Turn
    draft: str | None


def draft_facts(turn: Turn) -> DraftFacts:
    """What the draft is written from."""
    return DraftFacts(
        situation=situation(turn),
        instructions=instructions(turn),
        insights=worth_telling(turn.insights),
        mode=composition_mode(turn),
    )


async def write_draft(turn: Turn, services: Services, *, ordinal: int = 1) -> Drafted:
    """Have a draft written. Raises UndecidedError when no attempt at it is acceptable."""
    turn = await emit_status(turn, services, status="processing", stage="articulating")
    name, settings = ask_id(turn, DRAFT.name, ordinal=ordinal), services.settings_for(DRAFT.name)
    decided = await decide(DRAFT, draft_facts(turn), llm=services.llm, ask_id=name, settings=settings)
    draft = decided.answer.message
    return Drafted(turn=recorded(with_asks(turn, [decided.record]), draft=draft), draft=draft)
