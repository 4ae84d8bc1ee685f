"""Journeys: conversations as graphs of states, checked when they are built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .modes import CompositionMode
from .values import JSON, Source

StateKind = Literal["initial", "chat", "tool", "fork", "end"]

ROOT = "root"
"""The id of every journey's initial state."""
END = "end"
"""The id of the state that ends a journey."""
LEFT = "<left>"
COMPLETED = "<completed>"
REOPENED = "<reopened>"
MARKERS = (LEFT, COMPLETED, REOPENED)
"""What stands in a path beside states: where a run was over, and where it was taken up again after all."""

Path = tuple[str, ...]
"""The states of a journey that were current, in order, with a marker after each run that is over.

A run that goes on after its end, because the customer corrected something in it, has a second marker there.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A place in a journey: something to get across, a tool to run, a branching, the start or the end."""

    id: str
    kind: StateKind
    action: str = ""
    tools: tuple[str, ...] = ()
    description: str = ""
    composition_mode: CompositionMode | None = None
    canned_responses: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tool_configuration: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    originals: tuple[str, ...] = ()
    """The states that it is a copy of, as `journey/state`, the nearest first: what belongs to them belongs to it."""
    source: Source | None = field(default=None, compare=False)

    def names_in(self, journey_id: str) -> tuple[str, ...]:
        """By what it is known to all that belongs to a state: its own name, then those of its originals."""
        return (f"{journey_id}/{self.id}", *self.originals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way from one state to another, open when its condition holds (always, when it has none)."""

    source: str
    target: str
    condition: str = ""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    made_at: Source | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """source->target."""
        return f"{self.source}->{self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A conversation worth guiding: what triggers it, its states and the ways between them."""

    id: str
    title: str
    description: str = ""
    triggers: tuple[str, ...] = ()
    """Ids of the guidelines of which any one activates the journey."""
    states: tuple[State, ...] = (State(id=ROOT, kind="initial"),)
    transitions: tuple[Transition, ...] = ()
    composition_mode: CompositionMode | None = None
    priority: int = 0
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)

    def state(self, state_id: str) -> State:
        """The state of that id; KeyError where the journey has none."""
        for state in self.states:
            if state.id == state_id:
                return state
        raise KeyError(state_id)

    def ways_from(self, state_id: str) -> tuple[Transition, ...]:
        """The transitions that leave a state, in order of definition."""
        return tuple(transition for transition in self.transitions if transition.source == state_id)

    def is_last(self, state_id: str) -> bool:
        """Whether nothing follows a state."""
        return not self.ways_from(state_id)


def position(path: Path) -> str | None:
    """The current state of a path; None where the journey has not begun or its last run is over."""
    return path[-1] if path and path[-1] not in MARKERS else None


def current_run(path: Path) -> Path:
    """The states visited since the journey last began; a run that was reopened is one run."""
    begun = 0
    for index, step in enumerate(path):
        if step in (LEFT, COMPLETED) and path[index + 1 : index + 2] != (REOPENED,):
            begun = index + 1
    return states_of(path[begun:])


def states_of(path: Path) -> Path:
    """The path without the markers of runs that are over."""
    return tuple(step for step in path if step not in MARKERS)


def known_part(journey: Journey, path: Path) -> Path:
    """The path without states that the journey does not have (any more), and without markers left over from them."""
    known = {state.id for state in journey.states}
    kept: list[str] = []
    reopened = False
    for step in path:
        over = kept[-1:] in ([LEFT], [COMPLETED])
        if step == REOPENED:
            reopened = over
        elif step in known:
            kept += [REOPENED, step] if reopened else [step]
            reopened = False
        elif step in MARKERS:
            # A run of which nothing is known any more does not end twice what was over.
            kept += [] if kept[-1:] == [step] or (over and step == LEFT) else [step]
            reopened = False
    return tuple(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a definition: what is wrong, where, and what to do."""

    text: str
    source: Source | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.text}" if self.source else self.text


def journey_problems(journey: Journey) -> tuple[Problem, ...]:
    """Every mistake in a journey's graph."""
    return (
        *_duplicate_states(journey),
        *_dangling_transitions(journey),
        *_empty_states(journey),
        *_unclear_branches(journey),
        *_unreachable_states(journey),
    )


def _duplicate_states(journey: Journey) -> tuple[Problem, ...]:
    seen: set[str] = set()
    found: list[Problem] = []
    for state in journey.states:
        if state.id in seen:
            text = f"journey {journey.id!r} has two states with the id {state.id!r}; give one of them another id="
            found.append(Problem(text=text, source=state.source))
        seen.add(state.id)
    return tuple(found)


def _dangling_transitions(journey: Journey) -> tuple[Problem, ...]:
    known = {state.id for state in journey.states}
    found: list[Problem] = []
    for way in journey.transitions:
        for end in (way.source, way.target):
            if end not in known:
                text = f"journey {journey.id!r} has a transition {way.source!r} to {way.target!r}, but no state {end!r}"
                found.append(Problem(text=text, source=way.made_at))
        if way.source == END:
            text = f"journey {journey.id!r} goes on from its end to {way.target!r}; nothing may follow the end"
            found.append(Problem(text=text, source=way.made_at))
    return tuple(found)


def _empty_states(journey: Journey) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for state in journey.states:
        text = f"journey {journey.id!r}: state {state.id!r} "
        if state.kind == "chat" and not state.action.strip():
            found.append(Problem(text=f"{text}has nothing to get across; word its chat_state=", source=state.source))
        if state.kind == "tool" and not state.tools:
            found.append(Problem(text=f"{text}has no tool to run; name one in its tool_state=", source=state.source))
    return tuple(found)


def only_joins(journey: Journey, state: State) -> bool:
    """Whether a fork branches nothing: one way leads on from it, and several lead to it, or it stems from a link."""
    arrivals = sum(way.target == state.id for way in journey.transitions)
    return state.kind == "fork" and len(journey.ways_from(state.id)) == 1 and (arrivals > 1 or bool(state.originals))


def _unclear_branches(journey: Journey) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for state in journey.states:
        ways = journey.ways_from(state.id)
        if (len(ways) < 2 and state.kind != "fork") or only_joins(journey, state):
            continue
        for way in ways:
            if not way.condition:
                text = (
                    f"journey {journey.id!r}: the way from state {state.id!r} to {way.target!r} needs a condition=, "
                    f"because {'a fork only branches' if state.kind == 'fork' else 'other ways leave that state'}"
                )
                found.append(Problem(text=text, source=way.made_at))
    return tuple(found)


def _unreachable_states(journey: Journey) -> tuple[Problem, ...]:
    reached = {ROOT}
    frontier = [ROOT]
    while frontier:
        for way in journey.ways_from(frontier.pop()):
            if way.target not in reached:
                reached.add(way.target)
                frontier.append(way.target)
    return tuple(
        Problem(
            text=f"journey {journey.id!r}: no way leads to state {state.id!r}; add a transition to it or remove it",
            source=state.source,
        )
        for state in journey.states
        if state.id not in reached
    )
