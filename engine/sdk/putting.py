"""What a client may put on a timeline, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ..domain.modes import ModerationMode
from ..domain.session import Event, EventKind, EventSource, Status, event_source
from ..domain.values import JSON
from .conversation import About, Conversation

Participant: TypeAlias = str | Mapping[str, str]
"""Who speaks: what they are called, or their id with their `display_name`."""

PARTICIPANT_KEYS = ("id", "display_name")

USUAL: Mapping[EventKind, EventSource] = {
    "message": "customer",
    "tool": "system",
    "status": "customer_ui",
    "custom": "customer_ui",
}
"""Whose events of a kind are where nobody says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """An event as a client puts it."""

    kind: EventKind = "message"
    source: str | None = None
    message: str = ""
    data: JSON = None
    status: str = ""
    participant: Participant = ""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    moderation: ModerationMode | None = None
    guidelines: Sequence[Mapping[str, JSON]] = ()


async def put_event(talk: Conversation, put: Put) -> Event:
    """Put an event on a session's timeline, and give it. Raises ValueError for what a client can't put there."""
    source = USUAL.get(put.kind, "system") if put.source is None else event_source(put.source)
    if put.kind == "message" and source != "ai_agent" and not put.message.strip():
        raise ValueError(f"a message of the source {source!r} needs a text: give message=")
    if put.kind == "custom" and put.data is None:
        raise ValueError("a custom event needs something to tell: give data=")
    match put.kind, source:
        case "message", "ai_agent" if not put.message:
            return await _spoken(talk, put)
        case "message", "customer":
            turn = await talk.say(put.message, moderation=put.moderation, **_about(put))
            return turn.events[0]
        case "message", "human_agent" | "human_agent_on_behalf_of_ai_agent":
            about = _about(put)
            return await talk.operator(
                put.message,
                about.get("participant", ""),
                participant_id=about.get("participant_id", ""),
                on_behalf_of_agent=source != "human_agent",
                metadata=put.metadata,
            )
        case "custom", "customer" | "customer_ui" | "human_agent" | "human_agent_on_behalf_of_ai_agent":
            return await talk.event(put.data, source=source, metadata=put.metadata)
        case "status", "customer" | "customer_ui" | "human_agent" | "human_agent_on_behalf_of_ai_agent":
            return await talk.report_status(cast("Status", put.status), source=source, metadata=put.metadata)
        case "message", "ai_agent":
            raise ValueError(
                "a client can't put events of kind 'message' and source 'ai_agent' on a timeline with a text of its "
                "own: leave message= out to let the agent speak, or give source='human_agent_on_behalf_of_ai_agent'"
            )
        case _:
            raise ValueError(f"a client can't put events of kind {put.kind!r} and source {source!r} on a timeline")


async def _spoken(talk: Conversation, put: Put) -> Event:
    """The first event of a turn that the agent takes of its own accord, or in which it says what it is told to."""
    spoken = await talk.utter(put.guidelines) if put.guidelines else await talk.agent_first()
    if not spoken.events:
        raise ValueError(f"session {talk.id!r} is in manual mode; update it with mode='auto' first")
    return spoken.events[0]


def _about(put: Put) -> About:
    """Who speaks, and what is noted. Raises ValueError for a participant that can't be understood."""
    about: About = {"metadata": dict(put.metadata)}
    who = put.participant
    if isinstance(who, str):
        return {**about, "participant": who} if who else about
    for key in who:
        if key not in PARTICIPANT_KEYS:
            raise ValueError(f"a participant has no {key!r}; it takes {' and '.join(PARTICIPANT_KEYS)}")
    return {**about, "participant": who.get("display_name", ""), "participant_id": who.get("id", "")}
