"""What a client may put on a timeline, and what comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ..domain.modes import ModerationMode
from ..domain.session import Event, EventKind, EventSource, Status, event_source
from ..domain.values import JSON
from ..errors import closest
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


OUTSIDE: tuple[EventSource, ...] = ("customer", "customer_ui", "human_agent", "human_agent_on_behalf_of_ai_agent")
"""Whose data and signs of life a client may put."""

TAKES: Mapping[tuple[EventKind, EventSource], tuple[str, ...]] = {
    ("message", "customer"): ("message", "participant", "metadata", "moderation"),
    ("message", "human_agent"): ("message", "participant", "metadata"),
    ("message", "human_agent_on_behalf_of_ai_agent"): ("message", "participant", "metadata"),
    ("message", "ai_agent"): ("guidelines",),
    **{("custom", source): ("data", "metadata") for source in OUTSIDE},
    **{("status", source): ("status", "metadata") for source in OUTSIDE},
}
"""What may be said of an event beside its kind and source. What is not here can't be put."""

REMEDIES: Mapping[str, str] = {
    "message": "leave it out, or put it with kind='message'",
    "data": "leave it out, or put it with kind='custom'",
    "status": "leave it out, or put it with kind='status'",
    "participant": "leave it out: only messages of people say who they are",
    "metadata": "leave it out, and note it with update_event() once the event is there",
    "moderation": "leave it out: only a customer's messages are read by a moderator",
    "guidelines": "leave it out, or let the agent speak with source='ai_agent'",
}
"""What to do about something that does not go with an event's kind and source."""


async def put_event(talk: Conversation, put: Put) -> Event:
    """Put an event on a session's timeline, and give it. Raises ValueError for what a client can't put there."""
    source = USUAL.get(put.kind, "system") if put.source is None else event_source(put.source)
    _check(put, source)
    match put.kind, source:
        case "message", "ai_agent":
            return await _spoken(talk, put)
        case "message", "customer":
            turn = await talk.say(put.message, moderation=put.moderation, **_about(put))
            return turn.events[0]
        case "message", _:
            about = _about(put)
            return await talk.operator(
                put.message,
                about.get("participant", ""),
                participant_id=about.get("participant_id", ""),
                on_behalf_of_agent=source != "human_agent",
                metadata=put.metadata,
            )
        case "custom", _:
            return await talk.event(put.data, source=source, metadata=put.metadata)
        case _:
            return await talk.report_status(cast("Status", put.status), source=source, metadata=put.metadata)


def _check(put: Put, source: EventSource) -> None:
    """Raises ValueError with all that a client can't put so."""
    takes = TAKES.get((put.kind, source))
    if takes is None:
        raise ValueError(f"a client can't put events of kind {put.kind!r} and source {source!r} on a timeline")
    if problems := [*_missing(put, source), *_out_of_place(put, source, takes=takes), *_participant_problems(put)]:
        raise ValueError("; ".join(problems))


def _missing(put: Put, source: EventSource) -> Iterator[str]:
    if put.kind == "message" and source != "ai_agent" and not put.message.strip():
        yield f"a message of the source {source!r} needs a text: give message="
    if put.kind == "custom" and put.data is None:
        yield "a custom event needs something to tell: give data="


def _out_of_place(put: Put, source: EventSource, *, takes: Sequence[str]) -> Iterator[str]:
    """What does not go with an event's kind and source, each with what to do about it."""
    usual = Put()
    for name, remedy in REMEDIES.items():
        if name in takes or getattr(put, name) == getattr(usual, name):
            continue
        if (put.kind, source, name) == ("message", "ai_agent", "message"):
            yield (
                "a client can't put events of kind 'message' and source 'ai_agent' on a timeline with a text of its "
                "own: leave message= out to let the agent speak, or give source='human_agent_on_behalf_of_ai_agent'"
            )
        else:
            yield f"{name}= does not go with an event of kind {put.kind!r} and source {source!r}: {remedy}"


def _participant_problems(put: Put) -> Iterator[str]:
    who = put.participant
    for key in () if isinstance(who, str) else who:
        if key not in PARTICIPANT_KEYS:
            near = closest(key, PARTICIPANT_KEYS)
            hint = f"; did you mean {near!r}?" if near else ""
            yield f"a participant has no {key!r}; it takes {' and '.join(PARTICIPANT_KEYS)}{hint}"


async def _spoken(talk: Conversation, put: Put) -> Event:
    """The first event of a turn that the agent takes of its own accord, or in which it says what it is told to."""
    spoken = await talk.utter(put.guidelines) if put.guidelines else await talk.agent_first()
    if not spoken.events:
        raise ValueError(f"session {talk.id!r} is in manual mode; update it with mode='auto' first")
    return spoken.events[0]


def _about(put: Put) -> About:
    """Who speaks, and what is noted."""
    about: About = {"metadata": dict(put.metadata)}
    who = put.participant
    if isinstance(who, str):
        return {**about, "participant": who} if who else about
    return {**about, "participant": who.get("display_name", ""), "participant_id": who.get("id", "")}
