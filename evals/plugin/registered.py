"""Checks that plugins and conftest.py files registered by name."""

from collections.abc import Mapping

import pytest

from ..playing.checks import CheckFunction


def registered_checks(config: pytest.Config) -> Mapping[str, CheckFunction]:
    """Every registered check by its name. Raises pytest.UsageError where two have the same."""
    found: dict[str, CheckFunction] = {}
    given: list[Mapping[str, CheckFunction] | None] = config.hook.pytest_understudy_checks()
    for checks in given:
        for name, function in (checks or {}).items():
            if found.setdefault(name, function) is not function:
                text = f"two checks are registered as {name!r} ({_named(found[name])} and {_named(function)})"
                raise pytest.UsageError(f"{text}; rename one")
    return found


def _named(function: CheckFunction) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
