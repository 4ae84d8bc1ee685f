"""After a run in `record`: what belongs to an agent and nobody read is removed, where its whole suite was played."""

from pathlib import Path

from ..loader.problems import ScenarioError
from ..loader.scenario_files import load_file
from ..playing.rehearsal import Rehearsal
from .collection import is_scenario_file, suite_of


def prune_agents(rehearsal: Rehearsal) -> dict[Path, int]:
    """Remove what belongs to agents and was not read. Gives how many entries left each file."""
    removed: dict[Path, int] = {}
    for path, kept in rehearsal.of_agents.items():
        folder = path.parent.parent
        if not is_whole_suite(folder, played=rehearsal.whole.get(folder, set())):
            continue
        left = kept.unused(lambda entry: True)
        kept.save(without=frozenset(entry.key for entry in left))
        if left:
            removed[path] = len(left)
    return removed


def is_whole_suite(folder: Path, *, played: set[str]) -> bool:
    """Whether every scenario of a suite was played to its end; one in Python can't be known without running it."""
    if any(b"mark.scenario" in path.read_bytes() for path in folder.glob("*.py")):
        return False
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and is_scenario_file(path, named=False)]
    try:
        known = {scenario.id for file in files for scenario in load_file(file, suite=suite_of(file, root=folder))}
    except ScenarioError:
        return False
    return bool(known) and known <= played
