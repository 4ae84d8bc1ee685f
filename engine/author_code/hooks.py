"""Hooks: an author's own code at the points of a turn, gathered in one collection.

A hook is called with the context, a payload and an exception, and says how it goes on. Payloads are texts: what was
drafted, is about to be said, or was said; at the other points there is none. Only `on_error` is given an exception.

What BAIL means depends on the point:

on_acknowledging, on_acknowledged, on_preparing, on_generating_messages
    the turn ends without a reply
on_preparation_iteration_start, on_preparation_iteration_end
    there are no further rounds; the reply is composed from what is known
on_generating_preamble, on_preamble_generated
    there is no preamble
on_draft_generated
    no canned response is chosen: the draft is sent as it is, and by a strict agent the no-match response
on_message_generated
    this message is not sent
on_message_emitted, on_preamble_emitted
    no further message is sent in this turn; after a preamble this means that there is no reply
on_messages_emitted
    no on_message handler runs
on_error
    the customer's side is not told of the error

However it goes, the last status of a turn is ready(completed).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal, TypeAlias, get_args

from .engine_context import EngineContext
from .given import Given


class EngineHookResult(Enum):
    """How it goes on after a hook."""

    CALL_NEXT = auto()
    """With the next hook of the point."""
    RESOLVE = auto()
    """With the turn; the other hooks of the point are not called."""
    BAIL = auto()
    """Not at all: what was about to happen at this point does not."""


EngineHook: TypeAlias = Callable[[EngineContext, Any, Exception | None], Given[EngineHookResult]]
"""An author's own code at a point of the turn; it gets the context, a payload and an exception."""

HookedHandler: TypeAlias = Callable[[EngineContext, Any], Given[None]]
"""An author's own code for a guideline or a journey that holds; it gets the context and the match."""

HookPoint = Literal[
    "on_error",
    "on_acknowledging",
    "on_acknowledged",
    "on_generating_preamble",
    "on_preamble_generated",
    "on_preamble_emitted",
    "on_preparing",
    "on_preparation_iteration_start",
    "on_preparation_iteration_end",
    "on_generating_messages",
    "on_draft_generated",
    "on_message_generated",
    "on_message_emitted",
    "on_messages_emitted",
]
POINTS: tuple[HookPoint, ...] = get_args(HookPoint)


def _none() -> list[EngineHook]:
    return []


def _nobody() -> dict[str, list[HookedHandler]]:
    return defaultdict(list)


@dataclass(slots=True, kw_only=True)
class EngineHooks:
    """The hooks of a server, in the order in which they are called. It is there to be changed: append to its lists."""

    on_error: list[EngineHook] = field(default_factory=_none)
    on_acknowledging: list[EngineHook] = field(default_factory=_none)
    on_acknowledged: list[EngineHook] = field(default_factory=_none)
    on_generating_preamble: list[EngineHook] = field(default_factory=_none)
    on_preamble_generated: list[EngineHook] = field(default_factory=_none)
    on_preamble_emitted: list[EngineHook] = field(default_factory=_none)
    on_preparing: list[EngineHook] = field(default_factory=_none)
    on_preparation_iteration_start: list[EngineHook] = field(default_factory=_none)
    on_preparation_iteration_end: list[EngineHook] = field(default_factory=_none)
    on_generating_messages: list[EngineHook] = field(default_factory=_none)
    on_draft_generated: list[EngineHook] = field(default_factory=_none)
    on_message_generated: list[EngineHook] = field(default_factory=_none)
    on_message_emitted: list[EngineHook] = field(default_factory=_none)
    """After each message."""
    on_messages_emitted: list[EngineHook] = field(default_factory=_none)
    """Once all messages of a turn are out."""
    on_guideline_selected_handlers: dict[str, list[HookedHandler]] = field(default_factory=_nobody)
    """By a guideline's id: run before the reply is composed, when the guideline holds."""
    on_guideline_message_handlers: dict[str, list[HookedHandler]] = field(default_factory=_nobody)
    """By a guideline's id: run once the messages of such a turn are out."""
    on_journey_selected_handlers: dict[str, list[HookedHandler]] = field(default_factory=_nobody)
    on_journey_message_handlers: dict[str, list[HookedHandler]] = field(default_factory=_nobody)

    @property
    def on_guideline_match_handlers(self) -> dict[str, list[HookedHandler]]:
        """The older name of on_guideline_selected_handlers."""
        return self.on_guideline_selected_handlers

    @property
    def on_journey_match_handlers(self) -> dict[str, list[HookedHandler]]:
        """The older name of on_journey_selected_handlers."""
        return self.on_journey_selected_handlers

    def at(self, point: HookPoint) -> tuple[EngineHook, ...]:
        """The hooks of a point."""
        return tuple(getattr(self, point))

    def want_whole_messages(self) -> bool:
        """Whether any hook has to see drafts or messages before they are sent, so that none can be streamed."""
        return bool(self.on_draft_generated or self.on_message_generated)
