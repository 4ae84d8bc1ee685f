"""Every pair and every chain of three: guidelines, observations, journeys and tags, each present, absent or beaten."""

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey
from understudy.engine.domain.relationship import Endpoint, Relationship, RelationshipKind
from understudy.engine.relationships.resolution import Resolution, resolve

Kind = Literal["guideline", "observation", "journey", "tag_all", "tag_any"]
State = Literal["present", "absent", "beaten"]
STATES: tuple[State, ...] = ("present", "absent", "beaten")

BOSS = Guideline(id="boss", condition="always there", action="win")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a relationship: something of a kind, which matched, did not, or matched and loses to the boss."""

    name: str
    kind: Kind
    state: State

    @property
    def is_tag(self) -> bool:
        return self.kind in ("tag_all", "tag_any")

    @property
    def ids(self) -> tuple[str, ...]:
        return (f"{self.name}1", f"{self.name}2") if self.is_tag else (self.name,)

    @property
    def guidelines(self) -> tuple[Guideline, ...]:
        if self.kind == "journey":
            return ()
        tags = (self.name,) if self.is_tag else ()
        action = "" if self.kind == "observation" else "act"
        return tuple(Guideline(id=name, condition=name, action=action, tags=tags) for name in self.ids)

    @property
    def journeys(self) -> tuple[Journey, ...]:
        return (Journey(id=self.name, title=self.name),) if self.kind == "journey" else ()

    def end(self, *, source: bool = False) -> Endpoint:
        match self.kind:
            case "guideline" | "observation":
                return Endpoint(kind="guideline", id=self.name)
            case "journey":
                return Endpoint(kind="journey", id=self.name)
            case _:
                return Endpoint(kind="tag_all" if source else self.kind, id=self.name)

    @property
    def beaten_by_the_boss(self) -> tuple[Relationship, ...]:
        if self.state != "beaten":
            return ()
        kind = "journey" if self.kind == "journey" else "guideline"
        source = Endpoint(kind="guideline", id="boss")
        return tuple(
            Relationship(kind="priority", source=source, target=Endpoint(kind=kind, id=name)) for name in self.ids
        )


def related(kind: RelationshipKind, source: Party, target: Party) -> Relationship:
    return Relationship(kind=kind, source=source.end(source=True), target=target.end(), group="g")


def resolved(parties: tuple[Party, ...], *relations: Relationship) -> Resolution:
    agent = AgentDefinition(
        id="a",
        name="A",
        guidelines=(BOSS, *(item for party in parties for item in party.guidelines)),
        journeys=tuple(item for party in parties for item in party.journeys),
        relationships=(*(relation for party in parties for relation in party.beaten_by_the_boss), *relations),
    )
    there = [party for party in parties if party.state != "absent"]
    matched = ["boss", *(item.id for party in there for item in party.guidelines)]
    return resolve(agent, matched, journeys=[item.id for party in there for item in party.journeys])


def fate(done: Resolution, party: Party) -> str:
    """What became of a party, the members of a tag sharing one fate; "-" where it never came up."""
    fates = {outcome.id: outcome.outcome for outcome in done.outcomes if outcome.id in party.ids}
    found = {fates.get(name, "-") for name in party.ids}
    assert len(found) == 1, fates
    return found.pop()


# Rows are the source's state, columns the target's: present, absent, beaten.
PRIORITY_TARGET = {
    "present": ("lower_priority", "-", "lower_priority"),
    "absent": ("kept", "-", "lower_priority"),
    "beaten": ("lower_priority", "-", "lower_priority"),
}
DEPENDENCY_SOURCE = {
    "present": ("kept", "unmet", "unmet"),
    "absent": ("-", "-", "-"),
    "beaten": ("lower_priority", "unmet", "lower_priority"),
}
ENTAILMENT_TARGET = {
    "present": ("kept", "entailed", "lower_priority"),
    "absent": ("kept", "-", "lower_priority"),
    "beaten": ("kept", "-", "lower_priority"),
}
STANDING: dict[State, str] = {"present": "kept", "absent": "-", "beaten": "lower_priority"}

ENDS: tuple[Kind, ...] = ("guideline", "observation", "journey", "tag_all")


@pytest.mark.parametrize(("source_kind", "target_kind"), list(product(ENDS, ENDS)))
def test_priority(source_kind: Kind, target_kind: Kind) -> None:
    for source_state, target_state in product(STATES, STATES):
        source = Party(name="s", kind=source_kind, state=source_state)
        target = Party(name="t", kind=target_kind, state=target_state)
        done = resolved((source, target), related("priority", source, target))
        assert fate(done, target) == PRIORITY_TARGET[source_state][STATES.index(target_state)]
        assert fate(done, source) == STANDING[source_state], "a winner is not removed by its own victory"


@pytest.mark.parametrize("kind", ["dependency", "dependency_any"])
@pytest.mark.parametrize(("source_kind", "target_kind"), list(product(ENDS, (*ENDS, "tag_any"))))
def test_dependency(kind: RelationshipKind, source_kind: Kind, target_kind: Kind) -> None:
    for source_state, target_state in product(STATES, STATES):
        source = Party(name="s", kind=source_kind, state=source_state)
        target = Party(name="t", kind=target_kind, state=target_state)
        done = resolved((source, target), related(kind, source, target))
        unmet = "unmet_dependency" if kind == "dependency" else "unmet_any_dependency"
        assert fate(done, source) == DEPENDENCY_SOURCE[source_state][STATES.index(target_state)].replace("unmet", unmet)
        assert fate(done, target) == STANDING[target_state], "whoever is depended on loses nothing by it"


@pytest.mark.parametrize(("source_kind", "target_kind"), list(product(ENDS, ("guideline", "observation", "tag_all"))))
def test_entailment(source_kind: Kind, target_kind: Kind) -> None:
    for source_state, target_state in product(STATES, STATES):
        source = Party(name="s", kind=source_kind, state=source_state)
        target = Party(name="t", kind=target_kind, state=target_state)
        done = resolved((source, target), related("entailment", source, target))
        assert fate(done, target) == ENTAILMENT_TARGET[source_state][STATES.index(target_state)]
        assert fate(done, source) == STANDING[source_state]


@pytest.mark.parametrize("kinds", list(product(("guideline", "journey", "tag_all"), repeat=3)))
def test_a_chain_of_three_by_priority(kinds: tuple[Kind, Kind, Kind]) -> None:
    for present in product((True, False), repeat=3):
        parties = chain(kinds, present)
        done = resolved(parties, *(related("priority", *pair) for pair in pairwise(parties)))
        first, second, third = present
        fates = [fate(done, party) for party in parties]
        lost = "lower_priority"
        # Only who is directly above counts, be it beaten itself; nothing passes through somebody who is not there.
        assert fates == [
            "kept" if first else "-",
            (lost if first else "kept") if second else "-",
            (lost if second else "kept") if third else "-",
        ]


@pytest.mark.parametrize("kinds", list(product(("guideline", "journey", "tag_all"), repeat=3)))
def test_a_chain_of_three_by_dependency(kinds: tuple[Kind, Kind, Kind]) -> None:
    for present in product((True, False), repeat=3):
        parties = chain(kinds, present)
        done = resolved(parties, *(related("dependency", *pair) for pair in pairwise(parties)))
        first, second, third = present
        fates = [fate(done, party) for party in parties]
        unmet = "unmet_dependency"
        assert fates == [
            ("kept" if second and third else unmet) if first else "-",
            ("kept" if third else unmet) if second else "-",
            "kept" if third else "-",
        ]


@pytest.mark.parametrize("kinds", list(product(("guideline", "tag_all"), repeat=3)))
def test_a_chain_of_three_by_entailment(kinds: tuple[Kind, Kind, Kind]) -> None:
    for present in product((True, False), repeat=3):
        parties = chain(kinds, present)
        done = resolved(parties, *(related("entailment", *pair) for pair in pairwise(parties)))
        first, second, third = present
        fates = [fate(done, party) for party in parties]
        assert fates == [
            "kept" if first else "-",
            "kept" if second else "entailed" if first else "-",
            "kept" if third else "entailed" if first or second else "-",
        ]


@pytest.mark.parametrize("kinds", list(product(("guideline", "journey", "tag_all"), repeat=3)))
def test_who_depends_on_a_loser_falls_with_it(kinds: tuple[Kind, Kind, Kind]) -> None:
    for present in product((True, False), repeat=3):
        winner, loser, dependent = parties = chain(kinds, present)
        done = resolved(parties, related("priority", winner, loser), related("dependency", dependent, loser))
        beaten = present[0]
        assert fate(done, loser) == (("lower_priority" if beaten else "kept") if present[1] else "-")
        stays = present[1] and not beaten
        assert fate(done, dependent) == (("kept" if stays else "unmet_dependency") if present[2] else "-")


def chain(kinds: tuple[Kind, Kind, Kind], present: tuple[bool, bool, bool]) -> tuple[Party, Party, Party]:
    a, b, c = (
        Party(name=name, kind=kind, state="present" if there else "absent")
        for name, kind, there in zip("abc", kinds, present, strict=True)
    )
    return a, b, c
