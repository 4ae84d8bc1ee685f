"""What plugins and conftest.py files contribute: checks by name, and sections of the report."""

from collections.abc import Mapping, Sequence

import pytest

from ..playing.checks import CheckFunction
from ..results.run import RunRecord
from ..sections import ReportSection


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


def own_sections(config: pytest.Config, run: RunRecord) -> tuple[ReportSection, ...]:
    """What plugins and conftest.py files add to the report of a run."""
    given: list[Sequence[ReportSection] | None] = config.hook.pytest_understudy_report_sections(run=run)
    return tuple(section for sections in given for section in sections or ())


def _named(function: CheckFunction) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
