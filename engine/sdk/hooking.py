"""Configuring a server's hooks: the author's function gets the collection and gives it back."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..author_calls.handlers import call_code
from ..author_code.given import Given
from ..author_code.hooks import EngineHooks
from ..errors import closest
from ..logs import logger
from .attaching import complete
from .draft import AgentDraft

ConfigureHooks: TypeAlias = Callable[[EngineHooks], Given[EngineHooks | None]]
"""Adds hooks to the collection it is given, and gives back that one, another, or nothing; sync or async."""


def warn_of_strangers(hooks: EngineHooks, drafts: Iterable[AgentDraft]) -> None:
    """Say in the log which handlers wait for a guideline or a journey that no agent has: they would wait for ever."""
    by_guideline = {**hooks.on_guideline_selected_handlers, **hooks.on_guideline_message_handlers}
    by_journey = {**hooks.on_journey_selected_handlers, **hooks.on_journey_message_handlers}
    if not by_guideline and not by_journey:
        return
    whole = [complete(draft) for draft in drafts]
    _warn("guideline", by_guideline, known=[name for draft in whole for name in draft.guidelines])
    _warn("journey", by_journey, known=[name for draft in whole for name in draft.journeys])


def _warn(kind: str, handlers: Iterable[str], *, known: list[str]) -> None:
    # A result of a tool may bring guidelines of its own; those are called <tool>/<words>.
    for name in (name for name in handlers if name not in known and "/" not in name):
        near = closest(name, known)
        hint = f"; did you mean {near!r}?" if near else ""
        logger.warning("the hooks have a handler for the %s %r, which no agent has%s", kind, name, hint)


async def configured(hooks: EngineHooks, configure: ConfigureHooks) -> EngineHooks:
    """The hooks as an author's function leaves them. Raises TypeError where that gives something else back."""
    given: Any = await call_code(configure, hooks)
    if given is None:
        return hooks
    if not isinstance(given, EngineHooks):
        raise TypeError(f"configure_hooks must give the EngineHooks back that it was given, not {given!r:.60}")
    return given
