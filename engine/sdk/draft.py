"""An agent in the making: what its author declared so far, until it is frozen into a definition."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ..domain.agent import AgentDefinition
from ..domain.guideline import Guideline
from ..domain.journey import Journey
from ..domain.knowledge import CannedResponse, Term, Variable
from ..domain.relationship import Endpoint, Relationship, RelationshipKind
from ..domain.values import slug
from ..errors import RelationshipCycleError, UnknownNameError
from ..relations import find_cycle
from ..services import AgentCode, FieldProvider, GuidelineHandler, JourneyCode, Matcher
from .journey_draft import JourneyDraft, drawn, links_to
from .names import caller, readable_id
from .tools import ToolEntry, ToolId


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
    tools: dict[str, ToolEntry] = field(default_factory=dict[str, ToolEntry])
    responses: dict[str, CannedResponse] = field(default_factory=dict[str, CannedResponse])
    terms: dict[str, Term] = field(default_factory=dict[str, Term])
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    collisions: dict[str, str] = field(default_factory=dict[str, str])
    """Guidelines whose words gave an id that was taken: the id they have now, and that one."""
    matchers: dict[str, Matcher] = field(default_factory=dict[str, Matcher])
    on_selected: dict[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    on_message: dict[str, GuidelineHandler] = field(default_factory=dict[str, GuidelineHandler])
    field_providers: dict[str, FieldProvider] = field(default_factory=dict[str, FieldProvider])
    journey_code: JourneyCode = field(default_factory=JourneyCode)
    attached: "list[tuple[AgentDraft, str]]" = field(default_factory=list["tuple[AgentDraft, str]"])
    """Journeys that were declared elsewhere, each with where that was."""
    model: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def freeze(self) -> AgentDefinition:
        """The definition. Raises DefinitionError, with every mistake at once."""
        return replace(
            self.settings,
            guidelines=tuple(self.guidelines.values()),
            relationships=(*self.relationships, *self._shared()),
            journeys=tuple(drawn(self.journeys, name) for name in self.journeys),
            tools=tuple(entry.tool for entry in self.tools.values()),
            canned_responses=tuple(self.responses.values()),
            terms=tuple(self.terms.values()),
            variables=tuple(self.variables.values()),
        )

    def code(self) -> AgentCode:
        """The functions that belong to the definition."""
        return AgentCode(
            journeys=self.journey_code,
            matchers=dict(self.matchers),
            on_selected=dict(self.on_selected),
            on_message=dict(self.on_message),
            field_providers=dict(self.field_providers),
        )

    def known_journeys(self) -> dict[str, JourneyDraft]:
        """The agent's own journeys, those attached to it, and those that these go through."""
        known: dict[str, JourneyDraft] = {}
        for owner, name in self.attached:
            theirs = owner.known_journeys()
            known |= {each: theirs[each] for each in (name, *links_to(theirs, name))}
        return known | self.journeys

    def use_tools(self, tools: Iterable[ToolEntry | ToolId | str]) -> tuple[str, ...]:
        """Make tools known to the agent and give their ids; of two with one name the later counts."""
        return tuple(self._use(tool) for tool in tools)

    def _use(self, tool: ToolEntry | ToolId | str) -> str:
        if isinstance(tool, ToolEntry):
            self.tools[tool.tool.id] = tool
            return tool.tool.id
        name = tool.tool_name if isinstance(tool, ToolId) else tool
        if name not in self.tools:
            place = str(caller() or "")
            raise UnknownNameError(kind="tool", name=name, known=self.tools, place=place)
        return name

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
        return tuple(item for item in self.shared if self._has(item.source) and self._has(item.target))

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
