"""What in an agent's guidelines looks like a mistake, though it is valid: found from the definition alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..domain.agent import AgentDefinition
from ..domain.relationship import Endpoint
from ..domain.values import Source, fold_name
from ..relationships.rules import Ground, Requirement, ground, guideline_end, in_words, journey_end

WarningKind = Literal[
    "unmeetable_dependency",
    "outranked_by_dependency",
    "mutual_priority",
    "contrary_priority",
    "shadowed",
    "untriggered",
    "duplicate_condition",
    "id_collision",
    "points_back",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWarning:
    """Something that is allowed and probably not meant."""

    kind: WarningKind
    text: str
    about: tuple[str, ...]
    """Ids of the guidelines and journeys that it is about."""
    source: Source | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.source}: {self.text}" if self.source else self.text


POINTING_BACK = re.compile(
    r"\b(?:the same(?: (?:thing|way|for|with|again))?|likewise|do so|as (?:above|before)|the other ones?|"
    r"the rest of them|(?:the|that) (?:previous|preceding|earlier|last) (?:step|one|question))\b",
    re.IGNORECASE,
)
"""Words that mean something only beside the step before."""

Pairs = Mapping[tuple[Endpoint, Endpoint], str]
"""Who has priority over whom by a relationship, tags taken as their members, with the relationship in words."""


def policy_warnings(agent: AgentDefinition, *, collisions: Mapping[str, str]) -> tuple[PolicyWarning, ...]:
    """Every warning about an agent, by kind and in order of declaration."""
    on = ground(agent, ())
    pairs = _pairs(on)
    return (
        *_unmeetable(agent, on, pairs),
        *_outranked_by_dependency(on),
        *_mutual(on, pairs),
        *_contrary(on, pairs),
        *_shadowed(on, pairs),
        *_untriggered(agent, on),
        *_duplicates(agent),
        *_collisions(agent, collisions),
        *_pointing_back(agent),
    )


def _pairs(on: Ground) -> Pairs:
    return {
        (strong, weak): f"{in_words(relation.source)} over {in_words(relation.target)}"
        for relation in on.relations("priority")
        for strong in on.members(relation.source)
        for weak in on.members(relation.target)
        if strong != weak
    }


def _unmeetable(agent: AgentDefinition, on: Ground, pairs: Pairs) -> Iterator[PolicyWarning]:
    for member, requirements in on.requirements().items():
        for requirement in requirements:
            hindrances = [_hindrance(agent, on, member, target=each.target, pairs=pairs) for each in requirement]
            if all(hindrances):
                reasons = "; ".join(reason for reason in hindrances if reason)
                text = f"{in_words(member)} can never hold, because {_needs(requirement)}: {reasons}"
                yield _about(on, "unmeetable_dependency", text, member)


def _needs(requirement: Requirement) -> str:
    targets = ", ".join(in_words(each.target) for each in requirement)
    return f"it depends on {targets}" if len(requirement) == 1 else f"it depends on any of {targets}"


def _hindrance(agent: AgentDefinition, on: Ground, member: Endpoint, *, target: Endpoint, pairs: Pairs) -> str | None:
    """Why a dependency on a target can never be met; None where it can."""
    members = on.members(target)
    if not members:
        kind = "nothing that is enabled carries the tag" if target.kind.startswith("tag") else "it is disabled"
        return f"{in_words(target)}: {kind}"
    reasons = [_obstacle(agent, member, other=each, pairs=pairs) or _outrun(on, member, other=each) for each in members]
    some = [reason for reason in reasons if reason]
    return some[0] if some and (target.kind != "tag_any" or len(some) == len(reasons)) else None


def _obstacle(agent: AgentDefinition, member: Endpoint, *, other: Endpoint, pairs: Pairs) -> str | None:
    if (member, other) in pairs:
        return f"it drops {in_words(other)} itself ({pairs[member, other]})"
    if (other, member) in pairs:
        return f"{in_words(other)} drops it ({pairs[other, member]})"
    journey = agent.journey(other.id) if other.kind == "journey" else None
    if journey is not None and not any(_is_enabled(agent, trigger) for trigger in journey.triggers):
        return f"{in_words(other)} has no trigger that is enabled"
    return None


def _outrun(on: Ground, member: Endpoint, *, other: Endpoint) -> str | None:
    """That a member drops what it depends on by its number; a journey counts with the greatest of its guidelines'."""
    own, number = _number(on, member), _number(on, other)
    if own is None or number is None or {member, other} & _entailed(on):
        return None
    if other.kind == "journey":
        inside = [each for each in on.order if _scope(on, each) == other.id]
        number = max((number, *(found for each in inside if (found := _number(on, each)) is not None)))
    return f"it outranks {in_words(other)} itself (priority {own} over {number})" if own > number else None


def _is_enabled(agent: AgentDefinition, guideline_id: str) -> bool:
    guideline = agent.guideline(guideline_id)
    return guideline is not None and guideline.enabled


def _number(on: Ground, member: Endpoint) -> int | None:
    """The number with which a member takes part in numeric priority; None where it does not."""
    if member.kind == "journey":
        return on.journeys[member.id].priority
    guideline = on.guidelines[member.id]
    if guideline.is_observation:
        return None
    own = on.journeys[guideline.journey].priority if guideline.journey is not None else guideline.priority
    return max(guideline.priority, own)


def _entailed(on: Ground) -> set[Endpoint]:
    """What something entails, and is thereby exempt from numeric priority."""
    return {member for relation in on.relations("entailment") for member in on.members(relation.target)}


