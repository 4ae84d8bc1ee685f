"""Scenarios as pytest sees them: files, and an item for each scenario, played in its setup and judged in its call."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ...engine.errors import AuthoringError
from ..loader.problems import ScenarioError
from ..loader.scenario_files import duplicate_ids, file_name, load_file
from ..outcome import Outcome
from ..playing.means import Played
from ..scenario import Scenario
from .telling import tell_trials

SUFFIXES = (".yaml", ".yml")
SCENARIOS = "scenarios"
MARK = "scenario"
BROKEN = "<scenario file>"
"""The name of the one item that stands for a file with mistakes."""

_LOOKS_LIKE_ONE = re.compile(rb"^(agent|scenarios)[ \t]*:", re.MULTILINE)


class ScenarioFailedError(Exception):
    """The agent did not do what a scenario expects."""


class ScenarioInconclusiveError(Exception):
    """Nothing can be said of the agent."""


@dataclass(slots=True)
class Stage:
    """What the items of one process share: how to play one, and what was collected."""

    play: "Callable[[ScenarioItem], Played]"
    scenarios: dict[tuple[str, str], Scenario] = field(default_factory=dict[tuple[str, str], Scenario])
    """By the names of their files."""
    mistakes: dict[str, str] = field(default_factory=dict[str, str])
    """What is wrong with files that can't be read, by file."""


STAGE: pytest.StashKey[Stage] = pytest.StashKey()


def is_scenario_file(path: Path, *, named: bool) -> bool:
    """Whether a file holds scenarios: one that was named does, others where they look like it."""
    if path.suffix not in SUFFIXES:
        return False
    return named or _LOOKS_LIKE_ONE.search(path.read_bytes()) is not None


def suite_of(file: Path, *, root: Path) -> str:
    """The suite of a scenario file: its folder below scenarios/, or below the project's root where there is no such."""
    folder = file.parent
    above = next((parent for parent in (folder, *folder.parents) if parent.name == SCENARIOS), root)
    if folder == above or not folder.is_relative_to(above):
        return folder.name
    return folder.relative_to(above).as_posix()


class ScenarioFile(pytest.File):
    """A YAML file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each scenario, or one that tells every mistake of the file."""
        stage = self.config.stash[STAGE]
        try:
            scenarios = load_file(self._shown, suite=suite_of(self.path, root=self.config.rootpath))
            # Ids are unique in a suite, which may have several files; those of one file the loader has compared.
            problems = "\n".join(map(str, duplicate_ids(scenarios, stage.scenarios)))
        except ScenarioError as error:
            scenarios, problems = (), str(error)
        if problems:
            stage.mistakes[self.nodeid] = problems
            yield BrokenFile.from_parent(self, name=BROKEN, problems=problems)  # pyright: ignore[reportUnknownMemberType]
            return
        stage.scenarios |= {file_name(scenario): scenario for scenario in scenarios}
        for scenario in scenarios:
            yield ScenarioItem.from_parent(self, name=scenario.id, scenario=scenario)  # pyright: ignore[reportUnknownMemberType]

    @property
    def _shown(self) -> Path:
        """The file as messages name it: from where pytest was called, when it lies below."""
        here = self.config.invocation_params.dir
        return self.path.relative_to(here) if self.path.is_relative_to(here) and here == Path.cwd() else self.path


class ScenarioItem(pytest.Item):
    """A scenario with its trials."""

    def __init__(self, *, scenario: Scenario, **kw: Any) -> None:
        super().__init__(**kw)  # pyright: ignore[reportUnknownMemberType]
        self.scenario = scenario
        self.played: Played | None = None
        self.add_marker(MARK)
        for tag in scenario.tags:
            # Under --strict-markers a mark has to be declared first.
            self.config.addinivalue_line("markers", f"{tag}: a tag of scenarios")
            self.add_marker(tag)

    def setup(self) -> None:
        """Play it. Raises where nothing can be said of the agent, so that this shows as an error."""
        self.played = self.config.stash[STAGE].play(self)
        if self.played.verdict == "inconclusive":
            raise ScenarioInconclusiveError(self._told())

    def runtest(self) -> None:
        """Judge it. Raises where an expectation does not hold."""
        if self.played and self.played.verdict == "failed":
            raise ScenarioFailedError(self._told())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What did not hold, in place of a traceback through our own code."""
        told = told_instead(excinfo.value)
        return told if told is not None else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and its name."""
        return self.path, self.scenario.place.line - 1, self.scenario.name

    @property
    def _outcomes(self) -> tuple[Outcome, ...]:
        return self.played.outcomes if self.played else ()

    def _told(self) -> str:
        return tell_trials(self._outcomes)


class BrokenFile(pytest.Item):
    """A scenario file that can't be read; the rest of the run goes on without it."""

    def __init__(self, *, problems: str, **kw: Any) -> None:
        super().__init__(**kw)  # pyright: ignore[reportUnknownMemberType]
        self.problems = problems
        self.add_marker(MARK)

    def setup(self) -> None:
        """Tell every mistake."""
        raise MistakesError(self.problems)

    def runtest(self) -> None:
        """Never reached."""

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file."""
        return self.path, None, f"{self.path.name} can't be read"


class MistakesError(Exception):
    """A scenario file has mistakes."""


def told_instead(error: BaseException) -> str | None:
    """What to show of an error in place of its traceback, None where the traceback is wanted."""
    ours = (ScenarioFailedError, ScenarioInconclusiveError, MistakesError, AuthoringError)
    return str(error) if isinstance(error, ours) else None
