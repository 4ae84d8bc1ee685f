"""A journey in the making, and how journeys that it links to become part of its graph."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..domain.journey import END, ROOT, Journey, State, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A journey that another one goes through: a fork where it begins, a fork in which its ends meet."""

    journey: str
    entry: str
    """The id of the fork where it begins, which stands before the ids of its states."""

    @property
    def join(self) -> str:
        """The id of the fork in which its ends meet."""
        return f"{self.entry}/{END}"

    def name(self, state: str) -> str:
        """What a state of the linked journey is called in the one that links to it."""
        return self.entry if state == ROOT else f"{self.entry}/{state}"


@dataclass(slots=True, kw_only=True)
class JourneyDraft:
    """A journey in the making."""

    journey: Journey
    states: dict[str, State] = field(default_factory=lambda: {ROOT: State(id=ROOT, kind="initial")})
    transitions: list[Transition] = field(default_factory=list[Transition])
    links: list[Link] = field(default_factory=list[Link])


def drawn(journeys: Mapping[str, JourneyDraft], journey_id: str) -> Journey:
    """A journey with its graph, the states of the journeys that it links to included.

    What was linked is copied as it is by now, not as it was when the link was made. Copies take the composition mode
    and the labels of the journey that they come from.
    """
    draft = journeys[journey_id]
    states, transitions = list(draft.states.values()), list(draft.transitions)
    for link in draft.links:
        inner = drawn(journeys, link.journey)
        place = next(index for index, state in enumerate(states) if state.id == link.join)
        states[place:place] = _copies(inner, link)
        transitions += _ways(inner, link, leaving={way.source for way in draft.transitions})
    whole = replace(draft.journey, states=tuple(states), transitions=tuple(transitions))
    for link in draft.links:
        whole = _without_idle_join(whole, link)
    return whole


def links_to(journeys: Mapping[str, JourneyDraft], journey_id: str) -> Iterator[str]:
    """The journeys that one goes through, those that these go through included."""
    for link in journeys[journey_id].links:
        yield link.journey
        if link.journey in journeys:
            yield from links_to(journeys, link.journey)


def _copies(inner: Journey, link: Link) -> list[State]:
    return [
        replace(
            state,
            id=link.name(state.id),
            originals=state.names_in(inner.id),
            composition_mode=state.composition_mode or inner.composition_mode,
            labels=tuple(dict.fromkeys((*state.labels, *inner.labels))),
        )
        for state in inner.states
        if state.id not in (ROOT, END)
    ]


def _ways(inner: Journey, link: Link, *, leaving: set[str]) -> list[Transition]:
    """The ways of a linked journey, and one from each of its last states to where its ends meet."""
    copied = [replace(way, source=link.name(way.source), target=link.name(way.target)) for way in inner.transitions]
    last = (link.name(state.id) for state in inner.states if inner.is_last(state.id) and state.id != END)
    return [*copied, *(Transition(source=name, target=link.join) for name in last if name not in leaving)]


def _without_idle_join(journey: Journey, link: Link) -> Journey:
    """The journey without a meeting point behind which nothing comes: what ends there ends the journey."""
    if journey.ways_from(link.join):
        return journey
    ends = [way for way in journey.transitions if way.target == link.join and way.condition]
    kept = [way for way in journey.transitions if way.target != link.join]
    states = tuple(state for state in journey.states if state.id != link.join)
    if ends and END not in (state.id for state in states):
        states = (*states, State(id=END, kind="end"))
    return replace(journey, states=states, transitions=(*kept, *_to_end(ends)))


def _to_end(ways: Iterable[Transition]) -> list[Transition]:
    return [replace(way, target=END) for way in ways]
