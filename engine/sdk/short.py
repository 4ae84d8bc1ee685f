"""The short way: an agent in one expression, and a session to talk to it in, without a server around them."""

from typing import TYPE_CHECKING, Any, Unpack

from ..domain.session import Session
from .draft import AgentDraft
from .making_agents import AgentOptions

if TYPE_CHECKING:
    from .agents import Agent
    from .app import Server
    from .conversation import Conversation


def declare(name: str, description: str | None = "", **options: Unpack[AgentOptions]) -> AgentDraft:
    """An agent in the making on a server of its own, which nobody has to open."""
    from .app import Server, handover  # a server is made of agents, so it is imported late

    server = Server()
    if handover.servers is not None:
        handover.servers.append(server)
    return server.declare(name, description, **options)


def create_agent(name: str, description: str | None = "", **options: Unpack[AgentOptions]) -> "Agent":
    """An agent on a server of its own; parameters as of Server.create_agent."""
    from .agents import Agent

    return Agent(declare(name, description, **options))


def create_session(agent: "Agent", *, customer_id: str | None = None, **options: Any) -> "Conversation":
    """A session with an agent, which begins with its first message, in whatever event loop then runs.

    A customer that is not known is one of that id from now on. Further parameters as of open_conversation().
    """
    return home_of(agent).conversation(agent, customer=customer_id, **options)


async def summarize_session(session: "Conversation") -> str:
    """A summary of what was said in a session; the session is not changed by it. Raises ModelError, UndecidedError."""
    return await session.summarize()


def home_of(agent: "Agent") -> "Server":
    """The server on which an agent was declared. Raises ValueError for one that was declared on none."""
    if agent.draft.home is None:
        raise ValueError(
            f"agent {agent.id!r} belongs to no server: declare it with Agent(...) or server.create_agent()"
        )
    return agent.draft.home


def conversation_of(agent: "Agent", session: "Conversation | Session") -> "Conversation":
    """The conversation with an agent that a session stands for. Raises ValueError for one that is not open."""
    from .conversation import Conversation

    if isinstance(session, Conversation):
        return session
    talk = home_of(agent).talks.get(session.id)
    if talk is None:
        raise ValueError(f"session {session.id!r} is not open on the server of agent {agent.id!r}")
    return talk