def _outranked_by_dependency(on: Ground) -> Iterator[PolicyWarning]:
    exempt = _entailed(on)
    for member, requirements in on.requirements().items():
        own = _number(on, member)
        if own is None or member in exempt:
            continue
        for requirement in requirements:
            above = [_above(on, each.target, own=own, scope=_scope(on, member)) for each in requirement]
            if all(above):
                higher = ", ".join(in_words(each) for each in above if each)
                text = f"{in_words(member)} (priority {own}) is outranked by what it depends on: {higher}"
                yield _about(on, "outranked_by_dependency", text, member)


def _scope(on: Ground, member: Endpoint) -> str | None:
    return on.guidelines[member.id].journey if member.kind == "guideline" else None


def _above(on: Ground, target: Endpoint, *, own: int, scope: str | None) -> Endpoint | None:
    """A member of a target that outranks a number; the journey that a guideline lives in does not."""
    members = [each for each in on.members(target) if each != journey_end(scope or "")]
    higher = [each for each in members if (number := _number(on, each)) is not None and number > own]
    enough = len(higher) == len(members) if target.kind == "tag_any" else bool(higher)
    return higher[0] if higher and enough else None


def _mutual(on: Ground, pairs: Pairs) -> Iterator[PolicyWarning]:
    for (strong, weak), words in pairs.items():
        if (weak, strong) in pairs and on.order[strong] < on.order[weak]:
            text = f"{in_words(strong)} and {in_words(weak)} drop each other ({words}; {pairs[weak, strong]})"
            yield _about(on, "mutual_priority", f"{text}: when both match, neither holds", strong, weak)


def _contrary(on: Ground, pairs: Pairs) -> Iterator[PolicyWarning]:
    for (strong, weak), words in pairs.items():
        numbers = _number(on, strong), _number(on, weak)
        if numbers[0] is not None and numbers[1] is not None and numbers[0] < numbers[1]:
            text = (
                f"{in_words(weak)} has the greater number ({numbers[1]} to {numbers[0]}), yet {in_words(strong)} drops "
                f"it ({words}): the relationship counts before the number"
            )
            yield _about(on, "contrary_priority", text, strong, weak)


def _shadowed(on: Ground, pairs: Pairs) -> Iterator[PolicyWarning]:
    """What can never hold because something that always applies goes before it."""
    bound, exempt = on.requirements(), _entailed(on)
    for guideline in on.guidelines.values():
        always = guideline_end(guideline.id)
        if guideline.matching != "always" or guideline.journey is not None or always in bound:
            continue
        for (strong, weak), words in pairs.items():
            if strong == always:
                text = f"{in_words(weak)} can never hold: {guideline.id} always applies and drops it ({words})"
                yield _about(on, "shadowed", text, always, weak)
        own = _number(on, always)
        lower = [] if own is None else [each for each in on.order if _is_below(on, each, own) and each not in exempt]
        if lower:
            names = ", ".join(in_words(each) for each in lower)
            text = f"{guideline.id} always applies with priority {own}, so these can never hold: {names}"
            yield _about(on, "shadowed", text, always, *lower)


def _is_below(on: Ground, member: Endpoint, own: int) -> bool:
    number = _number(on, member)
    return number is not None and number < own


def _untriggered(agent: AgentDefinition, on: Ground) -> Iterator[PolicyWarning]:
    states = (state for journey in agent.journeys for state in journey.states)
    gone_through = {name.partition("/")[0] for state in states for name in state.originals}
    for journey in agent.journeys:
        if not journey.triggers and journey.id not in gone_through:
            text = f"journey {journey.id!r} never begins: it has no triggers=, and no other journey goes through it"
            yield _about(on, "untriggered", text, journey_end(journey.id))


def _duplicates(agent: AgentDefinition) -> Iterator[PolicyWarning]:
    same: dict[tuple[str | None, str], list[str]] = {}
    for guideline in agent.guidelines:
        if guideline.enabled and guideline.condition and guideline.matching == "model":
            same.setdefault((guideline.journey, fold_name(guideline.condition.rstrip("."))), []).append(guideline.id)
    for ids in same.values():
        if len(ids) > 1:
            condition = next(item.condition for item in agent.guidelines if item.id == ids[0])
            text = f"{', '.join(ids)} have the same condition: {condition!r}"
            yield _warning(agent, "duplicate_condition", text, ids=tuple(ids))


def _collisions(agent: AgentDefinition, collisions: Mapping[str, str]) -> Iterator[PolicyWarning]:
    for name, wanted in collisions.items():
        text = f"the words of guideline {name!r} give the id {wanted!r}, which was taken; give it an id= of its own"
        yield _warning(agent, "id_collision", text, ids=(name, wanted))


def _about(on: Ground, kind: WarningKind, text: str, *members: Endpoint) -> PolicyWarning:
    first = members[0]
    source = on.guidelines[first.id].source if first.kind == "guideline" else on.journeys[first.id].source
    return PolicyWarning(kind=kind, text=text, about=tuple(member.id for member in members), source=source)


def _warning(agent: AgentDefinition, kind: WarningKind, text: str, *, ids: tuple[str, ...]) -> PolicyWarning:
    guideline = agent.guideline(ids[0])
    return PolicyWarning(kind=kind, text=text, about=ids, source=guideline.source if guideline else None)


def _pointing_back(agent: AgentDefinition) -> Iterator[PolicyWarning]:
    for journey in agent.journeys:
        for state in journey.states:
            found = POINTING_BACK.search(state.action)
            if found is not None and not state.originals:
                text = (
                    f"state {journey.id}/{state.id} says {found.group()!r}, and the prompt of a reply shows no other "
                    "step beside it: say in full what is to be done"
                )
                yield PolicyWarning(kind="points_back", text=text, about=(journey.id,), source=state.source)
