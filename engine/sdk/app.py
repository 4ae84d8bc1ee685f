"""The composition root: where an agent is declared, and where ports meet their adapters."""

import sys
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

from ..adapters.tools.faults import SECONDS
from ..domain.agent import AgentDefinition
from ..domain.current import Current
from ..domain.relationship import Endpoint
from ..domain.session import Customer
from ..domain.values import JSON, slug
from ..errors import UnknownNameError
from ..perceived_performance import (
    NoMatchProvider,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
)
from ..ports import Embedder, EventSink
from ..services import BatchPolicy, WordingCode
from .agents import Agent
from .attaching import complete
from .built import BuiltAgent
from .conversation import Conversation, open_conversation
from .draft import AgentDraft
from .inferring import Inference, is_wanted
from .journeys import Journey
from .knowledge import ResponseOptions, Variables, make_response
from .making_agents import AgentOptions, Surroundings, make_agent
from .making_journeys import JourneyOptions, make_journey
from .models import ModelLike, choose_model, model_name
from .names import readable_id
from .relations import Tag, TagRelations, tag_ids
from .sharing import SharedResponses
from .tool_references import ServerTools
from .tool_services import Service, ServiceOptions, ServicePlace, ToolLimits, connect, disconnect, runner_of


class Handover(threading.local):
    """Where a script's servers leave their agents when a harness runs the script in this thread."""

    servers: "list[Server] | None" = None


handover = Handover()


