"""Relationships to a fixpoint: which matched guidelines and active journeys take part in a turn, and why not the rest.

Four rules are applied, each only when those before it have nothing left to do, and everything is looked at again
after each that did something:

1. *Dependencies.* Whoever depends on something that is not active does not take part, nor does a guideline whose
   journey is not active. This is provisional: an entailment may yet fulfil the dependency.
2. *Priority and exclusion.* Whoever is the target of a priority relationship whose source is active is dropped for
   good. Only direct relationships count, so nothing passes through somebody who is not there; and a loser is not
   brought back when the one that beat it is dropped in turn.
3. *Numeric priority.* Whoever has less than the greatest number is dropped for good. Observations are exempt, because
   they carry no action, and so is whatever a survivor entails.
4. *Entailment.* Whatever a survivor entails joins, unless it was dropped for good, and is looked at like the rest.

What is dropped for good and what is entailed only grow, so this ends. Disambiguation is not decided here.

A journey that is dropped takes its guidelines with it. The observations that triggered it stay: they still hold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..domain.agent import AgentDefinition
from ..domain.guideline import Guideline
from ..domain.relationship import Endpoint
from ..domain.trace import ResolutionOutcome
from ..errors import UnknownNameError
from .rules import (
    Ground,
    Reason,
    entailed_by,
    ground,
    guideline_end,
    in_words,
    journey_end,
    lower_priority,
    outranked,
    settle_dependencies,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a guideline came into resolution: it matched, something entailed it, or both."""

    guideline: str
    matched: bool
    entailed_by: tuple[Endpoint, ...] = ()
    """The guidelines and journeys that entailed it, in order of declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What takes part in the turn, and what became of everything that might have."""

    active: tuple[str, ...]
    """Ids of the guidelines kept: the matched in their order, then the entailed in order of declaration."""
    journeys: tuple[str, ...]
    """Ids of the journeys kept, in their order."""
    outcomes: tuple[ResolutionOutcome, ...]
    """One for each guideline that matched or was entailed, in the order of `active`, then one for each journey."""
    origins: tuple[Origin, ...]
    """One for each guideline that matched or was entailed, in that order too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How far resolution got: its two growing sets, and who remains at the moment."""

    claimed: tuple[Endpoint, ...]
    """The matched guidelines and the given journeys."""
    entailed: Mapping[Endpoint, tuple[Endpoint, ...]] = field(default_factory=dict[Endpoint, tuple[Endpoint, ...]])
    removed: Mapping[Endpoint, Reason] = field(default_factory=dict[Endpoint, Reason])
    unmet: Mapping[Endpoint, Reason] = field(default_factory=dict[Endpoint, Reason])
    active: tuple[Endpoint, ...] = ()

    @property
    def everyone(self) -> tuple[Endpoint, ...]:
        """All that matched, was given or was entailed, what was dropped included."""
        return tuple(dict.fromkeys((*self.claimed, *self.entailed)))


def resolve(
    agent: AgentDefinition,
    matched: Sequence[str],
    *,
    journeys: Sequence[str],
    transient: Sequence[Guideline] = (),
    round: int = 1,
) -> Resolution:
    """Resolve the relationships among guidelines that matched and journeys that are active.

    `transient` are the definitions of guidelines that exist for this turn only; those that hold are named in `matched`
    like any other. Raises UnknownNameError where an id is nobody's (a disabled guideline is nobody).
    """
    on = ground(agent, transient)
    start = _Standing(claimed=_claims(agent, on, matched=matched, journeys=journeys))
    return _result(on, _settled(on, start), round=round)


def resolve_again(
    agent: AgentDefinition, earlier: Resolution, *, transient: Sequence[Guideline] = (), round: int = 1
) -> Resolution:
    """Resolve a result once more; nothing changes but the number of the round.

    What a resolution keeps is not all that it knows: that a guideline was entailed, by something which has itself been
    dropped since, and what was dropped for good. Both are taken from `earlier`, which makes this stable where resolving
    its ids as if they had just matched might not be.
    """
    on = ground(agent, transient)
    _check(agent, (origin.guideline for origin in earlier.origins), kind="guideline", known=on.guidelines)
    matched = [origin.guideline for origin in earlier.origins if origin.matched]
    journeys = [outcome.id for outcome in earlier.outcomes if outcome.kind == "journey"]
    start = _Standing(
        claimed=_claims(agent, on, matched=matched, journeys=journeys),
        entailed={
            guideline_end(origin.guideline): origin.entailed_by for origin in earlier.origins if origin.entailed_by
        },
        removed={
            Endpoint(kind=outcome.kind, id=outcome.id): Reason(
                outcome=outcome.outcome, relationship=outcome.relationship, counterparts=outcome.counterparts
            )
            for outcome in earlier.outcomes
            if outcome.outcome in ("lower_priority", "outranked")
        },
    )
    return _result(on, _settled(on, start), round=round)


