"""Modules of a server: what a program sets up in files of its own, when the server is entered, and clears away."""

import importlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from types import ModuleType
from typing import Any, TypeAlias

from ..author_calls.handlers import call_code
from ..errors import AuthoringError
from .names import at, here

CONFIGURE = "configure_module"
"""Called with the server before anything else: for hooks, tool services, tags."""
INITIALIZE = "initialize_module"
"""Called with the server when every module is configured: for agents, and for what talks to the world."""
SHUTDOWN = "shutdown_module"
"""Called when the server is left, the last module first, however it is left."""

ModuleRef: TypeAlias = str | ModuleType


class Modules:
    """The modules of one server, in the order in which they were named."""

    def __init__(self, given: Sequence[ModuleRef]) -> None:
        self._place = here()
        if isinstance(given, str):
            raise TypeError(at(self._place, f"modules= takes a list: write modules=[{given!r}]"))
        self._given = tuple(given)
        self._stack = AsyncExitStack()

    async def enter(self, server: Any) -> None:
        """Configure every module, then initialise every one. Raises AuthoringError, and whatever a module raises.

        Those that were begun with are shut down where a later one fails.
        """
        modules = [self._loaded(each) for each in self._given]
        async with AsyncExitStack() as stack:
            for module in modules:
                await _call(module, CONFIGURE, server)
            for module in modules:
                stack.push_async_callback(_call, module, SHUTDOWN)
                await _call(module, INITIALIZE, server)
            self._stack = stack.pop_all()

    async def leave(self) -> None:
        """Shut the modules down, the last one first; one that fails keeps no other from it."""
        await self._stack.aclose()

    def _loaded(self, given: ModuleRef) -> ModuleType:
        module = given if isinstance(given, ModuleType) else self._imported(given)
        if not any(callable(getattr(module, name, None)) for name in (CONFIGURE, INITIALIZE, SHUTDOWN)):
            text = (
                f"the module {module.__name__!r} has none of the functions {CONFIGURE}(server), {INITIALIZE}(server) "
                f"and {SHUTDOWN}(); give it at least one, or leave it out of modules="
            )
            raise AuthoringError(at(self._place, text))
        return module

    def _imported(self, name: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise  # it is there, and something that it imports is not
            text = f"there is no module {name!r}; modules= takes names as one imports them, or modules"
            raise AuthoringError(at(self._place, text)) from None


async def _call(module: ModuleType, name: str, *given: Any) -> None:
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is not None:
        await call_code(function, *given)
