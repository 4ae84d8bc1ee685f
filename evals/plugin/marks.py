"""What `@pytest.mark.scenario(...)` may say. All that is wrong with a mark is told at once."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from ...engine.domain.modes import ModerationMode
from ...engine.errors import AuthoringError, closest

OPTIONS = (
    "agent",
    "model",
    "customer",
    "tools",
    "variables",
    "moderation",
    "start",
    "now",
    "turn_limit",
    "scenario_limit",
    "trials",
    "at_least",
)


class MarkError(AuthoringError):
    """The mark of a scenario says what can't be."""


def check_mark(item: pytest.Function, options: Mapping[str, Any]) -> None:
    """Raises MarkError where an option is unknown, missing, or has a value that can't be."""
    if problems := list(_problems(options)):
        raise MarkError(f"{item.nodeid}: @pytest.mark.scenario: {'; '.join(problems)}")


def is_coroutine(item: pytest.Function) -> bool:
    """Whether a marked function can rehearse. Raises MarkError where it means to, and can't, for it can't await."""
    found = inspect.iscoroutinefunction(item.obj)
    if not found and "rehearse" in item.fixturenames:
        raise MarkError(
            f"{item.nodeid}: a scenario in Python is a coroutine; "
            f"write `async def {item.originalname}(…)` and `await rehearse.say(…)`"
        )
    return found


def _problems(options: Mapping[str, Any]) -> Iterator[str]:
    for name in options:
        if name not in OPTIONS:
            near = closest(name, OPTIONS)
            yield f"it has no {name!r}" + (f"; did you mean {near!r}?" if near else f", only {', '.join(OPTIONS)}")
    if "agent" not in options:
        yield "it needs the agent: agent=build, or agent='agent.py:build'"
    elif not (isinstance(options["agent"], str) or callable(options["agent"])):
        yield f"agent={options['agent']!r} is no agent; write agent=build (a function), or agent='agent.py:build'"
    modes = get_args(ModerationMode)
    if "moderation" in options and options["moderation"] not in modes:
        yield f"moderation={options['moderation']!r} can't be; it is one of {', '.join(map(repr, modes))}"
    for name in ("turn_limit", "scenario_limit"):
        if name in options and not _is_limit(options[name]):
            yield f"{name}={options[name]!r} is no limit; write a number of seconds above 0"
    yield from _problems_of_trials(options)


def _problems_of_trials(options: Mapping[str, Any]) -> Iterator[str]:
    trials, least = options.get("trials", 1), options.get("at_least", 0)
    if not _is_count(trials, least=1):
        yield f"trials={trials!r} is no number of trials; write a whole number from 1"
    elif not _is_count(least, least=0) or least > trials:
        yield (
            f"at_least={least!r} is no number of its trials ({trials}) that must pass; "
            f"write a whole number up to {trials}, or more trials="
        )


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_limit(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
