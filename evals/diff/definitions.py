"""Two definitions of one agent compared: what was edited, and which part is a reworded former one. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import SequenceMatcher
from typing import Any, Generic, Literal, Protocol, TypeVar

from ...engine.codec import comparable
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.guideline import Guideline
from ...engine.domain.journey import Journey, State
from ...engine.domain.relationship import Relationship
from ...engine.domain.values import JSON

PartKind = Literal[
    "agent",
    "guideline",
    "relationship",
    "journey",
    "state",
    "transition",
    "tool",
    "canned response",
    "term",
    "variable",
]
Change = Literal["added", "removed", "reworded", "changed"]

LIKENESS = 0.6
"""How alike the words of two guidelines in one place must be for one to be the other's former self."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A member of a part that has another value."""

    name: str
    before: JSON
    after: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A part of an agent that was added, removed, reworded or changed otherwise."""

    kind: PartKind
    id: str
    """Its present id; its former one where it is gone."""
    change: Change
    former_id: str = ""
    """Its id before, where it has another now."""
    fields: tuple[FieldChange, ...] = ()
    place: str = ""
    """file:line of the present definition; of the former one where it is gone."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """What its author keeps with it, such as an owner or a reason."""

    def __str__(self) -> str:
        former = f" (was {self.former_id!r})" if self.former_id else ""
        return f"{self.kind} {self.id!r}{former} {self.change}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDiff:
    """What was edited, and the present ids of parts that were renamed by it."""

    edits: tuple[Edit, ...] = ()
    guidelines: Mapping[str, str] = field(default_factory=dict[str, str])
    """Present ids by former ids, of guidelines that have another id now."""
    journeys: Mapping[str, str] = field(default_factory=dict[str, str])
    states: Mapping[str, str] = field(default_factory=dict[str, str])
    """Present `journey/state` by former `journey/state`."""

    def about(self, kind: PartKind, part: str) -> tuple[Edit, ...]:
        """The edits of one part, by its present id or its former one."""
        return tuple(edit for edit in self.edits if edit.kind == kind and part in (edit.id, edit.former_id))


class Part(Protocol):
    """Anything that an agent has and that goes by an id."""

    @property
    def id(self) -> str:
        """Its id, unique among its kind."""
        ...


P = TypeVar("P", bound=Part)
Alike = Callable[[Any, Any], float]
"""How much one part resembles another: 0 for not at all; only then are they never paired."""


def compare_definitions(before: AgentDefinition, after: AgentDefinition) -> DefinitionDiff:
    """What was edited between two definitions."""
    guidelines = pair(before.guidelines, after.guidelines, alike=alike_guidelines)
    names = _renamed(guidelines)
    # What refers to a guideline is not edited by that guideline's new id.
    old_journeys = [_with_triggers(journey, names) for journey in before.journeys]
    journeys = pair(old_journeys, after.journeys, alike=_alike_journeys)
    both = [(old, new) for old, new in journeys if old and new]
    states = {(old.id, new.id): pair(old.states, new.states, alike=_alike_states) for old, new in both}
    old_relations = [_with_ends(relation, names, journeys=_renamed(journeys)) for relation in before.relationships]
    edits = (
        *_edits("guideline", guidelines),
        *_edits("journey", journeys, leave_out=("states", "transitions")),
        *(edit for (_, new), pairs in states.items() for edit in _edits("state", pairs, within=f"{new}/")),
        *(edit for old, new in both for edit in _way_edits(old, new, names=_renamed(states[old.id, new.id]))),
        *_edits("tool", pair(before.tools, after.tools)),
        *_edits("canned response", pair(before.canned_responses, after.canned_responses)),
        *_edits("term", pair(before.terms, after.terms)),
        *_edits("variable", pair(before.variables, after.variables)),
        *_lines("relationship", before=map(str, old_relations), after=map(str, after.relationships)),
        *_agent_edits(before, after),
    )
    return DefinitionDiff(
        edits=edits, guidelines=names, journeys=_renamed(journeys), states=dict(_renamed_states(states))
    )


def pair(before: Sequence[P], after: Sequence[P], *, alike: Alike | None = None) -> list[tuple[P | None, P | None]]:
    """Parts with their former selves, in the present order, those that are gone at the end.

    The same id is the same part; of the others the likest go together first, where `alike` says that they may.
    """
    former: dict[str, P] = {}
    by_id = {part.id: part for part in before}
    for part in after:
        if part.id in by_id:
            former[part.id] = by_id.pop(part.id)
    fresh = [part for part in after if part.id not in former]
    if alike is not None:
        neighbours = _Neighbours(before=before, after=after, former=former)
        scored = [(alike(old, new), neighbours.agree(old, new), old, new) for old in by_id.values() for new in fresh]
        for score, _, old, new in sorted(scored, key=lambda each: (-each[0], not each[1])):
            enough = score >= 1 or (score >= LIKENESS and neighbours.agree(old, new))
            if enough and old.id in by_id and new.id not in former:
                former[new.id] = by_id.pop(old.id)
    return [*((former.get(part.id), part) for part in after), *((gone, None) for gone in by_id.values())]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Neighbours(Generic[P]):
    """Where parts stand among those that kept their ids."""

    before: Sequence[P]
    after: Sequence[P]
    former: Mapping[str, P]

    def agree(self, old: P, new: P) -> bool:
        """Whether both stand between the same neighbours, or at the same place."""
        place, other = self.before.index(old), self.after.index(new)
        return place == other or self._ahead(self.before, place) == self._ahead(self.after, other)

    def _ahead(self, parts: Sequence[P], place: int) -> str | None:
        kept = set(self.former)
        return next((part.id for part in reversed(parts[:place]) if part.id in kept), None)


def alike_guidelines(old: Guideline, new: Guideline) -> float:
    """How much one guideline resembles another: 1 and more where condition, action or tools are the same."""
    if (old.is_observation, old.matching, old.journey) != (new.is_observation, new.matching, new.journey):
        return 0.0
    same_condition = bool(old.condition) and old.condition == new.condition
    same_action = bool(old.action) and old.action == new.action
    same_tools = bool(old.tools) and old.tools == new.tools
    words = _words(f"{old.condition}\n{old.action}", f"{new.condition}\n{new.action}")
    return same_condition + same_action + same_tools + (0.99 * words)


def _alike_states(old: State, new: State) -> float:
    if old.kind != new.kind or old.tools != new.tools:
        return 0.0
    return (
        float(old.action == new.action) + 0.99 * _words(old.action, new.action)
        if old.action
        else float(bool(old.tools))
    )


def _alike_journeys(old: Journey, new: Journey) -> float:
    same = [state.id for state in old.states] == [state.id for state in new.states] and len(old.states) > 1
    return float(same) + 0.99 * _words(f"{old.title}\n{old.description}", f"{new.title}\n{new.description}")


def _words(old: str, new: str) -> float:
    return SequenceMatcher(None, old.lower().split(), new.lower().split(), autojunk=False).ratio()


def _renamed(pairs: Iterable[tuple[Part | None, Part | None]]) -> dict[str, str]:
    return {old.id: new.id for old, new in pairs if old and new and old.id != new.id}


def _edits(
    kind: PartKind,
    pairs: Iterable[tuple[Part | None, Part | None]],
    *,
    within: str = "",
    leave_out: tuple[str, ...] = (),
) -> Iterator[Edit]:
    for old, new in pairs:
        part = new or old
        if part is None:
            continue
        changed = _fields(old, new, leave_out=leave_out) if old and new else ()
        if old and new and not changed and old.id == new.id:
            continue
        yield Edit(
            kind=kind,
            id=within + part.id,
            change=_change(old, new, changed=changed),
            former_id=within + old.id if old and new and old.id != new.id else "",
            fields=changed,
            place=str(getattr(part, "source", None) or ""),
            metadata=getattr(part, "metadata", {}),
        )


def _change(old: Part | None, new: Part | None, *, changed: tuple[FieldChange, ...]) -> Change:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "reworded" if all(isinstance(each.after, str) for each in changed) else "changed"


def _fields(old: Part, new: Part, *, leave_out: tuple[str, ...]) -> tuple[FieldChange, ...]:
    before, after = comparable(old), comparable(new)
    names = [name for name in after if name != "id" and name not in leave_out and before[name] != after[name]]
    return tuple(FieldChange(name=name, before=before[name], after=after[name]) for name in names)


def _way_edits(old: Journey, new: Journey, *, names: Mapping[str, str]) -> Iterator[Edit]:
    yield from _lines("transition", before=ways(old, new.id, names=names), after=ways(new, new.id, names={}))


def ways(journey: Journey, name: str, *, names: Mapping[str, str]) -> Iterator[str]:
    """The transitions of a journey as edits call them, in order, with states by their present ids."""
    for way in journey.transitions:
        ends = " to ".join(names.get(end, end) for end in (way.source, way.target))
        yield f"{name}: {ends}" + (f" when {way.condition}" if way.condition else "")


def _with_triggers(journey: Journey, names: Mapping[str, str]) -> Journey:
    return replace(journey, triggers=tuple(names.get(trigger, trigger) for trigger in journey.triggers))


def _with_ends(relation: Relationship, guidelines: Mapping[str, str], *, journeys: Mapping[str, str]) -> Relationship:
    names = {"guideline": guidelines, "journey": journeys}
    source, target = (
        replace(end, id=names.get(end.kind, {}).get(end.id, end.id)) for end in (relation.source, relation.target)
    )
    return replace(relation, source=source, target=target)


def _renamed_states(
    states: Mapping[tuple[str, str], Iterable[tuple[State | None, State | None]]],
) -> Iterator[tuple[str, str]]:
    for (was, now), pairs in states.items():
        for old, new in pairs:
            if old and new and (was, old.id) != (now, new.id):
                yield f"{was}/{old.id}", f"{now}/{new.id}"


def _lines(kind: PartKind, *, before: Iterable[str], after: Iterable[str]) -> Iterator[Edit]:
    old, new = list(before), list(after)
    yield from (Edit(kind=kind, id=line, change="added") for line in new if line not in old)
    yield from (Edit(kind=kind, id=line, change="removed") for line in old if line not in new)


def _agent_edits(before: AgentDefinition, after: AgentDefinition) -> Iterator[Edit]:
    names = {part.name for part in fields(AgentDefinition)}
    own = {
        "id",
        "name",
        "description",
        "composition_mode",
        "max_engine_iterations",
        "no_match_response",
        "examples",
        "tags",
        "metadata",
    }
    changed = _fields(before, after, leave_out=tuple(names - own))
    if changed:
        yield Edit(kind="agent", id=after.id, change="changed", fields=changed, metadata=after.metadata)
