"""An agent's guidelines, journeys, tags and tools as a graph, with what in it looks like a mistake."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..domain.agent import AgentDefinition
from ..domain.relationship import Endpoint, RelationshipKind
from .policy_warnings import PolicyWarning, policy_warnings

NodeKind = Literal["guideline", "observation", "journey", "tag", "tool"]
EdgeKind = RelationshipKind | Literal["triggers", "belongs", "carries", "brings"]
"""A relationship's kind; or an observation triggers a journey, a guideline belongs to a journey, something carries a
tag, or a guideline brings a tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNode:
    """A guideline, observation, journey, tag or tool."""

    kind: NodeKind
    id: str
    label: str
    enabled: bool = True

    @property
    def key(self) -> str:
        """What edges name it by: guidelines and observations share their ids, the other kinds do not."""
        return f"{'guideline' if self.kind == 'observation' else self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEdge:
    """A directed relation between two nodes, named by their keys."""

    kind: EdgeKind
    source: str
    target: str
    group: str = ""
    """Dependencies of one group are met when any of them is."""
    any_member: bool = False
    """Whether the target is a tag of which any member will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyGraph:
    """How an agent's parts hang together."""

    agent: str
    nodes: tuple[PolicyNode, ...]
    edges: tuple[PolicyEdge, ...]
    warnings: tuple[PolicyWarning, ...] = ()

    @property
    def mermaid(self) -> str:
        """The graph as the text of a Mermaid diagram."""
        names = {node.key: f"n{number}" for number, node in enumerate(self.nodes)}
        nodes = (f"    {names[node.key]}{_shape(node)}" for node in self.nodes)
        edges = (f"    {names[edge.source]} {_arrow(edge)} {names[edge.target]}" for edge in self.edges)
        return "\n".join(("flowchart LR", *nodes, *edges))


def policy_graph(agent: AgentDefinition, *, collisions: Mapping[str, str] | None = None) -> PolicyGraph:
    """Draw an agent. `collisions` are guidelines whose words gave an id that was taken: their id, and that one."""
    edges = tuple(dict.fromkeys(_edges(agent)))
    return PolicyGraph(
        agent=agent.id,
        nodes=tuple(_nodes(agent)),
        edges=edges,
        warnings=policy_warnings(agent, collisions=collisions or {}),
    )


def _nodes(agent: AgentDefinition) -> Iterator[PolicyNode]:
    for guideline in agent.guidelines:
        words = " -> ".join(part for part in (guideline.condition or "always", guideline.action) if part)
        kind: NodeKind = "observation" if guideline.is_observation else "guideline"
        yield PolicyNode(kind=kind, id=guideline.id, label=words, enabled=guideline.enabled)
    for journey in agent.journeys:
        yield PolicyNode(kind="journey", id=journey.id, label=journey.title)
    for tag in _tags(agent):
        yield PolicyNode(kind="tag", id=tag, label=tag)
    for tool in agent.tools:
        yield PolicyNode(kind="tool", id=tool.id, label=tool.description)


def _tags(agent: AgentDefinition) -> tuple[str, ...]:
    carried = [tag for item in (*agent.guidelines, *agent.journeys) for tag in item.tags]
    ends = [end for relation in agent.relationships for end in (relation.source, relation.target)]
    return tuple(dict.fromkeys((*carried, *(end.id for end in ends if end.kind.startswith("tag")))))


def _edges(agent: AgentDefinition) -> Iterator[PolicyEdge]:
    for relation in agent.relationships:
        yield PolicyEdge(
            kind=relation.kind,
            source=_key(relation.source),
            target=_key(relation.target),
            group=relation.group,
            any_member=relation.target.kind == "tag_any",
        )
    for guideline in agent.guidelines:
        source = f"guideline:{guideline.id}"
        if guideline.journey is not None:
            yield PolicyEdge(kind="belongs", source=source, target=f"journey:{guideline.journey}")
        yield from (PolicyEdge(kind="carries", source=source, target=f"tag:{tag}") for tag in guideline.tags)
        yield from (PolicyEdge(kind="brings", source=source, target=f"tool:{tool}") for tool in guideline.tools)
    for journey in agent.journeys:
        target = f"journey:{journey.id}"
        for trigger in journey.triggers:
            yield PolicyEdge(kind="triggers", source=f"guideline:{trigger}", target=target)
        yield from (PolicyEdge(kind="carries", source=target, target=f"tag:{tag}") for tag in journey.tags)


def _key(end: Endpoint) -> str:
    return f"{'tag' if end.kind in ('tag_all', 'tag_any') else end.kind}:{end.id}"


def _shape(node: PolicyNode) -> str:
    words = node.id if node.label in ("", node.id) else f"{node.id}: {node.label}"
    text = f'"{_quoted(words)}"'
    match node.kind:
        case "guideline":
            shape = f"[{text}]"
        case "observation":
            shape = f"([{text}])"
        case "journey":
            shape = f"[[{text}]]"
        case "tag":
            shape = f"{{{{{text}}}}}"
        case "tool":
            shape = f"[/{text}/]"
    return shape if node.enabled else f"{shape}:::disabled"


def _arrow(edge: PolicyEdge) -> str:
    words = edge.kind.replace("_", " ") + (" member" if edge.any_member else "")
    return f"-->|{words}|" if edge.kind not in ("carries", "belongs", "brings") else f"-.->|{words}|"


def _quoted(text: str) -> str:
    """A text as it may stand between quotation marks in a diagram."""
    plain = " ".join(text.split()).replace("&", "#amp;")
    return plain.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