class Server:
    """Declares agents and opens conversations with them. `Server.current` is that of the turn being played.

    `model` (or `nlp_service`) is a model's name, a mapping of a name and settings, or an object that answers asks;
    without it UNDERSTUDY_MODEL counts, else the offline model. `optimization_policy` says how many guidelines share an
    ask. `perceived_performance_policy` and `no_match_provider` hold for agents without their own; `embedder` finds what
    is near where there is more than a prompt can hold. `infer_properties` says whether what authors left open of their
    guidelines is asked of the model before the first turn; by default it is where a model is named that is not the
    offline one.
    """

    current = Current["Server"]("server")

    def __init__(
        self,
        *,
        model: ModelLike | None = None,
        nlp_service: ModelLike | None = None,
        optimization_policy: BatchPolicy | None = None,
        perceived_performance_policy: PerceivedPerformancePolicy | None = None,
        no_match_provider: NoMatchProvider | None = None,
        embedder: Embedder | None = None,
        infer_properties: bool | None = None,
        tool_timeout: float = SECONDS,
        plugin_data: Mapping[str, object] | None = None,
    ) -> None:
        self._model = model if model is not None else nlp_service
        self._batches = optimization_policy or BatchPolicy()
        self._embedder = embedder
        self._infer_properties = infer_properties
        self._inference = Inference()
        self._tools = ServerTools()
        self._tool_limits = ToolLimits(seconds=tool_timeout, plugin_data=dict(plugin_data or {}))
        self._drafts: dict[str, AgentDraft] = {}
        self._tags = TagRelations()
        self._library = AgentDraft(
            settings=AgentDefinition(id="server", name="server"), shared=self._tags.declared, server_tools=self._tools
        )
        """Journeys that belong to no agent until they are attached."""
        self._around = Surroundings(
            drafts=self._drafts,
            relationships=self._tags.declared,
            tools=self._tools,
            wording=WordingCode(
                performance=perceived_performance_policy or NullPerceivedPerformancePolicy(), no_match=no_match_provider
            ),
            responses=SharedResponses(self._library, self._drafts).of,
        )
        self._customers: dict[str, Customer] = {"guest": Customer()}
        self._quiet = False
        self.variables = Variables(self._drafts)

    async def __aenter__(self) -> Self:
        if handover.servers is not None:
            handover.servers.append(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await disconnect(self._tools)
        if error is None and not self._quiet and handover.servers is None and self._drafts:
            built = ", ".join(f"{draft.settings.name!r} ({name})" for name, draft in self._drafts.items())
            sys.stderr.write(f"understudy: declared {built}\n")

    async def create_agent(self, name: str, description: str = "", **options: Unpack[AgentOptions]) -> Agent:
        """Declare an agent. Its id is the author's, or a slug of its name.

        Further parameters: id, composition_mode, output_mode, perceived_performance_policy, preamble_config,
        max_engine_iterations, tags, metadata, model, no_match_response, tools, permission_ceiling.
        `tools` are those it may use whenever they help, and all that it may call; each may be given with a level, as
        {"name": "refund", "permission": "admin"}. What takes more than the `permission_ceiling` is not offered.
        """
        return Agent(make_agent(self._around, name, description=description, **options))

    async def connect_service(self, name: str, url: str | None = None, **place: Unpack[ServiceOptions]) -> Service:
        """Connect the tools of another program, under a name; `service["tool"]` or "name:tool" stands for one of them.

        `url` is a tool plugin's address, `mcp` an MCP server's address or command, `openapi` the OpenAPI document
        of a service (mapping, text, file or address). `consequential` says so of all its tools. Raises
        ToolServiceError where it does not list its tools, MissingExtraError where a package is missing.
        """
        return await connect(self._tools, name, ServicePlace(url=url, **place))

    async def create_canned_response(self, template: str, **options: Unpack[ResponseOptions]) -> str:
        """Declare a text that may be said as it stands; gives its id. Raises TemplateError.

        Guidelines and states that name it have it to themselves; one that nothing names is every agent's. Further
        parameters: signals, tags, metadata, field_dependencies, id.
        """
        return make_response(self._library, template, **options)

    async def create_journey(self, title: str, description: str = "", **options: Unpack[JourneyOptions]) -> Journey:
        """Declare a journey that agents may have, by attach_journey(); parameters as of Agent.create_journey."""
        return make_journey(self._library, title=title, description=description, **options)

    async def create_tag(self, name: str) -> Tag:
        """Declare a tag, under which guidelines, journeys and customers can be grouped."""
        return Tag(registry=self._tags, endpoint=Endpoint(kind="tag_all", id=name))

    async def create_customer(
        self,
        name: str,
        *,
        id: str | None = None,
        tags: Sequence[Tag | str] = (),
        metadata: Mapping[str, JSON] | None = None,
    ) -> Customer:
        """Declare a customer."""
        customer_id = id if id is not None else readable_id(self._customers, slug(name))
        made = Customer(
            id=customer_id,
            name=name,
            tags=tag_ids(tags),
            metadata=dict(metadata or {}),
        )
        self._customers[customer_id] = made
        return made

    async def list_agents(self) -> list[Agent]:
        """The agents declared, in order."""
        return [Agent(draft) for draft in self._drafts.values()]

    async def get_agent(self, id: str) -> Agent:
        """The agent of that id. Raises UnknownNameError."""
        if id not in self._drafts:
            raise UnknownNameError(kind="agent", name=id, known=self._drafts)
        return Agent(self._drafts[id])

    @property
    def agent_ids(self) -> tuple[str, ...]:
        """Ids of the agents declared, in order."""
        return tuple(self._drafts)

    def build(self, agent: Agent | str) -> BuiltAgent:
        """Freeze an agent. Raises DefinitionError, with every mistake at once."""
        draft = complete(self._drafts[agent.id if isinstance(agent, Agent) else agent])
        return BuiltAgent(
            definition=draft.freeze(),
            code=draft.code(),
            tools=runner_of(draft.tools, self._tool_limits),
            model=draft.model or model_name(self._model),
            batches=self._batches,
            agent=Agent(draft),
            server=self,
        )

    def conversation(
        self, agent: Agent, *, customer: Customer | str | None = None, sink: EventSink | None = None, **options: Any
    ) -> Conversation:
        """Begin a conversation with an agent; further options as of open_conversation."""
        self._quiet = True
        built = self.build(agent)
        model = agent.draft.model if agent.draft.model is not None else self._model
        if is_wanted(self._infer_properties, model=model):
            options.setdefault("inference", self._inference)
        if self._embedder is not None:
            options.setdefault("embedder", self._embedder)
        llm = choose_model(model)
        return open_conversation(built, llm=llm, customer=self._customer(customer), sink=sink, **options)

    async def serve(self) -> None:
        """Serve the agents until interrupted. There is no server yet: this says so and returns."""
        self._quiet = True
        if handover.servers is None:
            sys.stderr.write(
                "understudy: serve() has nothing to serve with yet; talk to the agent with conversation()\n"
            )

    def _customer(self, customer: Customer | str | None) -> Customer | None:
        """The customer meant; an id that is not known stands for a new customer of that id."""
        if customer is None or isinstance(customer, Customer):
            return customer
        return self._customers.get(customer, Customer(id=customer, name=customer))
