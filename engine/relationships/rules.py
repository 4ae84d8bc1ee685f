"""The rules by which relationships drop and add guidelines and journeys, each a pure function of who is active.

A *member* is a guideline or a journey, written as the endpoint that names it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..domain.agent import AgentDefinition
from ..domain.guideline import Guideline
from ..domain.journey import Journey
from ..domain.relationship import Endpoint, Relationship, RelationshipKind
from ..domain.trace import OutcomeKind

Requirement = tuple[Relationship, ...]
"""A dependency alone, or a group of dependencies of which one must hold."""


def guideline_end(guideline_id: str) -> Endpoint:
    """The endpoint that names a guideline."""
    return Endpoint(kind="guideline", id=guideline_id)


def journey_end(journey_id: str) -> Endpoint:
    """The endpoint that names a journey."""
    return Endpoint(kind="journey", id=journey_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was dropped: the kind of reason, the relationship in words, and who was on its other side."""

    outcome: OutcomeKind
    relationship: str
    counterparts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What may take part in a turn, with the relationships that bind it."""

    guidelines: Mapping[str, Guideline]
    """Enabled guidelines and the turn's transient ones, in order of declaration."""
    journeys: Mapping[str, Journey]
    order: Mapping[Endpoint, int]
    """The place of every member in the order of declaration, guidelines first."""
    tagged: Mapping[str, tuple[Endpoint, ...]]
    """The members that carry each tag, in that order."""
    relationships: tuple[Relationship, ...]
    """In order of the members they name, not of their own declaration: where several would give a reason, the one
    that is named must not depend on which was written first."""

    def members(self, end: Endpoint) -> tuple[Endpoint, ...]:
        """The guidelines and journeys that an endpoint stands for: itself, or those that carry the tag."""
        if end.kind in ("tag_all", "tag_any"):
            return self.tagged.get(end.id, ())
        return (end,) if end in self.order else ()

    def relations(self, kind: RelationshipKind) -> tuple[Relationship, ...]:
        """The relationships of a kind."""
        return tuple(relationship for relationship in self.relationships if relationship.kind == kind)

    def requirements(self) -> Mapping[Endpoint, tuple[Requirement, ...]]:
        """What each member depends on, by itself or by a tag that it carries; plain dependencies before groups."""
        groups: dict[tuple[Endpoint, str], list[Relationship]] = {}
        for relationship in self.relations("dependency_any"):
            groups.setdefault((relationship.source, relationship.group), []).append(relationship)
        ordered = sorted(groups.values(), key=lambda group: [self.rank(each.target) for each in group])
        found: dict[Endpoint, list[Requirement]] = {}
        for requirement in (*((each,) for each in self.relations("dependency")), *map(tuple, ordered)):
            for member in self.members(requirement[0].source):
                found.setdefault(member, []).append(requirement)
        return {member: tuple(requirements) for member, requirements in found.items()}

    def rank(self, end: Endpoint) -> tuple[int, str]:
        """Where an end stands in the order of declaration; a tag stands where its first member does."""
        first = self.members(end)[:1]
        return (self.order[first[0]] if first else len(self.order)), str(end)


