"""Keeping paid models out of plain tests, without importing the engine for those who do not use it."""

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

ENGINE = "understudy.engine"


class _RestrictOnImport(MetaPathFinder):
    """Restricts the engine in the moment in which it is imported."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Find the engine where others find it, and have its import end with the restriction."""
        if fullname != ENGINE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_restrict(module: ModuleType) -> None:
            execute(module)
            module.restrict_models("named_offline")

        spec.loader.exec_module = execute_and_restrict
        return spec


def restrict_to_offline() -> None:
    """Allow no model but offline and scripted ones that are named, now or as soon as the engine is imported."""
    if engine := sys.modules.get(ENGINE):
        engine.restrict_models("named_offline")
    elif not any(isinstance(finder, _RestrictOnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _RestrictOnImport())


def lift_restriction() -> None:
    """Allow any model again."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _RestrictOnImport)]
    if engine := sys.modules.get(ENGINE):
        engine.restrict_models("any")
