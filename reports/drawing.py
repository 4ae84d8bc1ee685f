"""A journey's graph laid out for drawing: states in layers from top to bottom, transitions as curves between them.

The way of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system structures", 1981): ways
back are turned round, layers follow the longest way from the start, a way over several layers gets a place in each, and
the places of a layer are put in the order of what they hang from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..engine.domain.journey import ROOT, Journey, State
from .page import Drawing, Edge, Node, Way
from .wording import count

BOX_WIDTH = 156
BOX_HEIGHT = 46
NAME_ABOVE, NOTE_BELOW = 3, 13
"""How far from the middle of its box a state's two lines of text stand."""
BEND_WIDTH = 20
"""The room that a way takes where it passes a layer."""
GAP_X = 22
GAP_Y = 40
MARGIN = 14
BACK = 26
"""How far to the right of the middle ways back leave and arrive, so that they stand apart from the ways there."""
LABEL_LENGTH = 20
HEATS = 4
"""How many shades tell often visited states from others."""

Pair = tuple[str, str]
Spot = str | tuple[str, str, int]
"""A state, or the bend of a way (from, to) in a layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How often states were visited and transitions taken."""

    visits: Mapping[str, int] = field(default_factory=dict[str, int])
    taken: Mapping[Pair, int] = field(default_factory=dict[Pair, int])


def draw(journey: Journey, *, every: Steps, proven: Steps) -> Drawing:
    """Lay the graph out, nothing placed by chance; `proven` is what scenarios did that passed."""
    ways = list(dict.fromkeys((way.source, way.target) for way in journey.transitions))
    back = _ways_back(journey)
    down = [(target, source) if (source, target) in back else (source, target) for source, target in ways]
    depth = _depths(journey, [way for way in down if way[0] != way[1]])
    layers = _ordered(_layers(journey, ways=down, depth=depth), ways=down, depth=depth)
    inner = max(_width(layer) for layer in layers)
    places = {spot: place for level, layer in enumerate(layers) for spot, place in _row(layer, level, inner=inner)}
    edges = tuple(
        Edge(
            path=_curve(way, way in back, places=places, depth=depth),
            way=_way(every.taken.get(way, 0), proven=proven.taken.get(way, 0)),
        )
        for way in ways
    )
    return Drawing(
        width=inner + 2 * MARGIN,
        height=len(layers) * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN,
        box_width=BOX_WIDTH,
        box_height=BOX_HEIGHT,
        nodes=tuple(_node(state, places[state.id], every=every, proven=proven) for state in journey.states),
        edges=edges,
    )


def _ways_back(journey: Journey) -> set[Pair]:
    """Transitions to a state on the way to where they start; a depth-first walk meets them on its own trail."""
    found: set[Pair] = set()
    done: set[str] = set()
    trail: list[tuple[str, list[str]]] = [(ROOT, [way.target for way in journey.ways_from(ROOT)])]
    while trail:
        state, ahead = trail[-1]
        if not ahead:
            done.add(state)
            trail.pop()
            continue
        target = ahead.pop(0)
        if any(target == passed for passed, _ in trail):
            found.add((state, target))
        elif target not in done:
            trail.append((target, [way.target for way in journey.ways_from(target)]))
    return found


def _depths(journey: Journey, ways: Sequence[Pair]) -> dict[str, int]:
    """The longest way to each state, in steps. No way leads back, so as many rounds as there are states settle it."""
    depth = {state.id: 0 for state in journey.states}
    for _ in journey.states:
        for source, target in ways:
            depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _layers(journey: Journey, *, ways: Sequence[Pair], depth: Mapping[str, int]) -> list[list[Spot]]:
    layers: list[list[Spot]] = [[] for _ in range(max(depth.values()) + 1)]
    for state in journey.states:
        layers[depth[state.id]].append(state.id)
    for source, target in ways:
        for level in range(depth[source] + 1, depth[target]):
            layers[level].append((source, target, level))
    return layers