def ground(agent: AgentDefinition, transient: Iterable[Guideline]) -> Ground:
    """Lay out an agent for resolution; disabled guidelines do not exist here."""
    guidelines = {guideline.id: guideline for guideline in (*agent.guidelines, *transient) if guideline.enabled}
    journeys = {journey.id: journey for journey in agent.journeys}
    carriers = (
        *((guideline_end(guideline.id), guideline.tags) for guideline in guidelines.values()),
        *((journey_end(journey.id), journey.tags) for journey in journeys.values()),
    )
    tagged: dict[str, tuple[Endpoint, ...]] = {}
    for member, tags in carriers:
        for tag in dict.fromkeys(tags):
            tagged[tag] = (*tagged.get(tag, ()), member)
    laid_out = Ground(
        guidelines=guidelines,
        journeys=journeys,
        order={member: place for place, (member, _) in enumerate(carriers)},
        tagged=tagged,
        relationships=agent.relationships,
    )
    in_order = sorted(agent.relationships, key=lambda each: (laid_out.rank(each.source), laid_out.rank(each.target)))
    return replace(laid_out, relationships=tuple(in_order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Who remains once every dependency of whoever remains holds, and why the others do not."""

    active: tuple[Endpoint, ...]
    unmet: Mapping[Endpoint, Reason]


def settle_dependencies(on: Ground, claimed: Collection[Endpoint], *, candidates: Sequence[Endpoint]) -> Dependencies:
    """Drop candidates whose dependencies do not hold, then those that depended on them, until nothing changes.

    `claimed` is everything that matched or was entailed, also what was dropped for good: a journey without states that
    has such members fulfils a dependency only if one of them survives.
    """
    requirements = on.requirements()
    claims = _claims_by_journey(on, claimed)
    active = dict.fromkeys(candidates)
    unmet: dict[Endpoint, Reason] = {}
    while True:
        failing = {
            member: reason
            for member in active
            if (reason := _unmet(on, member, requirements=requirements.get(member, ()), active=active, claims=claims))
        }
        if not failing:
            return Dependencies(active=tuple(active), unmet=unmet)
        unmet |= failing
        active = dict.fromkeys(member for member in active if member not in failing)


def _claims_by_journey(on: Ground, claimed: Collection[Endpoint]) -> dict[str, tuple[Endpoint, ...]]:
    """What speaks for each journey that has nothing else to stand on: its own guidelines, and what triggers it.

    A journey of several states stands in one of them, which can't be dropped but with the journey itself.
    """
    stateless = [journey for journey in on.journeys.values() if len(journey.states) <= 1]
    return {
        journey.id: tuple(
            member
            for member in claimed
            if member.kind == "guideline" and (_journey_of(on, member) == journey.id or member.id in journey.triggers)
        )
        for journey in stateless
    }


def _journey_of(on: Ground, member: Endpoint) -> str | None:
    return on.guidelines[member.id].journey if member.kind == "guideline" else None


def _unmet(
    on: Ground,
    member: Endpoint,
    *,
    requirements: tuple[Requirement, ...],
    active: Collection[Endpoint],
    claims: Mapping[str, tuple[Endpoint, ...]],
) -> Reason | None:
    journey = _journey_of(on, member)
    if journey is not None and journey_end(journey) not in active:
        words = f"{member.id} belongs to journey {journey}"
        return Reason(outcome="inactive_journey", relationship=words, counterparts=(journey,))
    for requirement in requirements:
        if not any(_holds(on, each.target, active=active, claims=claims) for each in requirement):
            return _unmet_reason(requirement)
    return None


def _holds(
    on: Ground, target: Endpoint, *, active: Collection[Endpoint], claims: Mapping[str, tuple[Endpoint, ...]]
) -> bool:
    match target.kind:
        case "guideline":
            return target in active
        case "journey":
            own = claims.get(target.id, ())
            return target in active and (not own or any(member in active for member in own))
        case "tag_all":
            members = on.members(target)
            return bool(members) and all(member in active for member in members)
        case "tag_any":
            return any(member in active for member in on.members(target))
        case "tool":
            return False  # tools are neither active nor inactive


def _unmet_reason(requirement: Requirement) -> Reason:
    targets = tuple(dict.fromkeys(each.target.id for each in requirement))
    source = in_words(requirement[0].source)
    if requirement[0].kind == "dependency":
        words = f"{source} depends on {_target_in_words(requirement[0].target)}"
        return Reason(outcome="unmet_dependency", relationship=words, counterparts=targets)
    any_of = ", ".join(_target_in_words(each.target) for each in requirement)
    words = f"{source} depends on any of: {any_of}"
    return Reason(outcome="unmet_any_dependency", relationship=words, counterparts=targets)


def lower_priority(on: Ground, active: Collection[Endpoint]) -> dict[Endpoint, Reason]:
    """Who loses against someone active, by a direct relationship; all at once, so a loser still beats others.

    A tag stands for each of its members, at either end, and no member beats itself.
    """
    present = frozenset(active)
    losers: dict[Endpoint, Reason] = {}
    for relationship in on.relations("priority"):
        strong = [member for member in on.members(relationship.source) if member in present]
        for weak in on.members(relationship.target):
            against = tuple(member.id for member in strong if member != weak)
            if against and weak in present and weak not in losers:
                words = f"{in_words(relationship.source)} priority over {in_words(relationship.target)}"
                losers[weak] = Reason(outcome="lower_priority", relationship=words, counterparts=against)
    return losers


def outranked(on: Ground, active: Collection[Endpoint], *, exempt: Collection[Endpoint]) -> dict[Endpoint, Reason]:
    """Who has a smaller priority number than the greatest among those that take part.

    Observations and whatever is exempt neither set nor obey it. A guideline of a journey counts with its own number
    or the journey's, whichever is greater: declaring a journey important makes its guidelines so, and a guideline's
    own number may lift it further. A journey counts with the greatest number among itself and its guidelines that
    take part, so that a guideline never drops the very journey it lives in, and with it itself.
    """
    numbers = {
        member: _own_number(on, member) for member in active if member not in exempt and not _is_observation(on, member)
    }
    for member, number in tuple(numbers.items()):
        journey = _journey_of(on, member)
        if journey is not None and journey_end(journey) in numbers:
            numbers[journey_end(journey)] = max(numbers[journey_end(journey)], number)
    greatest = max(numbers.values(), default=0)
    winners = tuple(member.id for member, number in numbers.items() if number == greatest)
    return {
        member: Reason(outcome="outranked", relationship=f"priority {greatest} over {number}", counterparts=winners)
        for member, number in numbers.items()
        if number < greatest
    }


def _is_observation(on: Ground, member: Endpoint) -> bool:
    return member.kind == "guideline" and on.guidelines[member.id].is_observation


def _own_number(on: Ground, member: Endpoint) -> int:
    if member.kind == "journey":
        return on.journeys[member.id].priority
    guideline = on.guidelines[member.id]
    if guideline.journey is None:
        return guideline.priority
    return max(guideline.priority, on.journeys[guideline.journey].priority)


def entailed_by(on: Ground, active: Collection[Endpoint]) -> Iterator[tuple[Endpoint, Endpoint]]:
    """Each guideline that someone active entails, directly, with who entails it. Journeys can't be entailed."""
    for relationship in on.relations("entailment"):
        targets = [target for target in on.members(relationship.target) if target.kind == "guideline"]
        for source in on.members(relationship.source):
            if source in active:
                yield from ((target, source) for target in targets if target != source)


def in_words(end: Endpoint) -> str:
    """An end of a relationship as its outcome names it: a guideline by its id, anything else with its kind."""
    match end.kind:
        case "guideline":
            return end.id
        case "tag_all" | "tag_any":
            return f"tag {end.id}"
        case "journey" | "tool":
            return f"{end.kind} {end.id}"


def _target_in_words(end: Endpoint) -> str:
    match end.kind:
        case "tag_all":
            return f"all of tag {end.id}"
        case "tag_any":
            return f"any of tag {end.id}"
        case _:
            return in_words(end)
