"""One more response, for what a strict agent's reply left unsaid of its draft."""

import re
from collections.abc import Sequence

from ..asking.asks import ask_id, with_asks
from ..asking.situation import instructions, situation
from ..decisions.decision import StillUndecidedError, decide
from ..decisions.follow_up import FOLLOW_UP
from ..domain.facts import FollowUpFacts, ResponseCandidate
from ..domain.modes import CompositionMode
from ..domain.turn import Turn
from ..errors import ModelError
from ..services import Services
from .record import composition, recorded, with_fates

_WORD = re.compile(r"\w+")
ALIKE = 0.9
"""The share of the shorter text's words from which two responses say the same thing twice."""


async def choose_follow_up(turn: Turn, services: Services, *, before: Turn, texts: Sequence[ResponseCandidate]) -> Turn:
    """Choose a further response, given the turn as it was before its reply was sent; the turn's record has which.

    The reply is out by now: that no decision can be had is a note in the trace.
    """
    draft, said = composition(before).draft, next(text for text in texts if text.id == composition(before).chosen)
    rest = tuple(text for text in texts if text.id != said.id and not is_repetition(text.text, said.text))
    if turn.agent.composition_mode is not CompositionMode.STRICT or draft is None or not rest:
        return turn
    facts = FollowUpFacts(
        situation=situation(before),
        draft=draft,
        said=said.text,
        instructions=instructions(before),
        candidates=rest,
    )
    name, settings = ask_id(turn, FOLLOW_UP.name), services.settings_for(FOLLOW_UP.name)
    try:
        decided = await decide(FOLLOW_UP, facts, llm=services.llm, ask_id=name, settings=settings)
    except StillUndecidedError as error:
        return with_asks(turn, [error.record]).note(f"follow-up: {error}")
    except ModelError as error:
        return turn.note(f"follow-up: {error}")
    turn, answer = with_asks(turn, [decided.record]), decided.answer
    if answer.response is None or answer.quality not in ("partial", "high"):
        return turn
    return with_fates(recorded(turn, follow_up=answer.response), {answer.response: "chosen"})


def is_repetition(text: str, said: str) -> bool:
    """Whether nearly all words of one text stand in the other."""
    words, before = (set(_WORD.findall(each.casefold())) for each in (text, said))
    return bool(words) and len(words & before) >= ALIKE * min(len(words), len(before))
