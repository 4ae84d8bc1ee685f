"""Checks in code: finding an author's function, and asking it what it makes of an outcome."""

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias, cast

from ...engine import Fault, guarded
from ...engine.domain.values import slug
from ...engine.errors import closest
from ..expectations.code import CodeAnswer, CodeHolds
from ..loader.problems import ScenarioProblem
from ..outcome import Outcome
from ..scenario import AgentFirst, CustomerSays, Expected, Scenario

Answer: TypeAlias = bool | str | None
CheckFunction: TypeAlias = Callable[[Outcome], Answer | Awaitable[Answer]]
"""Given an outcome: True, None or an empty text where it is as it should be, False or a text that says why not."""
Registered: TypeAlias = Callable[[], Mapping[str, CheckFunction]]

OURS = (Path(__file__).parents[1], Path(guarded.__code__.co_filename).parents[1])
"""Our own packages, which a traceback goes through on its way."""
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


class CodeChecks:
    """The checks in code that scenarios name: each found once, and called for every outcome it is to judge."""

    def __init__(self, registered: Registered) -> None:
        self._registered = registered
        self._found: dict[tuple[str, Path], CheckFunction | str] = {}

    async def problems(self, scenario: Scenario) -> tuple[ScenarioProblem, ...]:
        """A problem for each check that is not there, in the order of the script."""
        found: list[ScenarioProblem] = []
        for expected in _everything(scenario):
            if isinstance(expected.expectation, CodeHolds):
                check = await self._find(expected.expectation.check, folder_of(scenario))
                if isinstance(check, str):
                    found.append(ScenarioProblem(place=expected.place, text=check))
        return tuple(dict.fromkeys(found))

    async def answers(
        self, expected: Iterable[Expected], outcome: Outcome, *, folder: Path, seconds: float
    ) -> dict[str, CodeAnswer]:
        """What every check among the expectations answers, by what names it."""
        names = [each.expectation.check for each in expected if isinstance(each.expectation, CodeHolds)]
        return {name: await self._answer(name, outcome, folder=folder, seconds=seconds) for name in names}

    async def _answer(self, name: str, outcome: Outcome, *, folder: Path, seconds: float) -> CodeAnswer:
        check = await self._find(name, folder)
        if isinstance(check, str):
            return CodeAnswer(verdict="inconclusive", explanation=check)

        async def call() -> Answer:
            answer = check(outcome)
            return await answer if inspect.isawaitable(answer) else answer

        return _read(name, await guarded(call, what=f"the check {name}", seconds=seconds))

    async def _find(self, name: str, folder: Path) -> CheckFunction | str:
        key = (name, folder)
        if key not in self._found:
            self._found[key] = await self._load(name, folder)
        return self._found[key]

    async def _load(self, name: str, folder: Path) -> CheckFunction | str:
        module_name, _, function = name.rpartition(":")
        if not module_name:
            known = self._registered()
            return known[name] if name in known else _unknown(name, known)
        path = folder / module_name
        if module_name.endswith(".py") and (missing := _missing(path)):
            return f"the check {name!r}: {missing}"

        async def load() -> ModuleType:
            return _module(path) if module_name.endswith(".py") else importlib.import_module(module_name)

        module = await guarded(load, what=f"the check {name}")
        if isinstance(module, Fault):
            return f"the check {name!r} can't be loaded: {module}{_where(module)}"
        found: object = getattr(module, function, None)
        if not callable(found):
            near = closest(function, [each for each in vars(module) if not each.startswith("_")])
            return f"the check {name!r}: {module.__file__} has no function {function!r}{_hint(near)}"
        return cast(CheckFunction, found)


def _read(name: str, answer: Any) -> CodeAnswer:
    match answer:
        case Fault(exception="AssertionError"):
            return CodeAnswer(verdict="failed", explanation=(answer.error or f"{name} does not hold") + _where(answer))
        case Fault():
            return CodeAnswer(verdict="inconclusive", explanation=f"{name} broke: {answer}{_where(answer)}")
        case None | True | "":
            return CodeAnswer(verdict="passed")
        case False:
            return CodeAnswer(verdict="failed", explanation=f"{name} said no; a text in place of False would say why")
        case str():
            return CodeAnswer(verdict="failed", explanation=answer)
        case _:
            text = f"{name} must answer with True, False or a text that says what is wrong, not {answer!r}"
            return CodeAnswer(verdict="inconclusive", explanation=text)


def _unknown(name: str, known: Mapping[str, CheckFunction]) -> str:
    there = f"registered are {', '.join(sorted(known))}" if known else "none is registered"
    near = closest(name, sorted(known))
    return f"no check is called {name!r}: {there}; a function is named with its file, checks.py:{name}{_hint(near)}"


def _missing(path: Path) -> str:
    if path.is_file():
        return ""
    near = closest(path.name, sorted(other.name for other in path.parent.glob("*.py")))
    return f"there is no file {path.as_posix()}{_hint(near)}"


def _module(path: Path) -> ModuleType:
    """Import a file under a name made from its whole path, so that every suite may have a checks.py."""
    name = f"understudy_checks.{slug(str(path)).replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported as a module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _where(fault: Fault) -> str:
    """The last place in a traceback that is not in this package: the author's own line."""
    frames = [frame for frame in FRAME.finditer(fault.traceback) if not _is_ours(Path(frame["file"]))]
    return f" ({frames[-1]['file']}:{frames[-1]['line']})" if frames else ""


def _is_ours(file: Path) -> bool:
    return any(file.is_relative_to(folder) for folder in OURS)


def _hint(near: str | None) -> str:
    return f"; did you mean {near!r}?" if near else ""


def folder_of(scenario: Scenario) -> Path:
    """The folder of a scenario's file, beside which its checks are looked for."""
    return Path(scenario.place.file).resolve().parent


def _everything(scenario: Scenario) -> Iterable[Expected]:
    for step in scenario.script:
        if isinstance(step, CustomerSays | AgentFirst):
            yield from step.expect
    yield from scenario.expect
