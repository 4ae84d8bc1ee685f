"""Asking the customer first, where it is unclear which of several guidelines or journeys they mean."""

from collections.abc import Iterator
from dataclasses import replace

from ..asking import ask_id, next_ordinal, with_asks
from ..decisions.decision import decide
from ..decisions.disambiguate import DISAMBIGUATE, AmbiguityVerdict
from ..domain.facts import AmbiguityFacts, AmbiguityView, PossibleMeaning
from ..domain.guideline import Guideline
from ..domain.journey import Journey
from ..domain.trace import Clarification, GuidelineCheck
from ..domain.turn import Turn
from ..domain.values import unique
from ..services import Services
from ..situation import situation


async def disambiguate(turn: Turn, services: Services) -> Turn:
    """Judge the ambiguities whose observation matched, all in one ask.

    One that is unclear is set aside with the guidelines (and the triggers of journeys) that may be meant, and a
    guideline of this turn asks the customer. One that is clear is no match. With fewer than two meanings that were
    looked at in this turn there is nothing to tell apart, and the observation is like any other.
    """
    turn = _still_set_aside(turn)
    views = tuple(view for view in _views(turn) if len(view.meanings) > 1)
    if not views:
        return turn
    facts = AmbiguityFacts(situation=situation(turn), ambiguities=views)
    name = ask_id(turn, DISAMBIGUATE.name, ordinal=next_ordinal(turn, DISAMBIGUATE.name))
    decided = await decide(DISAMBIGUATE, facts, llm=services.llm, ask_id=name, settings=services.settings)
    turn = with_asks(turn, [decided.record])
    for verdict in decided.answer.checks:
        turn = _unclear(turn, verdict, ask=name) if verdict.ambiguous else _clear(turn, verdict, ask=name)
    return turn


def _still_set_aside(turn: Turn) -> Turn:
    """What waits for an answer of the customer's stays out, also if it was looked at again."""
    waiting = {name for question in turn.trace.clarifications for name in question.set_aside}
    return replace(turn, matched=tuple(name for name in turn.matched if name not in waiting))


def _views(turn: Turn) -> Iterator[AmbiguityView]:
    """The observations that matched and tell things apart, each with those of its targets that were looked at."""
    considered = {check.guideline for check in turn.trace.checks}
    relations = turn.agent.relations("disambiguation")
    for guideline in turn.guidelines:
        if guideline.id in turn.matched:
            targets = {relation.target for relation in relations if relation.source.id == guideline.id}
            meanings = (
                *(_rule(item) for item in turn.guidelines if item.id in considered and _is_among(targets, item)),
                *(_journey(turn, item) for item in turn.agent.journeys if _may_begin(turn, item, considered, targets)),
            )
            yield AmbiguityView(id=guideline.id, condition=guideline.condition, meanings=meanings)
