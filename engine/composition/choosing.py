"""From a draft and rendered responses to the message: chosen among them, or reworded after their style."""

from collections.abc import Sequence

from ..asking.asks import ask_id, with_asks
from ..asking.situation import instructions, situation
from ..decisions.decision import decide
from ..decisions.recompose import RECOMPOSE
from ..decisions.selection import SELECTION, SelectionAnswer
from ..domain.facts import RecomposeFacts, ResponseCandidate, SelectionFacts
from ..domain.modes import CompositionMode
from ..domain.turn import Turn
from ..services import Services
from .record import composition_mode, recorded, with_fates


async def choose_response(turn: Turn, services: Services, *, draft: str, texts: Sequence[ResponseCandidate]) -> Turn:
    """Choose the response that says what the draft wants to say; which one, if any, is in the turn's record."""
    facts = SelectionFacts(
        situation=situation(turn), draft=draft, instructions=instructions(turn), candidates=tuple(texts)
    )
    name, settings = ask_id(turn, SELECTION.name), services.settings_for(SELECTION.name)
    decided = await decide(SELECTION, facts, llm=services.llm, ask_id=name, settings=settings)
    chosen = fitting(composition_mode(turn), decided.answer)
    turn = recorded(with_asks(turn, [decided.record]), quality=decided.answer.quality, chosen=chosen)
    return with_fates(turn, {chosen: "chosen"}) if chosen is not None else turn


def fitting(mode: CompositionMode, answer: SelectionAnswer) -> str | None:
    """The response that fits well enough for the mode, None where none does."""
    enough = ("high", "partial") if mode is CompositionMode.STRICT else ("high",)
    return answer.response if answer.quality in enough else None


async def reword(turn: Turn, services: Services, *, draft: str, texts: Sequence[ResponseCandidate]) -> Turn:
    """Write the draft once more in the style of the responses; the result is in the turn's record."""
    facts = RecomposeFacts(
        situation=situation(turn), draft=draft, instructions=instructions(turn), candidates=tuple(texts)
    )
    name, settings = ask_id(turn, RECOMPOSE.name), services.settings_for(RECOMPOSE.name)
    decided = await decide(RECOMPOSE, facts, llm=services.llm, ask_id=name, settings=settings)
    return recorded(with_asks(turn, [decided.record]), reworded=decided.answer.message)
