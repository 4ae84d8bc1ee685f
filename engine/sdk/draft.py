"""An agent in the making: what its author declared so far, until it is frozen into a definition."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..author_code.functions import AgentCode, FieldProvider, GuidelineHandler, JourneyCode, RetrieverCode, WordingCode
from ..author_code.matching import Matcher, Strategy
from ..author_code.planning import NullPlanner, Planner
from ..domain.agent import AgentDefinition
from ..domain.guideline import Guideline
from ..domain.journey import Journey
from ..domain.knowledge import CannedResponse, Capability, Retriever, Term, Variable
from ..domain.relationship import Endpoint, Relationship, RelationshipKind
from ..domain.tool import Permission, Tool
from ..domain.values import slug
from ..errors import RelationshipCycleError
from ..ports import VariableStore
from ..relationships.cycles import find_cycle
from .journey_draft import JourneyDraft, drawn, links_to
from .models import ModelLike
from .names import caller, readable_id
from .strategies import judged_by, strategies_of
from .tool_references import AnyTool, Grant, ServerTools, ToolRef, grants
from .tools import ToolEntry, ToolId

if TYPE_CHECKING:
    from .app import Server


@dataclass(slots=True, kw_only=True)
class AgentDraft:
    """Everything declared of one agent so far."""

    settings: AgentDefinition
    """The definition without its parts: id, name, description, modes."""
    shared: list[Relationship]
    """Relationships declared on tags, which belong to the server; an agent takes those whose ends it has."""
    guidelines: dict[str, Guideline] = field(default_factory=dict[str, Guideline])
    relationships: list[Relationship] = field(default_factory=list[Relationship])
    journeys: dict[str, JourneyDraft] = field(default_factory=dict[str, JourneyDraft])
    tools: dict[str, AnyTool] = field(default_factory=dict[str, AnyTool])
    levels: dict[str, Permission] = field(default_factory=dict[str, Permission])
    """Levels of tools as they were stated for this agent."""
    server_tools: ServerTools = field(default_factory=ServerTools)
    """What names of tools may stand for beside this agent's own."""
    responses: dict[str, CannedResponse] = field(default_factory=dict[str, CannedResponse])
    terms: dict[str, Term] = field(default_factory=dict[str, Term])
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    capabilities: dict[str, Capability] = field(default_factory=dict[str, Capability])
    retrievers: dict[str, Retriever] = field(default_factory=dict[str, Retriever])
    retriever_code: dict[str, RetrieverCode] = field(default_factory=dict[str, RetrieverCode])
    values: VariableStore | None = None
    """Where values are kept that are set once conversations are under way."""
    collisions: dict[str, str] = field(default_factory=dict[str, str])
    """Guidelines whose words gave an id that was taken: the id they have now, and that one."""
    matchers: dict[str, Matcher] = field(default_factory=dict[str, Matcher])
    strategies: dict[str, Strategy] = field(default_factory=dict[str, Strategy])
    """Matching strategies that guidelines named for themselves."""
    tag_strategies: dict[str, Strategy] = field(default_factory=dict[str, Strategy])
    """Matching strategies of the server's tags."""
    on_selected: dict[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    on_message: dict[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    field_providers: dict[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])
    planner: Planner = NullPlanner()
    journey_code: JourneyCode = field(default_factory=JourneyCode)
    attached: "list[tuple[AgentDraft, str]]" = field(default_factory=list["tuple[AgentDraft, str]"])
    """Journeys that were declared elsewhere, each with where that was."""
    library: "AgentDraft | None" = field(default=None, repr=False, compare=False)
    """What was declared on the server: a journey there that has one of the agent's tags is the agent's."""
    is_library: bool = False
    """Whether this is no agent, but what was declared on a server."""
    wording: WordingCode = WordingCode()
    shared_responses: "Callable[[AgentDraft], tuple[CannedResponse, ...]] | None" = None
    """How the agent's canned responses go together with those of its server."""
    model: ModelLike | None = None
    models: Mapping[str, ModelLike] = field(default_factory=dict[str, ModelLike])
    """By decision."""
    home: "Server | None" = field(default=None, repr=False, compare=False)
    """The server on which the agent was declared."""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def freeze(self) -> AgentDefinition:
        """The definition. Raises DefinitionError, with every mistake at once, and RelationshipCycleError."""
        relationships = (*self.relationships, *self._shared())
        _refuse_cycles(relationships)
        return replace(
            self.settings,
            guidelines=judged_by(self.guidelines.values(), self.tag_strategies),
            relationships=relationships,
            journeys=tuple(drawn(self.journeys, name) for name in self.journeys),
            tools=tuple(self._tool(entry.tool) for entry in self.tools.values()),
            canned_responses=self.shared_responses(self) if self.shared_responses else tuple(self.responses.values()),
            terms=tuple(self.terms.values()),
            variables=tuple(self.variables.values()),
            capabilities=tuple(self.capabilities.values()),
            retrievers=tuple(self.retrievers.values()),
        )

    def code(self) -> AgentCode:
        """The functions that belong to the definition."""
        return AgentCode(
            journeys=self.journey_code,
            matchers=dict(self.matchers),
            strategies=strategies_of(self.guidelines.values(), own=self.strategies, by_tag=self.tag_strategies),
            on_selected=dict(self.on_selected),
            on_message=dict(self.on_message),
            field_providers=dict(self.field_providers),
            retrievers=dict(self.retriever_code),
            wording=self.wording,
            planner=self.planner,
        )

    def brought(self) -> "list[tuple[AgentDraft, str]]":
        """Journeys declared elsewhere that are this agent's, attached or by a tag, each with where that was."""
        by_tag: list[tuple[AgentDraft, str]] = []
        if self.library is not None:
            carried, attached = set(self.settings.tags), {(id(owner), name) for owner, name in self.attached}
            for name, made in self.library.journeys.items():
                if carried & set(made.journey.tags) and (id(self.library), name) not in attached:
                    by_tag.append((self.library, name))
        return [*self.attached, *by_tag]

    def known_journeys(self) -> dict[str, JourneyDraft]:
        """The agent's own journeys, those attached to it, and those that these go through."""
        known: dict[str, JourneyDraft] = {}
        for owner, name in self.brought():
            theirs = owner.known_journeys()
            known |= {each: theirs[each] for each in (name, *links_to(theirs, name))}
        return known | self.journeys

    def use_tools(self, tools: Iterable[ToolRef]) -> tuple[str, ...]:
        """Make tools known to the agent and give their ids; of two with one name the later counts."""
        return tuple(self._use(tool) for tool in tools)

    def _use(self, ref: ToolRef) -> str:
        tool = self.server_tools.find(ref, own=self.tools) if isinstance(ref, ToolId | str) else ref
        self.tools[tool.tool.id] = tool
        if isinstance(tool, ToolEntry):
            self.server_tools.attach(tool)
        return tool.tool.id

    def grant_tools(self, tools: Iterable[Grant] | Mapping[str, str]) -> tuple[str, ...]:
        """List the tools that the agent may call, with levels where they are stated; gives their ids."""
        for ref, level in grants(tools):
            name = self._use(ref)
            if level is not None:
                self.levels[name] = level
            self.settings = replace(self.settings, may_call=(*(self.settings.may_call or ()), name))
        self.settings = replace(self.settings, may_call=tuple(dict.fromkeys(self.settings.may_call or ())))
        return self.settings.may_call or ()

    def _tool(self, tool: Tool) -> Tool:
        """The tool at the level that was stated for this agent: what may only read has no consequences."""
        level = self.levels.get(tool.id)
        return tool if level is None else replace(tool, permission=level, consequential=level != "read")

    def relate(self, kind: RelationshipKind, source: Endpoint, *, target: Endpoint, group: str = "") -> Relationship:
        """Declare a relationship. Raises RelationshipCycleError when it closes a circle."""
        made = Relationship(kind=kind, source=source, target=target, group=group, made_at=caller())
        add_relationship(self.relationships, made, among=self.shared)
        return made

    def new_group(self) -> str:
        """A name for dependencies that are declared together."""
        return f"any-{1 + len({relation.group for relation in self.relationships if relation.group})}"

    def id_for(self, taken: Iterable[str], given: str | None, *texts: str) -> str:
        """The author's id verbatim, else one made of the texts."""
        return given if given is not None else readable_id(set(taken), *texts)

    def _shared(self) -> tuple[Relationship, ...]:
        """Those of the tags' relationships that concern this agent; a tag without members fulfils no dependency."""
        mine = (item for item in self.shared if self._has(item.source))
        return tuple(item for item in mine if self._has(item.target) or item.target.kind in ("tag_all", "tag_any"))

    def _has(self, end: Endpoint) -> bool:
        match end.kind:
            case "guideline":
                return end.id in self.guidelines
            case "journey":
                return end.id in self.journeys
            case "tool":
                return end.id in self.tools
            case "tag_all" | "tag_any":
                return any(end.id in item.tags for item in (*self.guidelines.values(), *self._journeys()))

    def _journeys(self) -> tuple[Journey, ...]:
        return tuple(draft.journey for draft in self.journeys.values())


def _refuse_cycles(relationships: tuple[Relationship, ...]) -> None:
    """Refuse a circle that only shows once relationships of tags, guidelines and journeys are seen together."""
    if find_cycle(relationships) is None:
        return
    for number, closing in enumerate(relationships, start=1):
        if cycle := find_cycle(relationships[:number]):
            raise RelationshipCycleError(relationship=str(closing), cycle=cycle, place=str(closing.made_at or ""))


def add_relationship(known: list[Relationship], made: Relationship, *, among: Iterable[Relationship] = ()) -> None:
    """Add a relationship to those known; one that was declared before is not repeated."""
    if made in known:
        return
    cycle = find_cycle((*known, *among, made))
    if cycle is not None:
        raise RelationshipCycleError(relationship=str(made), cycle=cycle, place=str(made.made_at or ""))
    known.append(made)


def agent_id(name: str, given: str | None, taken: Iterable[str]) -> str:
    """The id of an agent: the author's, or a slug of its name."""
    return given if given is not None else readable_id(set(taken), slug(name))
