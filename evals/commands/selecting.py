"""Which scenarios a command is about: named as pytest names them, by their ids, or all of a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...engine.errors import UnderstudyError, UnknownNameError
from ..loader.scenario_files import load_file
from ..plugin.collection import SCENARIOS, is_scenario_file, suite_of
from ..scenario import Scenario


class NoScenariosError(UnderstudyError):
    """Nothing was named, and there are no scenarios where they are by convention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A scenario, and how pytest names it."""

    scenario: Scenario
    node: str

    @property
    def folder(self) -> Path:
        """The folder of its suite."""
        return Path(self.scenario.place.file).parent


def select(targets: Sequence[str], *, root: Path = Path()) -> tuple[Selected, ...]:
    """The scenarios that are meant; all below scenarios/ where nothing is named.

    A target is a folder, a file, `file::id`, `suite/id` or an id.
    Raises NoScenariosError, UnknownNameError, ScenarioError.
    """
    if not targets and not (root / SCENARIOS).is_dir():
        raise NoScenariosError(f"there is no folder {SCENARIOS} here; name files, folders or scenarios")
    found: dict[str, Selected] = {}
    for target in targets or [SCENARIOS]:
        for selected in _meant(target, root):
            found[selected.node] = selected
    return tuple(found.values())


def one(target: str, *, root: Path = Path()) -> Selected:
    """The one scenario that is meant. Raises UnknownNameError where it is none or several."""
    found = select([target], root=root)
    if len(found) != 1:
        raise UnknownNameError(kind="scenario", name=target, several=[selected.node for selected in found])
    return found[0]


def folders_of(targets: Sequence[str], *, root: Path = Path()) -> tuple[Path, ...]:
    """The folders of suites that are meant: those that hold scenario files."""
    return tuple(sorted({selected.folder for selected in select(targets, root=root)}))


def _meant(target: str, root: Path) -> tuple[Selected, ...]:
    path = root / target.partition("::")[0]
    if not path.exists():
        return _named(target, root)
    here = tuple(selected for file in _files(path) for selected in _in_file(file, root))
    _, colons, name = target.partition("::")
    if not colons:
        return here
    chosen = tuple(selected for selected in here if selected.scenario.id == name)
    if not chosen:
        raise UnknownNameError(
            kind="scenario", name=name, known=[selected.scenario.id for selected in here], place=str(path)
        )
    return chosen


def _named(target: str, root: Path) -> tuple[Selected, ...]:
    folder = root / SCENARIOS
    everything = (
        tuple(selected for file in _files(folder) for selected in _in_file(file, root)) if folder.exists() else ()
    )
    chosen = tuple(
        selected
        for selected in everything
        if target in (selected.scenario.id, f"{selected.scenario.suite}/{selected.scenario.id}")
    )
    if not chosen:
        known = [selected.scenario.id for selected in everything]
        raise UnknownNameError(kind="file, folder or scenario", name=target, known=known)
    return chosen


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*.y*ml")):
        if file.is_file() and is_scenario_file(file, named=False):
            yield file


def _in_file(file: Path, root: Path) -> Iterator[Selected]:
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    for scenario in load_file(shown, suite=suite_of(file.resolve(), root=root.resolve())):
        yield Selected(scenario=scenario, node=f"{shown.as_posix()}::{scenario.id}")
