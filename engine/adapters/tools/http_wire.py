"""How a tool plugin is spoken to over HTTP: what goes over the wire, for both of its ends.

    GET  /tools                  -> {"tools": [tool, …]}
    GET  /tools/<name>           -> tool
    POST /tools/<name>/resolve   caller -> {"tool": tool, "problem": text or null}
    POST /tools/<name>/call      {"caller": caller, "arguments": {…}} -> lines of JSON, each {"event": …} as it comes
                                 and {"result": …} last

A tool, an event and a result have the form in which they are stored everywhere. The caller says who the tool is called
for: it is written by the engine, and no argument that a model wrote takes its place.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from ...codec import dump, load
from ...domain.session import Customer, CustomEvent, Event, MessageEvent, Session, StatusEvent
from ...domain.tool import Tool, ToolResult
from ...domain.values import JSON
from ...ports import ToolInvocation

DEFAULT_PORT = 8089


def write_caller(invocation: ToolInvocation) -> dict[str, JSON]:
    """Who a tool is called for."""
    session = invocation.session
    messages = [event for event in session.events if isinstance(event, MessageEvent)]
    return {
        "agent": {"id": invocation.agent_id or session.agent_id, "name": invocation.agent_name},
        "session": {"id": session.id, "metadata": dict(session.metadata)},
        "customer": dump(session.customer),
        "messages": [dump(message) for message in messages],
        "variables": dict(invocation.variables),
        "now": invocation.now.isoformat() if invocation.now else None,
    }


def read_invocation(tool: Tool, caller: Mapping[str, Any], *, arguments: Mapping[str, JSON]) -> ToolInvocation:
    """What is to be called, as the engine on the other side wrote it. Raises KeyError, TypeError or ValueError."""
    session = Session(
        id=str(caller["session"]["id"]),
        agent_id=str(caller["agent"]["id"]),
        customer=load(Customer, caller["customer"]),
        events=tuple(load(MessageEvent, message) for message in caller["messages"]),
        metadata=dict(caller["session"]["metadata"]),
    )
    return ToolInvocation(
        tool=tool,
        arguments=dict(arguments),
        session=session,
        variables=dict(caller["variables"]),
        agent_name=str(caller["agent"]["name"]),
        agent_id=session.agent_id,
        now=datetime.fromisoformat(caller["now"]) if caller["now"] else None,
    )


def read_event(written: Mapping[str, Any]) -> MessageEvent | StatusEvent | CustomEvent:
    """An event that a tool emitted. Raises ValueError."""
    kinds: dict[str, type[MessageEvent | StatusEvent | CustomEvent]] = {
        "message": MessageEvent,
        "status": StatusEvent,
        "custom": CustomEvent,
    }
    kind = kinds.get(str(written.get("kind")))
    if kind is None:
        raise ValueError(f"a tool can't emit an event of the kind {written.get('kind')!r}")
    return load(kind, dict(written))


def write_event(event: Event) -> JSON:
    """An event as it goes over the wire."""
    return dump(event)


def write_tool(tool: Tool) -> JSON:
    """A tool as it goes over the wire: where it is written is nobody else's business."""
    return {**cast("dict[str, JSON]", dump(tool)), "source": None}


def read_tool(written: JSON) -> Tool:
    """A tool as the other side wrote it. Raises ValueError."""
    return load(Tool, written)


def write_result(result: ToolResult) -> JSON:
    """A result as it goes over the wire."""
    return dump(result)


def read_result(written: JSON) -> ToolResult:
    """A result as the other side wrote it. Raises ValueError."""
    return load(ToolResult, written)
