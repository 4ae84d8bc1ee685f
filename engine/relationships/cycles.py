"""Relationships as a graph: the cycles that an agent's author must not declare."""

from collections.abc import Iterable, Mapping

from ..domain.relationship import Endpoint, Relationship, RelationshipKind

CHAINS: tuple[tuple[RelationshipKind, ...], ...] = (
    ("entailment",),
    ("priority",),
    ("dependency", "dependency_any"),
    ("disambiguation",),
    ("reevaluation",),
)
"""Kinds that are followed together when looking for a cycle. Overlap goes both ways by nature and takes no part."""

Node = tuple[str, str]


def find_cycle(relationships: Iterable[Relationship]) -> tuple[str, ...] | None:
    """The first cycle that relationships of one kind close, as words that begin and end with the same end.

    Dependencies of both kinds count together, an end related to itself is a cycle, and a tag is one node whether all
    or any of its members are meant. The kinds are looked at in a fixed order, the ends in order of declaration.
    """
    declared = tuple(relationships)
    for kinds in CHAINS:
        graph = _graph(relationship for relationship in declared if relationship.kind in kinds)
        if cycle := _cycle(graph):
            return tuple(f"{kind} {name!r}" for kind, name in cycle)
    return None


def _graph(relationships: Iterable[Relationship]) -> dict[Node, list[Node]]:
    graph: dict[Node, list[Node]] = {}
    for relationship in relationships:
        graph.setdefault(_node(relationship.source), []).append(_node(relationship.target))
    return graph


def _node(end: Endpoint) -> Node:
    return ("tag" if end.kind in ("tag_all", "tag_any") else end.kind, end.id)


def _cycle(graph: Mapping[Node, list[Node]]) -> tuple[Node, ...] | None:
    """Search depth first with a trail of its own, so that a long chain can't exhaust the interpreter's stack."""
    done: set[Node] = set()
    for start in graph:
        trail = [start]
        branches = [iter(graph[start])]
        while branches:
            following = next(branches[-1], None)
            if following is None:
                done.add(trail.pop())
                branches.pop()
            elif following in trail:
                return (*trail[trail.index(following) :], following)
            elif following not in done:
                trail.append(following)
                branches.append(iter(graph.get(following, ())))
    return None
