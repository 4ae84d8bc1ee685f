"""What an author's code puts on a session's timeline while a turn is played: messages, signs of life, data."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from ..domain.session import CustomEvent, MessageEvent, Status, StatusEvent
from ..domain.values import JSON, canonical_json
from ..errors import NotOpenError

SIGNS_OF_LIFE: tuple[Status, ...] = ("processing", "typing")
"""The statuses that are not for the engine alone to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedEvent:
    """An event for the timeline."""

    event: MessageEvent | StatusEvent | CustomEvent
    held: bool
    """Whether it waits until the reply is out."""


class EventEmitter:
    """Puts events on the timeline: once the code that emits is done, or where they are held once the reply is out.

    What is held is never shown where there is no reply. Outside of hooks, handlers and plans, and once such code is
    done, nothing can be emitted.
    """

    __slots__ = ("_held", "_take")

    def __init__(self, take: Callable[[AddedEvent], bool], *, held: bool) -> None:
        self._take = take
        self._held = held

    async def emit_message_event(self, message: str) -> None:
        """Say something in the agent's name. Raises TypeError for what is no text, NotOpenError."""
        if not _says_something(message):
            raise TypeError(f"emit_message_event() takes a text that is not empty, not {type(message).__name__}")
        self._add(MessageEvent(source="ai_agent", text=message), what="emit_message_event")

    async def emit_status_event(self, status: Status, *, stage: str = "", detail: str = "") -> None:
        """Show a sign of life: "processing" or "typing". Raises ValueError for another status, NotOpenError."""
        if status not in SIGNS_OF_LIFE:
            raise ValueError(f"the status {status!r} is for the engine to say; use 'processing' or 'typing'")
        self._add(StatusEvent(status=status, stage=stage, detail=detail), what="emit_status_event")

    async def emit_custom_event(self, data: JSON) -> None:
        """Tell the front end something; no prompt holds it. Raises TypeError for what JSON can't hold, NotOpenError."""
        try:
            copied = json.loads(canonical_json(data))
        except (TypeError, ValueError) as error:
            raise TypeError(f"emit_custom_event() takes what JSON can hold: {error}") from error
        self._add(CustomEvent(data=copied, source="system"), what="emit_custom_event")

    def _add(self, event: MessageEvent | StatusEvent | CustomEvent, *, what: str) -> None:
        if not self._take(AddedEvent(event=event, held=self._held)):
            raise NotOpenError(not_taken(what))


def not_taken(what: str) -> str:
    """Why nothing comes of what an author's code adds to a turn, and where it is to be added."""
    return f"{what}() takes effect only in hooks, handlers and plans: call it there, before that code is done"


def _says_something(message: object) -> bool:
    return isinstance(message, str) and bool(message.strip())
