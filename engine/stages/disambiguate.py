"""Asking the customer first, where it is unclear which of several guidelines or journeys they mean."""

from collections.abc import Iterator
from dataclasses import replace

from ..asking.asks import ask_id, next_ordinal, with_asks
from ..asking.situation import situation
from ..decisions.decision import decide
from ..decisions.disambiguate import DISAMBIGUATE, AmbiguityVerdict
from ..domain.facts import AmbiguityFacts, AmbiguityView, PossibleMeaning
from ..domain.guideline import Guideline
from ..domain.journey import Journey
from ..domain.trace import Clarification, GuidelineCheck
from ..domain.turn import Turn
from ..domain.values import unique
from ..services import Services


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
    decided = await decide(
        DISAMBIGUATE, facts, llm=services.llm, ask_id=name, settings=services.settings_for(DISAMBIGUATE.name)
    )
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
    for head in turn.guidelines:
        if head.id in turn.matched:
            members = _members(turn, head.id)
            meanings = (_meaning(name, member) for name, member in members.items() if considered & _triggers(member))
            yield AmbiguityView(id=head.id, condition=head.condition, meanings=tuple(meanings))


def _members(turn: Turn, head: str) -> dict[str, Guideline | Journey]:
    """What an observation tells apart, in order of declaration, by the name that each has in the prompt."""
    targets = {
        (relation.target.kind, relation.target.id)
        for relation in turn.agent.relations("disambiguation")
        if relation.source.id == head
    }
    found: dict[str, Guideline | Journey] = {
        guideline.id: guideline for guideline in turn.guidelines if ("guideline", guideline.id) in targets
    }
    for journey in turn.agent.journeys:
        if ("journey", journey.id) in targets:
            found[f"journey:{journey.id}" if journey.id in found else journey.id] = journey
    return found


def _triggers(member: Guideline | Journey) -> set[str]:
    """The guidelines by which a meaning comes into play: itself, or what triggers the journey."""
    return set(member.triggers) if isinstance(member, Journey) else {member.id}


def _meaning(name: str, member: Guideline | Journey) -> PossibleMeaning:
    if isinstance(member, Journey):
        return PossibleMeaning(id=name, when=member.title, then=member.description)
    return PossibleMeaning(id=name, when=member.condition, then=member.action)


def _clear(turn: Turn, verdict: AmbiguityVerdict, *, ask: str) -> Turn:
    """Take back the match of an observation that turned out not to hold: it is clear what the customer means."""
    check = GuidelineCheck(
        round=turn.round, guideline=verdict.id, method="model", matched=False, rationale=verdict.evidence, ask=ask
    )
    matched = tuple(name for name in turn.matched if name != verdict.id)
    return replace(turn, matched=matched, trace=replace(turn.trace, checks=(*turn.trace.checks, check)))


def _unclear(turn: Turn, verdict: AmbiguityVerdict, *, ask: str) -> Turn:
    """Set aside what may be meant, and have a guideline of this turn ask."""
    members = _members(turn, verdict.id)
    meant = [name for name in members if name in verdict.meanings]
    waiting = {verdict.id}.union(*(_triggers(members[name]) for name in meant))
    asking = _asking(turn, verdict, meant=[members[name] for name in meant])
    clarification = Clarification(
        round=turn.round,
        head=verdict.id,
        targets=tuple(members[name].id for name in meant),
        set_aside=tuple(name for name in turn.matched if name in waiting),
        guideline=asking.id,
        question=asking.action,
        ask=ask,
    )
    check = GuidelineCheck(
        round=turn.round,
        guideline=asking.id,
        method="transient",
        matched=True,
        rationale=verdict.evidence,
        ask=ask,
    )
    trace = replace(
        turn.trace,
        checks=(*turn.trace.checks, check),
        clarifications=(*turn.trace.clarifications, clarification),
    )
    matched = (*(name for name in turn.matched if name not in waiting), asking.id)
    return replace(turn, matched=matched, transient=(*turn.transient, asking), trace=trace)


def _asking(turn: Turn, verdict: AmbiguityVerdict, *, meant: list[Guideline | Journey]) -> Guideline:
    """The guideline that asks which is meant. It stands in for those, so it is as important as the first of them."""
    head = next(guideline for guideline in turn.guidelines if guideline.id == verdict.id)
    return Guideline(
        id=unique(f"clarify-{head.id}", (guideline.id for guideline in turn.guidelines)),
        action=(verdict.question or "").strip(),
        description="Ask the customer this, and do nothing about either meaning before they have answered.",
        matching="always",
        priority=max(head.priority, *(member.priority for member in meant)),
        journey=head.journey,
        tags=head.tags,
    )
