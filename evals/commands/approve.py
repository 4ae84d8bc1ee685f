"""`understudy approve [RUN] [SCENARIO…]`: make what scenarios did in a run their baseline, as text beside them."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from ...engine.errors import UnknownNameError
from ..baselines import baseline_file, baselines_below, forget_agents, read_baselines, write_baseline
from ..diff.comparing import ScenarioDiff, Tier, compare
from ..outcome import Outcome
from ..plugin.options import DATABASE
from ..results.errors import UnknownRunError
from ..results.run import RunRecord
from . import Command
from .diff import read_runs

TIERS: dict[str, Tier] = {tier.removesuffix("_only").removesuffix("_changed"): tier for tier in get_args(Tier)}
"""By the names under which they are chosen."""
CHOICES = sorted(name for name in TIERS if name not in ("inconclusive", "unchanged"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    names = "latest, a run's id or label, or the file of a run's journal"
    parser.add_argument("run", metavar="RUN", nargs="?", default="latest", help=f"{names} (default: latest)")
    scenarios = "ids, suite/id or file::id (default: all that the run played)"
    parser.add_argument("scenarios", metavar="SCENARIO", nargs="*", help=scenarios)
    parser.add_argument(
        "--only",
        metavar="WHAT",
        action="append",
        choices=CHOICES,
        help=f"approve only scenarios that changed in this way: {', '.join(CHOICES)}; may be repeated",
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, default=Path(DATABASE), help=f"results (default: {DATABASE})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the baselines and say which."""
    run, names = _asked(arguments)
    approval = Approval(run=run, root=Path(), only=tuple(TIERS[name] for name in arguments.only or ()))
    for line in approval.approve(names):
        print(line)
    return 0


def _asked(arguments: argparse.Namespace) -> tuple[RunRecord, Sequence[str]]:
    """The run and the scenarios that are meant; where the run is left out, what stands in its place is a scenario."""
    try:
        (run,) = read_runs([arguments.run], db=arguments.db)
    except UnknownRunError as error:
        try:
            (run,) = read_runs(["latest"], db=arguments.db)
        except UnknownRunError:
            raise error from None
        if not any(arguments.run in _names(outcome) for outcome in run.outcomes):
            raise
        return run, [arguments.run, *arguments.scenarios]
    return run, arguments.scenarios


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a run did, about to become what is expected."""

    run: RunRecord
    root: Path
    only: tuple[Tier, ...] = ()

    def approve(self, names: Sequence[str]) -> Iterator[str]:
        """Write the baselines of these scenarios, or of all; a line for each. Raises UnknownNameError, OSError."""
        folders = {baseline_file(outcome, self.root).parent for outcome in self.run.outcomes}
        former = read_baselines(baselines_below(self.root, [folder.parent for folder in folders]))
        chosen = _chosen(self.run, names)
        told = False
        for scenario in compare(former, self.run).scenarios:
            trials = chosen.get((scenario.suite, scenario.scenario), ())
            wanted = scenario.tier != "unchanged" and (not self.only or scenario.tier in self.only)
            if wanted and (trials or (scenario.tier == "gone" and self.only)):
                yield self._approve(scenario, trials or _of(former, scenario))
                told = True
        for folder in sorted(folders):
            forget_agents(folder)
        if not told:
            yield "there is nothing to approve: what was played is as the baselines say"

    def _approve(self, scenario: ScenarioDiff, trials: Sequence[Outcome]) -> str:
        path = baseline_file(trials[0], self.root)
        if scenario.tier == "gone":
            path.unlink(missing_ok=True)
            return f"removed: {path} (gone)"
        if scenario.after == "inconclusive":
            return f"left as it is: {scenario.node} is inconclusive, so it is not known what the agent does"
        failed = ", though it failed" if scenario.after == "failed" else ""
        said = scenario.tier.replace("_", " ")
        return f"approved: {write_baseline(trials, self.run.agents, root=self.root)} ({said}){failed}"


def _of(run: RunRecord, scenario: ScenarioDiff) -> tuple[Outcome, ...]:
    key = (scenario.suite, scenario.scenario)
    return tuple(outcome for outcome in run.outcomes if (outcome.suite, outcome.scenario) == key)


def _chosen(run: RunRecord, names: Sequence[str]) -> dict[tuple[str, str], tuple[Outcome, ...]]:
    known = [name for outcome in run.outcomes for name in _names(outcome)]
    for name in names:
        if name not in known:
            raise UnknownNameError(kind="scenario of that run", name=name, known=known)
    found: dict[tuple[str, str], tuple[Outcome, ...]] = {}
    for outcome in run.outcomes:
        if not names or not set(names).isdisjoint(_names(outcome)):
            key = (outcome.suite, outcome.scenario)
            found[key] = (*found.get(key, ()), outcome)
    return found


def _names(outcome: Outcome) -> tuple[str, ...]:
    return outcome.scenario, f"{outcome.suite}/{outcome.scenario}", f"{outcome.file}::{outcome.scenario}"


command = Command(
    name="approve",
    help="make what scenarios did in a run their baseline, as text to be reviewed and committed",
    run=run,
    add_arguments=add_arguments,
)
