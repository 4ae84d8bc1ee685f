"""What is declared on a server beside agents: tools of services, canned responses, journeys, tags."""

from typing import Unpack

from ..author_code.planning import Planner
from ..domain.agent import AgentDefinition
from ..domain.relationship import Endpoint
from ..errors import UnknownNameError
from ..services import WordingCode
from .agents import Agent
from .draft import AgentDraft
from .journeys import Journey
from .keeping import Keeping
from .knowledge import ResponseOptions, make_response
from .making_agents import Surroundings
from .making_journeys import JourneyOptions, make_journey
from .relations import Tag, TagRelations
from .sharing import SharedResponses
from .tool_references import ServerTools
from .tool_services import Service, ServiceOptions, ServicePlace, ToolLimits, connect
from .variables import Variables
from .world import World


class Declaring(Keeping):
    """A server as far as things are declared on it, and looked up."""

    def __init__(self, world: World, *, limits: ToolLimits, wording: WordingCode, planner: Planner) -> None:
        super().__init__(world)
        self._tools = ServerTools()
        self._tool_limits = limits
        self._drafts: dict[str, AgentDraft] = {}
        self._tags = TagRelations()
        self._library = AgentDraft(
            settings=AgentDefinition(id="server", name="server"), shared=self._tags.declared, server_tools=self._tools
        )
        """Journeys that belong to no agent until they are attached, or an agent carries one of their tags."""
        self._around = Surroundings(
            drafts=self._drafts,
            relationships=self._tags.declared,
            tools=self._tools,
            wording=wording,
            responses=SharedResponses(self._library, self._drafts).of,
            planner=planner,
        )
        self.variables = Variables(self._drafts)

    async def add_tool_service(self, name: str, url: str | None = None, **place: Unpack[ServiceOptions]) -> Service:
        """Connect the tools of another program, under a name; `service["tool"]` or "name:tool" stands for one of them.

        `url` is a tool plugin's address, `mcp` an MCP server's address or command, `openapi` the OpenAPI document
        of a service (mapping, text, file or address). `consequential` says so of all its tools. Raises
        ToolServiceError where it does not list its tools, MissingExtraError where a package is missing.
        """
        return await connect(self._tools, name, ServicePlace(url=url, **place), seconds=self._tool_limits.seconds)

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Declare a text that may be said as it stands; gives its id. Raises TemplateError.

        Guidelines and states that name it have it to themselves; one that nothing names is every agent's. Further
        parameters: signals, tags, metadata, field_dependencies, id.
        """
        return make_response(self._library, template, **options)

    async def create_journey(self, title: str, description: str = "", **options: Unpack[JourneyOptions]) -> Journey:
        """Declare a journey that agents may have: by attach_journey(), or by a tag that both carry.

        Parameters as of Agent.create_journey.
        """
        return make_journey(self._library, title=title, description=description, **options)

    async def create_tag(self, name: str) -> Tag:
        """Declare a tag, under which guidelines, journeys and customers can be grouped; one name is one tag."""
        self._tags.names[name] = None
        return self._tag(name)

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
        if id not in self._drafts:
            raise UnknownNameError(kind="agent", name=id, known=self._drafts)
        return Agent(self._drafts[id])

    @property
    def agent_ids(self) -> tuple[str, ...]:
        """Ids of the agents declared, in order."""
        return tuple(self._drafts)
