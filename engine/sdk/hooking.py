"""Configuring a server's hooks: the author's function gets the collection and gives it back."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from ..handlers import call_code
from ..hooks import EngineHooks

ConfigureHooks: TypeAlias = Callable[[EngineHooks], Awaitable[EngineHooks | None] | EngineHooks | None]
"""Adds hooks to the collection it is given, and gives back that one, another, or nothing; sync or async."""


async def configured(hooks: EngineHooks, configure: ConfigureHooks) -> EngineHooks:
    """The hooks as an author's function leaves them. Raises TypeError where that gives something else back."""
    given: Any = await call_code(configure, hooks)
    if given is None:
        return hooks
    if not isinstance(given, EngineHooks):
        raise TypeError(f"configure_hooks must give the EngineHooks back that it was given, not {given!r:.60}")
    return given
