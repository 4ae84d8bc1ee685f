"""Keeping paid models out of plain tests, without importing the engine for those who do not use it."""

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Literal

ENGINE = "understudy.engine"

Allowed = Literal["any", "named_offline"]

_runs: list[Allowed] = []
"""What the runs of pytest in this process allow; a test of a plugin runs pytest within pytest."""


class _RestrictOnImport(MetaPathFinder):
    """Restricts the engine in the moment in which it is imported."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
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
            module.restrict_models(_now())

        spec.loader.exec_module = execute_and_restrict
        return spec


def begin_run(allowed: Allowed) -> None:
    """Allow these models from now on; `named_offline` is none but offline and scripted ones that are named."""
    _runs.append(allowed)
    _apply()


def end_run() -> None:
    """Allow again what was allowed before the last run began."""
    if _runs:
        _runs.pop()
    _apply()


def allowed() -> Allowed:
    """Which models may be used in this process as it is."""
    return _now()


def _now() -> Allowed:
    return _runs[-1] if _runs else "any"


def _apply() -> None:
    if engine := sys.modules.get(ENGINE):
        engine.restrict_models(_now())
    elif not any(isinstance(finder, _RestrictOnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _RestrictOnImport())
