"""Putting messages on the timeline: whole or paragraph by paragraph, each announced, none that a hook holds back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..domain.session import MessageEvent, MessageRole
from ..domain.trace import Said
from ..domain.turn import Turn
from ..domain.values import JSON
from ..services import Services
from ..timeline.emission import emit, emit_status
from .pacing import ask_policy, pause
from .record import composition
from .seams import message_emitted, message_generated

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be said, and the canned response it is a rendering of."""

    text: str
    canned: str | None = None
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    role: MessageRole = "reply"


async def say(turn: Turn, services: Services, *, message: Message) -> Turn:
    """Send a message, in parts where the policy wants that."""
    passed = await message_generated(turn, services, text=message.text)
    if not passed.goes_on:
        return passed.turn
    told = await ask_policy(
        passed.turn,
        services,
        question=lambda policy, context: policy.is_message_splitting_required(context, message.text),
        otherwise=False,
    )
    turn, parts = told.turn, paragraphs(message.text) if told.value else (message.text,)
    for number, text in enumerate(parts):
        if number:
            turn = await wait_between(turn, services)
        turn = await put(turn, services, message=replace(message, text=text))
        turn = await message_emitted(turn, services, text=text)
    return turn


def paragraphs(text: str) -> tuple[str, ...]:
    """The parts of a text that blank lines separate."""
    return tuple(part.strip() for part in _BLANK_LINES.split(text) if part.strip()) or (text,)


async def wait_between(turn: Turn, services: Services) -> Turn:
    """Let the time pass that stands between two messages of a turn."""
    told = await ask_policy(
        turn, services, question=lambda policy, context: policy.get_follow_up_delay(context), otherwise=0.0
    )
    await pause(services, told.value)
    return told.turn


async def put(turn: Turn, services: Services, *, message: Message) -> Turn:
    """Put one message on the timeline and into the trace, after the status that announces it."""
    turn = await emit_status(turn, services, status="typing")
    turn = await emit(turn, services, as_event(turn, message))
    return with_said(turn, message)


def as_event(turn: Turn, message: Message) -> MessageEvent:
    """The message as the timeline has it."""
    return MessageEvent(
        source="ai_agent",
        text=message.text,
        participant=turn.agent.name,
        participant_id=turn.agent.id,
        canned=message.canned,
        draft=composition(turn).draft if message.role != "preamble" else None,
        role=message.role,
        metadata=message.metadata,
    )


def with_said(turn: Turn, message: Message) -> Turn:
    """The turn with a message in its trace."""
    said = (*turn.trace.said, Said(text=message.text, canned=message.canned))
    return replace(turn, trace=replace(turn.trace, said=said))