def _ordered(layers: list[list[Spot]], *, ways: Sequence[Pair], depth: Mapping[str, int]) -> list[list[Spot]]:
    """Each layer sorted by the middle of what its places hang from in the layer above."""
    above: dict[Spot, list[Spot]] = {}
    for way in ways:
        chain = _chain(way, depth)
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
    ordered = [layers[0]]
    for layer in layers[1:]:
        order = {spot: index / len(ordered[-1]) for index, spot in enumerate(ordered[-1])}
        ordered.append(
            sorted(layer, key=lambda spot: _middle([order[each] for each in above.get(spot, []) if each in order]))
        )
    return ordered


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _chain(way: Pair, depth: Mapping[str, int]) -> list[Spot]:
    source, target = way
    return [source, *((source, target, level) for level in range(depth[source] + 1, depth[target])), target]


def _room(spot: Spot) -> float:
    return BOX_WIDTH if isinstance(spot, str) else BEND_WIDTH


def _width(layer: Sequence[Spot]) -> float:
    return sum(_room(spot) for spot in layer) + GAP_X * (len(layer) - 1)


def _row(layer: Sequence[Spot], level: int, *, inner: float) -> list[tuple[Spot, _Place]]:
    left = MARGIN + (inner - _width(layer)) / 2
    row: list[tuple[Spot, _Place]] = []
    for spot in layer:
        y = MARGIN + BOX_HEIGHT / 2 + level * (BOX_HEIGHT + GAP_Y)
        row.append((spot, _Place(x=left + _room(spot) / 2, y=y)))
        left += _room(spot) + GAP_X
    return row


def _curve(way: Pair, back: bool, *, places: Mapping[Spot, _Place], depth: Mapping[str, int]) -> str:
    """A curve through the bends of a way, from edge to edge of the boxes; an arrow's head fits at its end."""
    if way[0] == way[1]:
        return _loop(places[way[0]])
    chain = _chain((way[1], way[0]) if back else way, depth)
    shift = BACK if back else 0
    points: list[_Place] = []
    for spot in chain:
        place = places[spot]
        half = BOX_HEIGHT / 2
        above = [] if spot == chain[0] else [_Place(x=place.x, y=place.y - half)]
        below = [] if spot == chain[-1] else [_Place(x=place.x, y=place.y + half)]
        points += [_Place(x=each.x + shift * isinstance(spot, str), y=each.y) for each in (*above, *below)]
    return _through(points[::-1] if back else points)


def _through(points: Sequence[_Place]) -> str:
    path = f"M{points[0].x:g} {points[0].y:g}"
    for start, end in pairwise(points):
        middle = (start.y + end.y) / 2
        path += f"C{start.x:g} {middle:g} {end.x:g} {middle:g} {end.x:g} {end.y:g}"
    return path


def _loop(place: _Place) -> str:
    right, low, high = place.x + BOX_WIDTH / 2, place.y + 8, place.y - 8
    return f"M{right:g} {low:g}C{right + 16:g} {low:g} {right + 16:g} {high:g} {right:g} {high:g}"


def _way(times: int, *, proven: int) -> Way:
    return "passed" if proven else "unproven" if times else "never"


def _node(state: State, place: _Place, *, every: Steps, proven: Steps) -> Node:
    visits = every.visits.get(state.id, 0)
    most = max(every.visits.values(), default=0)
    label = state.id if len(state.id) <= LABEL_LENGTH else state.id[: LABEL_LENGTH - 1] + "…"
    way = _way(visits, proven=proven.visits.get(state.id, 0))
    note = f"{state.kind}, {count(visits, 'turn') if visits else 'never'}{'*' if way == 'unproven' else ''}"
    heat = -(-HEATS * visits // most) if most else 0
    return Node(
        x=place.x,
        y=place.y,
        left=place.x - BOX_WIDTH / 2,
        top=place.y - BOX_HEIGHT / 2,
        name_y=place.y - NAME_ABOVE,
        note_y=place.y + NOTE_BELOW,
        name=state.id,
        label=label,
        note=note,
        way=way,
        heat=heat,
    )
