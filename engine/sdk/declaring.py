"""What is declared on a server beside agents: tools of services, canned responses, journeys, tags."""

from typing import Unpack

from ..author_code.matching import Strategy
from ..domain.agent import AgentDefinition
from ..domain.relationship import Endpoint
from ..errors import UnknownNameError
from . import kinds
from .agents import Agent
from .checking import checked
from .common_knowledge import CommonKnowledge
from .draft import AgentDraft
from .journeys import Journey
from .keeping import Keeping
from .knowledge import ResponseOptions, make_response
from .making_agents import Defaults, Surroundings
from .making_journeys import JourneyOptions, make_journey
from .names import here
from .relations import Tag, TagRelations, tag_ids
from .sharing import SharedResponses
from .tool_references import ServerTools
from .tool_services import Service, ServiceOptions, ServicePlace, ToolLimits, connect, forget, service_of, services_of
from .variables import Variables
from .world import World


class Declaring(Keeping, CommonKnowledge):
    """A server as far as things are declared on it, and looked up."""

    def __init__(self, world: World, *, limits: ToolLimits, defaults: Defaults) -> None:
        super().__init__(world)
        self._tools = ServerTools()
        self._tool_limits = limits
        self._drafts: dict[str, AgentDraft] = {}
        self._tags = TagRelations()
        self._library = AgentDraft(
            settings=AgentDefinition(id="server", name="server"),
            shared=self._tags.declared,
            server_tools=self._tools,
            values=world.variables,
            is_library=True,
        )
        """Journeys that belong to no agent until they are attached, or an agent carries one of their tags."""
        self._around = Surroundings(
            drafts=self._drafts,
            relationships=self._tags.declared,
            tools=self._tools,
            responses=SharedResponses(self._library, self._drafts).of,
            defaults=defaults,
            strategies=self._tags.strategies,
        )
        self.variables = Variables(self._drafts, library=self._library)

    async def add_tool_service(self, name: str, url: str | None = None, **place: Unpack[ServiceOptions]) -> Service:
        """Connect the tools of another program, under a name; `service["tool"]` or "name:tool" stands for one of them.

        `url` is a tool plugin's address, `mcp` an MCP server's address or command, `openapi` the OpenAPI document
        of a service (mapping, text, file or address). `consequential` says so of all its tools. Raises
        ToolServiceError where it does not list its tools, MissingExtraError where a package is missing.
        """
        return await connect(self._tools, name, ServicePlace(url=url, **place), limits=self._tool_limits)

    async def list_tool_services(self) -> list[Service]:
        """The services that are connected, in order, each with its tools."""
        return services_of(self._tools)

    async def get_tool_service(self, name: str) -> Service:
        """The service of that name. Raises UnknownNameError."""
        return service_of(self._tools, name)

    async def remove_tool_service(self, name: str) -> None:
        """Let go of a service: its tools have no name any more, and who uses one keeps it. Raises UnknownNameError."""
        await forget(self._tools, name)

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Declare a text that may be said as it stands; gives its id. Raises TemplateError.

        Guidelines and states that name it have it to themselves; one that nothing names is every agent's. Further
        parameters: signals, tags, metadata, fields, field_dependencies, id.
        """
        return make_response(self._library, template, **options)

    async def create_journey(
        self, title: str, description: str | None = "", **options: Unpack[JourneyOptions]
    ) -> Journey:
        """Declare a journey that agents may have: by attach_journey(), or by a tag that both carry.

        Parameters as of Agent.create_journey.
        """
        return make_journey(self._library, title=title, description=description, **options)

    async def create_tag(self, name: str) -> Tag:
        """Declare a tag, under which guidelines, journeys and customers can be grouped; one name is one tag."""
        checked("create_tag()", {"name": name}, kinds.TAG, required=("name",))
        self._tags.names[name] = None
        return self._tag(name)

    async def set_matching_strategy(self, strategy: Strategy, *, tag: Tag | str) -> None:
        """Let code of yours judge the guidelines that carry a tag, all of them at once, in place of a model.

        `strategy` is a function of a GuidelineMatchingContext and guidelines, or an object with such a method `match`;
        it gives a GuidelineMatch for each that applies. A guideline's own matcher or matching_strategy= comes first,
        then the first of its tags that has a strategy. Raises UnknownNameError for a tag that was not declared,
        ValueError for one that has a strategy.
        """
        given = {"strategy": strategy, "tag": tag}
        checked("set_matching_strategy()", given, kinds.TAG_STRATEGY, required=given)
        (name,) = tag_ids([tag])
        if name not in self._tags.names:
            raise UnknownNameError(kind="tag", name=name, known=self._tags.names, place=here())
        if name in self._tags.strategies:
            raise ValueError(here(f"tag {name!r} has a matching strategy already; combine both in one"))
        self._tags.strategies[name] = strategy

    async def list_tags(self) -> list[Tag]:
        """The tags declared, in order."""
        return [self._tag(name) for name in self._tags.names]

    async def get_tag(self, *, id: str | None = None, name: str | None = None) -> Tag:
        """The tag of that id or name, which are one; give either. Raises UnknownNameError, ValueError."""
        wanted = id if name is None else name
        if wanted is None or None not in (id, name):
            raise ValueError("get_tag() takes exactly one of id= and name=")
        if wanted not in self._tags.names:
            raise UnknownNameError(kind="tag", name=wanted, known=self._tags.names)
        return self._tag(wanted)

    def _tag(self, name: str) -> Tag:
        return Tag(registry=self._tags, endpoint=Endpoint(kind="tag_all", id=name))

    async def list_agents(self) -> list[Agent]:
        """The agents declared, in order."""
        return [Agent(draft) for draft in self._drafts.values()]

    async def find_agent(self, id: str) -> Agent | None:
        """The agent of that id, None where there is none."""
        return Agent(self._drafts[id]) if id in self._drafts else None

    async def get_agent(self, id: str) -> Agent:
        """The agent of that id. Raises UnknownNameError."""
        return self._agent_meant(id)

    def _agent_meant(self, agent: Agent | str) -> Agent:
        name = agent if isinstance(agent, str) else agent.id
        if name not in self._drafts:
            raise UnknownNameError(kind="agent", name=name, known=self._drafts)
        return Agent(self._drafts[name])

    @property
    def agent_ids(self) -> tuple[str, ...]:
        """Ids of the agents declared, in order."""
        return tuple(self._drafts)
