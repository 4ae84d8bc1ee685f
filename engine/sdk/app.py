"""The composition root: where an agent is declared, and where ports meet their adapters."""

import sys
import threading
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, Unpack

from ..author_code.hooks import EngineHooks
from ..domain.current import Current
from ..domain.session import Customer
from ..errors import NotOpenError
from ..logs import show
from ..ports import EventSink
from .agents import Agent
from .attaching import complete
from .built import BuiltAgent
from .checking import refuse_unknown
from .conversation import Conversation
from .customers import CustomerHandle
from .declaring import Declaring
from .draft import AgentDraft
from .hooking import configured, warn_of_strangers
from .inferring import Inference, is_wanted
from .making_agents import AgentOptions, make_agent
from .models import choose_model, model_name, named_model
from .modules import Modules
from .opening import open_conversation
from .server_settings import ServerOptions, defaults_of, limits_of, settings_of, world_in
from .tool_services import disconnect, runner_of


class Handover(threading.local):
    """Where a script's servers leave their agents when a harness runs the script in this thread."""

    servers: "list[Server] | None" = None


handover = Handover()


class Server(Declaring):
    """Declares agents and opens conversations with them. `Server.current` is that of the turn being played.

    `model` (or `nlp_service`) is a model's name, a mapping of a name and settings, or an object that answers asks;
    without it UNDERSTUDY_MODEL counts, else the offline model. `models` has others for decisions by their names
    ({"draft": "openai/gpt-4o"}). `optimization_policy` says how many guidelines share an
    ask. `perceived_performance_policy` and `no_match_provider` hold for agents without their own; `embedder` finds what
    is near where there is more than a prompt can hold. `infer_properties` says whether what authors left open of their
    guidelines is asked of the model before the first turn; by default it is where a model is named that is not the
    offline one. `planner` holds for agents without their own. `configure_hooks` (sync or async) is given the collection
    of hooks when the server is entered. `audit` is a file's path, or an object, that keeps a record of what was done.
    `session_store`, `customer_store` and `variable_store` are "transient", "local" (files below .understudy) or yours.
    `moderator` reads customers' messages in conversations that ask for it; `clock` tells what time it is.
    `tool_timeout` is the seconds that a tool call may take, `tool_result_bytes` how long its result may be as JSON,
    `plugin_data` what tools find in their context beside.
    `modules` are Python modules, or their names, with `configure_module(server)`, `initialize_module(server)` and
    `shutdown_module()`, or some of them: called when the server is entered, in this order, and when it is left.
    `examples` are added to those of decisions, by their names, for every agent, as an agent's own are.
    `log_level` ("trace" to "critical") shows the log from that level on; UNDERSTUDY_LOG_LEVEL does so too.
    """

    current = Current["Server"]("server")
    _quiet = False

    def __init__(self, **options: Unpack[ServerOptions]) -> None:
        refuse_unknown(options, ServerOptions.__annotations__, of="a server")
        super().__init__(world_in(options), limits=limits_of(options), defaults=defaults_of(options))
        self._settings = settings_of(options)
        self.hooks = EngineHooks()
        """Append to its lists to have code called at the points of a turn."""
        self._configure_hooks = options.get("configure_hooks")
        self._inference = Inference()
        self._modules = Modules(options.get("modules", ()))
        self._entered = AsyncExitStack()
        """What is undone when the server is left."""
        level = options.get("log_level")
        if level is not None:
            show(level)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(disconnect, self._tools)
            if self._configure_hooks is not None:
                self.hooks = await configured(self.hooks, self._configure_hooks)
                self._configure_hooks = None
            await self._modules.enter(self)
            stack.push_async_callback(self._modules.leave)
            self._entered = stack.pop_all()
        if handover.servers is not None:
            handover.servers.append(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._entered.aclose()
        if error is None and not self._quiet and handover.servers is None and self._drafts:
            built = ", ".join(f"{draft.settings.name!r} ({name})" for name, draft in self._drafts.items())
            sys.stderr.write(f"understudy: declared {built}\n")

    async def create_agent(self, name: str, description: str | None = "", **options: Unpack[AgentOptions]) -> Agent:
        """Declare an agent. Its id is the author's, or a slug of its name.

        Further parameters: id, composition_mode, output_mode, perceived_performance_policy, preamble_config, planner,
        max_engine_iterations, tags, metadata, model, llm_config, models, no_match_response, tools, permission_ceiling.
        `examples` ({"match": [{"situation": "…", "answer": {…}}]}) are shown after those of a decision; raises
        ExampleError for one that the decision would refuse. `tools` are those it may use whenever they help, and all
        that it may call; each may be given with a level, as {"name": "refund", "permission": "admin"}. What takes more
        than the `permission_ceiling` is not offered.
        """
        return Agent(self.declare(name, description, **options))

    def declare(self, name: str, description: str | None = "", **options: Unpack[AgentOptions]) -> AgentDraft:
        """An agent in the making; parameters as of create_agent()."""
        draft = make_agent(self._around, name, description=description, **options)
        draft.home, draft.values, draft.library = self, self._world.variables, self._library
        return draft

    def build(self, agent: Agent | str) -> BuiltAgent:
        """Freeze an agent. Raises DefinitionError, with every mistake at once."""
        if self._configure_hooks is not None:
            raise NotOpenError("configure_hooks is called when the server is entered: `async with p.Server(…)`")
        draft, settings = complete(self._drafts[agent.id if isinstance(agent, Agent) else agent]), self._settings
        return BuiltAgent(
            definition=draft.freeze(),
            code=draft.code(),
            tools=runner_of(draft.tools, self._tool_limits),
            model=model_name(settings.model_of(draft)),
            named=named_model(settings.model_of(draft)),
            models={name: model for name, own in settings.models_of(draft).items() if (model := named_model(own))},
            embedder=settings.embedder,
            moderator=self._world.moderator,
            infer_properties=settings.infer_properties,
            batches=settings.optimization.batches,
            retry_temperatures=settings.optimization.retry_temperatures,
            hooks=self.hooks,
            agent=Agent(draft),
            server=self,
        )

    def conversation(
        self,
        agent: Agent,
        *,
        customer: Customer | CustomerHandle | str | None = None,
        sink: EventSink | None = None,
        **options: Any,
    ) -> Conversation:
        """Begin a conversation with an agent, or with `session=` go on with one; options as of open_conversation."""
        talk = self._open(agent, customer=self._customer(customer), sink=sink, **options)
        talk.successor = lambda other: self._open(self._agent_meant(other), session=talk.session)
        self.talks[talk.id] = talk
        return talk

    def _open(self, agent: Agent, **options: Any) -> Conversation:
        self._quiet = True
        options.setdefault("world", self._world)
        if options.get("session") is None and "session_id" not in options:
            options["session_id"] = self._new_session_id()
        settings = self._settings
        options.setdefault("audit", settings.audit)
        warn_of_strangers(self.hooks, self._drafts.values())
        built = self.build(agent)
        model = settings.model_of(agent.draft)
        if is_wanted(settings.infer_properties, model=model):
            options.setdefault("inference", self._inference)
        if settings.embedder is not None:
            options.setdefault("embedder", settings.embedder)
        # A script that is read for its agents talks to nobody.
        loaded = handover.servers is not None
        llm = choose_model("blocked") if loaded else choose_model(model, settings.models_of(agent.draft))
        return open_conversation(built, llm=llm, **options)

    async def resume(self, session_id: str, **options: Any) -> Conversation:
        """Go on with a session that was kept; options as of open_conversation. Raises UnknownNameError."""
        session = await self.get_session(session_id)
        return self.conversation(await self.get_agent(session.agent_id), session=session, **options)

    async def serve(self) -> None:
        """Serve the agents until interrupted. There is no server yet: this says so and returns."""
        self._quiet = True
        if handover.servers is None:
            sys.stderr.write(
                "understudy: serve() has nothing to serve with yet; talk to the agent with conversation()\n"
            )
