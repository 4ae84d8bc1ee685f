"""Journeys that were declared elsewhere, on a server or on another agent, as part of an agent."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast

from ..author_code.functions import JourneyCode
from ..domain.guideline import Guideline
from ..domain.knowledge import CannedResponse, Retriever
from ..domain.relationship import Endpoint, Relationship
from .common_knowledge import with_common_knowledge
from .draft import AgentDraft
from .journey_draft import JourneyDraft, drawn
from .tool_references import AnyTool

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What belongs to journeys: their triggers and guidelines, what these use, and how they relate."""

    owner: AgentDraft
    journeys: Mapping[str, JourneyDraft]
    guidelines: Mapping[str, Guideline]
    responses: Mapping[str, CannedResponse]
    tools: Mapping[str, AnyTool]
    retrievers: Mapping[str, Retriever]

    def relationships(self, merged: AgentDraft) -> Iterator[Relationship]:
        """The relationships of this part: with one another, and with what only the agent has."""
        for relation in self.owner.relationships:
            if all(self._is_mine(end) or not _has(self.owner, end) for end in (relation.source, relation.target)):
                yield relation
            elif relation.kind.startswith("dependency") and self._is_mine(relation.source):
                raise ValueError(
                    f"the relationship {relation} needs {relation.target}, which agent {merged.settings.id!r} does not "
                    "have; attach or declare that as well"
                )

    def _is_mine(self, end: Endpoint) -> bool:
        match end.kind:
            case "guideline":
                return end.id in self.guidelines
            case "journey":
                return end.id in self.journeys
            case "tool":
                return end.id in self.tools
            case "tag_all" | "tag_any":
                return True


def complete(draft: AgentDraft) -> AgentDraft:
    """An agent in the making together with the journeys that are attached to it, and what it knows by its server.

    Raises ValueError where one of them brings an id that the agent has already, or depends on what is not there.
    """
    knowing = with_common_knowledge(draft)
    if not draft.brought():
        return knowing
    merged = replace(knowing, relationships=list(draft.relationships), attached=[], library=None)
    for part in _parts(draft):
        _merge(merged, part)
    return merged


def _parts(draft: AgentDraft) -> Iterator[Part]:
    """One part for each owner: what several journeys of one owner share is brought once."""
    brought = draft.brought()
    owners = {id(owner): owner for owner, _ in brought}
    for owner in owners.values():
        names = [name for each, name in brought if each is owner]
        yield _part(owner, names)


def _part(owner: AgentDraft, names: Iterable[str]) -> Part:
    probe = AgentDraft(settings=owner.settings, shared=[], attached=[(owner, name) for name in names])
    journeys = probe.known_journeys()
    triggers = {trigger for each in journeys.values() for trigger in each.journey.triggers}
    guidelines = {name: item for name, item in owner.guidelines.items() if name in triggers or item.journey in journeys}
    states = [state for name in journeys for state in drawn(journeys, name).states]
    users = (*states, *guidelines.values())
    return Part(
        owner=owner,
        journeys=journeys,
        guidelines=guidelines,
        responses={
            name: item
            for name, item in owner.responses.items()
            if item.journey in journeys or any(name in user.canned_responses for user in users)
        },
        tools={name: item for name, item in owner.tools.items() if any(name in user.tools for user in users)},
        retrievers={
            name: item
            for name, item in owner.retrievers.items()
            if item.owner in guidelines or (item.scope != "agent" and item.owner.partition("/")[0] in journeys)
        },
    )


def _merge(merged: AgentDraft, part: Part) -> None:
    place = f"agent {merged.settings.id!r}"
    merged.journeys = _joined(merged.journeys, part.journeys, kind="journey", place=place)
    merged.guidelines = _joined(merged.guidelines, part.guidelines, kind="guideline", place=place)
    merged.responses = _joined(merged.responses, part.responses, kind="canned response", place=place)
    merged.tools = {**part.tools, **merged.tools}
    merged.retrievers = _joined(merged.retrievers, part.retrievers, kind="retriever", place=place)
    theirs = {name: part.owner.retriever_code[name] for name in part.retrievers}
    merged.retriever_code = {**merged.retriever_code, **theirs}
    merged.relationships += part.relationships(merged)
    own = (*merged.guidelines.keys() - part.guidelines.keys(), *merged.journeys.keys() - part.journeys.keys())
    _add_code(merged, part.owner, own=own)
    merged.journey_code = _with_code(merged.journey_code, part.owner.journey_code, own=own)


def _joined(mine: Mapping[str, T], theirs: Mapping[str, T], *, kind: str, place: str) -> dict[str, T]:
    for name in theirs:
        if name in mine and mine[name] is not theirs[name]:
            raise ValueError(f"{place} has a {kind} {name!r}, and a journey attached to it has one too; give it an id=")
    return {**mine, **theirs}


PARTS = frozenset(
    (
        "guidelines",
        "journeys",
        "responses",
        "tools",
        "retrievers",
        "retriever_code",
        "capabilities",
        "terms",
        "variables",
    )
)
"""Fields of a draft that hold what was declared; its other mappings hold code, by the id of what it belongs to."""


def _add_code(merged: AgentDraft, owner: AgentDraft, *, own: Collection[str]) -> None:
    for item in fields(AgentDraft):
        value: object = getattr(owner, item.name)
        if isinstance(value, dict) and item.name not in PARTS:
            setattr(merged, item.name, _both(getattr(merged, item.name), cast("dict[str, Any]", value), own=own))


def _with_code(mine: JourneyCode, theirs: JourneyCode, *, own: Collection[str]) -> JourneyCode:
    names = [item.name for item in fields(JourneyCode)]
    return JourneyCode(**{name: _both(getattr(mine, name), getattr(theirs, name), own=own) for name in names})


def _both(mine: Mapping[str, Any], theirs: Mapping[str, Any], *, own: Collection[str]) -> dict[str, Any]:
    """Code of both, without theirs for what happens to have the same id here."""
    return {**{name: code for name, code in theirs.items() if name.partition("/")[0] not in own}, **mine}


def _has(owner: AgentDraft, end: Endpoint) -> bool:
    """Whether an end is something of the owner's own; a tag is nobody's."""
    match end.kind:
        case "guideline":
            return end.id in owner.guidelines
        case "journey":
            return end.id in owner.journeys
        case "tool":
            return end.id in owner.tools
        case "tag_all" | "tag_any":
            return False