def _claims(
    agent: AgentDefinition, on: Ground, *, matched: Sequence[str], journeys: Sequence[str]
) -> tuple[Endpoint, ...]:
    _check(agent, matched, kind="guideline", known=on.guidelines)
    _check(agent, journeys, kind="journey", known=on.journeys)
    return tuple(dict.fromkeys((*map(guideline_end, matched), *map(journey_end, journeys))))


def _check(agent: AgentDefinition, names: Iterable[str], *, kind: str, known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(kind=kind, name=name, known=known, place=f"agent {agent.id!r}")


def _settled(on: Ground, standing: _Standing) -> _Standing:
    """Apply the rules until none has anything to do."""
    while True:
        everyone = standing.everyone
        candidates = tuple(member for member in everyone if member not in standing.removed)
        settled = settle_dependencies(on, everyone, candidates=candidates)
        standing = replace(standing, active=settled.active, unmet=settled.unmet)
        changed = _changed(on, standing)
        if changed is None:
            return standing
        standing = changed


def _changed(on: Ground, standing: _Standing) -> _Standing | None:
    """Apply the first rule beyond dependencies that has something to do; None where none has."""
    losers = lower_priority(on, standing.active) or outranked(on, standing.active, exempt=_exempt(on, standing))
    if losers:
        return replace(standing, removed={**standing.removed, **losers})
    entailed = _entailed(on, standing)
    return replace(standing, entailed=entailed) if entailed != standing.entailed else None


def _exempt(on: Ground, standing: _Standing) -> set[Endpoint]:
    """What was entailed, and what would be if nobody were outranked.

    The latter must be known before numbers are compared: otherwise something of a great number could drop the very
    guideline that entails it. Those who do not take part now entail nothing, those not considered yet might.
    """
    exempt = set(standing.entailed)
    expanded = {*standing.everyone, *standing.removed}
    frontier = set(standing.active)
    while frontier:
        found = {target for target, _ in entailed_by(on, frontier)}
        exempt |= found
        frontier = found - expanded
        expanded |= frontier
    return exempt


def _entailed(on: Ground, standing: _Standing) -> dict[Endpoint, tuple[Endpoint, ...]]:
    """Who is entailed by whom, once those who are active now have had their say."""
    found = dict(standing.entailed)
    for target, source in entailed_by(on, frozenset(standing.active)):
        sources = found.get(target, ())
        if source not in sources:
            found[target] = tuple(sorted((*sources, source), key=on.order.__getitem__))
    return found


def _result(on: Ground, standing: _Standing, *, round: int) -> Resolution:
    matched = [member for member in standing.claimed if member.kind == "guideline"]
    joined = sorted(standing.entailed.keys() - standing.claimed, key=on.order.__getitem__)
    journeys = [member for member in standing.claimed if member.kind == "journey"]
    active = frozenset(standing.active)
    return Resolution(
        active=tuple(member.id for member in (*matched, *joined) if member in active),
        journeys=tuple(member.id for member in journeys if member in active),
        outcomes=tuple(_outcome(standing, member, round=round) for member in (*matched, *joined, *journeys)),
        origins=tuple(
            Origin(guideline=member.id, matched=member in matched, entailed_by=standing.entailed.get(member, ()))
            for member in (*matched, *joined)
        ),
    )


def _outcome(standing: _Standing, member: Endpoint, *, round: int) -> ResolutionOutcome:
    reason = standing.removed.get(member) or standing.unmet.get(member) or _why_it_stays(standing, member)
    return ResolutionOutcome(
        round=round,
        kind="journey" if member.kind == "journey" else "guideline",
        id=member.id,
        outcome=reason.outcome,
        relationship=reason.relationship,
        counterparts=reason.counterparts,
    )


def _why_it_stays(standing: _Standing, member: Endpoint) -> Reason:
    if member in standing.claimed:
        return Reason(outcome="kept", relationship="", counterparts=())
    sources = standing.entailed[member]
    words = f"{in_words(sources[0])} entails {member.id}"
    return Reason(outcome="entailed", relationship=words, counterparts=tuple(source.id for source in sources))
