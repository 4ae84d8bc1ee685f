"""An agent as data: everything that was declared of it, checked as a whole when it is built."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .context_policy import ContextPolicy
from .example import Example
from .guideline import Guideline
from .journey import Journey, Problem, journey_problems
from .knowledge import CannedResponse, Capability, Retriever, Term, Variable
from .modes import CompositionMode, OutputMode
from .relationship import Endpoint, EndpointKind, Relationship, RelationshipKind
from .sensitive import SensitivePattern
from .tool import Permission, Tool
from .tool_configuration import configuration_problems, permission_problems
from .values import JSON, Source

ITERATIONS = 3
"""How many rounds of matching and tool calls a turn may take, unless its author said otherwise."""

NO_MATCH = "I'm not sure I understood. Could you put it another way?"
"""What a strict agent says when no canned response fits, unless its author wrote something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDefinition:
    """One customer-facing agent. Ids are unique within their kind; order is the order of declaration.

    Raises DefinitionError, with every mistake at once, when the parts do not fit together.
    """

    id: str
    name: str
    description: str = ""
    composition_mode: CompositionMode = CompositionMode.FLUID
    output_mode: OutputMode = OutputMode.BLOCK
    max_engine_iterations: int = ITERATIONS
    guidelines: tuple[Guideline, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    journeys: tuple[Journey, ...] = ()
    tools: tuple[Tool, ...] = ()
    may_call: tuple[str, ...] | None = None
    """Ids of the tools that were listed for the agent itself: it may call no others. None where none were listed."""
    permission_ceiling: Permission | None = None
    """The highest level of tools that it may call; None is no limit."""
    canned_responses: tuple[CannedResponse, ...] = ()
    terms: tuple[Term, ...] = ()
    variables: tuple[Variable, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    retrievers: tuple[Retriever, ...] = ()
    context: ContextPolicy = ContextPolicy()
    sensitive: tuple[SensitivePattern, ...] = ()
    """What no prompt, stored trace or reply may hold."""
    remembered_sessions: int = 0
    """Of how many earlier sessions with the same customer it may know."""
    no_match_response: str = NO_MATCH
    preamble_examples: tuple[str, ...] = ()
    """What a preamble may sound like, in place of the usual examples."""
    examples: tuple[Example, ...] = ()
    """What the author added to the examples of decisions."""
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        from ..errors import DefinitionError  # the exception tree names domain types, so it is imported late

        if problems := tuple(definition_problems(self)):
            raise DefinitionError(agent=self.id, problems=problems)

    def guideline(self, guideline_id: str) -> Guideline | None:
        """The guideline of that id."""
        return next((guideline for guideline in self.guidelines if guideline.id == guideline_id), None)

    def journey(self, journey_id: str) -> Journey | None:
        """The journey of that id."""
        return next((journey for journey in self.journeys if journey.id == journey_id), None)

    def tool(self, tool_id: str) -> Tool | None:
        """The tool of that id."""
        return next((tool for tool in self.tools if tool.id == tool_id), None)

    def canned_response(self, response_id: str) -> CannedResponse | None:
        """The canned response of that id."""
        return next((response for response in self.canned_responses if response.id == response_id), None)

    def relations(self, kind: str) -> tuple[Relationship, ...]:
        """The relationships of one kind, in order of declaration."""
        return tuple(relationship for relationship in self.relationships if relationship.kind == kind)


def definition_problems(agent: AgentDefinition) -> Iterator[Problem]:
    """Every mistake in a definition, in order of declaration."""
    yield from _impossible_output(agent)
    yield from _duplicates(agent)
    yield from _empty_guidelines(agent)
    for journey in agent.journeys:
        yield from journey_problems(journey)
    yield from _unknown_names(agent)
    yield from permission_problems(agent)
    for guideline in agent.guidelines:
        yield from configuration_problems(guideline, agent.tools)
    for relationship in agent.relationships:
        yield from _unknown_ends(agent, relationship)
        yield from _impossible_ends(relationship)


def _impossible_output(agent: AgentDefinition) -> Iterator[Problem]:
    if agent.output_mode is OutputMode.STREAM and agent.composition_mode is not CompositionMode.FLUID:
        text = (
            f"agent {agent.id!r} can't stream: in the composition mode {agent.composition_mode.value!r} a reply is not "
            "known before it is complete; give it composition_mode=FLUID or output_mode=BLOCK"
        )
        yield Problem(text=text, source=agent.source)


PLURALS = {"capability": "capabilities"}


def _duplicates(agent: AgentDefinition) -> Iterator[Problem]:
    kinds = {
        "guideline": agent.guidelines,
        "journey": agent.journeys,
        "tool": agent.tools,
        "canned response": agent.canned_responses,
        "term": agent.terms,
        "variable": agent.variables,
        "capability": agent.capabilities,
        "retriever": agent.retrievers,
    }
    for kind, items in kinds.items():
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                several = PLURALS.get(kind, f"{kind}s")
                text = f"agent {agent.id!r} has two {several} with the id {item.id!r}; give one of them another id="
                yield Problem(text=text, source=getattr(item, "source", None))
            seen.add(item.id)


def _empty_guidelines(agent: AgentDefinition) -> Iterator[Problem]:
    for guideline in agent.guidelines:
        if guideline.matching == "model" and not guideline.condition and not guideline.action:
            text = f"guideline {guideline.id!r} has neither condition nor action nor matcher; give it one of them"
            yield Problem(text=text, source=guideline.source)


def _unknown_names(agent: AgentDefinition) -> Iterator[Problem]:
    tools = {tool.id for tool in agent.tools}
    guidelines = {guideline.id for guideline in agent.guidelines}
    responses = {response.id for response in agent.canned_responses}
    journeys = {journey.id for journey in agent.journeys}
    for guideline in agent.guidelines:
        place = f"guideline {guideline.id!r}"
        scope = (guideline.journey,) if guideline.journey is not None else ()
        yield from _missing(place, guideline.source, kind="journey", names=scope, known=journeys)
        yield from _missing(place, guideline.source, kind="tool", names=guideline.tools, known=tools)
        yield from _missing(
            place, guideline.source, kind="canned response", names=guideline.canned_responses, known=responses
        )
    for variable in agent.variables:
        wanted = (variable.tool,) if variable.tool is not None else ()
        yield from _missing(f"variable {variable.id!r}", None, kind="tool", names=wanted, known=tools)
    yield from _unknown_owners(agent)
    for journey in agent.journeys:
        place = f"journey {journey.id!r}"
        yield from _missing(place, journey.source, kind="trigger", names=journey.triggers, known=guidelines)
        for state in journey.states:
            place = f"state {state.id!r} of journey {journey.id!r}"
            yield from _missing(place, state.source, kind="tool", names=state.tools, known=tools)
            yield from _missing(
                place, state.source, kind="canned response", names=state.canned_responses, known=responses
            )


def _unknown_owners(agent: AgentDefinition) -> Iterator[Problem]:
    """Retrievers that belong to what is not there."""
    states = {name for journey in agent.journeys for state in journey.states for name in state.names_in(journey.id)}
    known = {
        "guideline": {guideline.id for guideline in agent.guidelines},
        "journey": {journey.id for journey in agent.journeys},
        "state": states,
    }
    for retriever in agent.retrievers:
        if retriever.scope != "agent":
            place = f"retriever {retriever.id!r}"
            kind, names = retriever.scope, (retriever.owner,)
            yield from _missing(place, retriever.source, kind=kind, names=names, known=known[kind])


def _missing(
    place: str, source: Source | None, *, kind: str, names: tuple[str, ...], known: set[str]
) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(text=f"{place} names the {kind} {name!r}, which this agent does not have", source=source)


def _unknown_ends(agent: AgentDefinition, relationship: Relationship) -> Iterator[Problem]:
    for end in (relationship.source, relationship.target):
        if not _exists(agent, end):
            text = f"the relationship {relationship} names {end}, which agent {agent.id!r} does not have"
            yield Problem(text=text, source=relationship.made_at)


ALLOWED_ENDS: Mapping[RelationshipKind, tuple[tuple[EndpointKind, ...], tuple[EndpointKind, ...]]] = {
    "entailment": (("guideline", "journey", "tag_all"), ("guideline", "tag_all")),
    "priority": (("guideline", "journey", "tag_all"), ("guideline", "journey", "tag_all")),
    "dependency": (("guideline", "journey", "tag_all"), ("guideline", "journey", "tag_all", "tag_any")),
    "dependency_any": (("guideline", "journey", "tag_all"), ("guideline", "journey", "tag_all", "tag_any")),
    "disambiguation": (("guideline",), ("guideline", "journey")),
    "reevaluation": (("guideline", "tag_all"), ("tool",)),
    "overlap": (("tool",), ("tool",)),
}
"""What may stand at the source and at the target of each kind of relationship."""


def _impossible_ends(relationship: Relationship) -> Iterator[Problem]:
    sources, targets = ALLOWED_ENDS[relationship.kind]
    for role, end, allowed in (("source", relationship.source, sources), ("target", relationship.target, targets)):
        if end.kind not in allowed:
            text = f"the relationship {relationship} can't have a {end.kind} as its {role}, only: {', '.join(allowed)}"
            yield Problem(text=text, source=relationship.made_at)


def _exists(agent: AgentDefinition, end: Endpoint) -> bool:
    match end.kind:
        case "guideline":
            return agent.guideline(end.id) is not None
        case "journey":
            return agent.journey(end.id) is not None
        case "tool":
            return agent.tool(end.id) is not None
        case "tag_all" | "tag_any":
            return True
