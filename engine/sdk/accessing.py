"""What a tool may reach beside its context: the server, what was said, and the log."""

from typing import TYPE_CHECKING, cast

from ..domain.current import current_part
from ..domain.tool_context import Interaction, ToolContext
from ..errors import NotOpenError
from ..logs import EngineLogger

if TYPE_CHECKING:
    from .app import Server


class ToolContextAccessor:
    """Reaches what lies behind a tool's context, for as long as the turn is played."""

    __slots__ = ("_context",)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    @property
    def server(self) -> "Server":
        """The server of the agent. Raises NotOpenError outside of a turn, and for an agent without a server."""
        server = current_part("server")
        if server is None:
            raise NotOpenError(
                "ToolContextAccessor(context).server is known only to tools that run in this process, in a turn of an "
                "agent that was built on a server"
            )
        return cast("Server", server)

    @property
    def current_interaction(self) -> Interaction:
        """What was said so far."""
        return self._context.interaction

    @property
    def logger(self) -> EngineLogger:
        """The engine's logger; its lines carry the trace id of the turn, where one is played."""
        return EngineLogger(trace_id=cast("str", current_part("trace_id") or ""))
