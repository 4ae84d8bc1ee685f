"""Run against run: for each scenario the first decision that differs, why, and how much follows from it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...engine.domain.agent import AgentDefinition
from ..outcome import Outcome, verdict_on
from ..results.run import RunRecord
from ..verdict import Verdict
from .causes import Cause, cause_of, pairing
from .decisions import Difference, Names, differences
from .definitions import DefinitionDiff, compare_definitions
from .simulated import fared_otherwise
from .spending import Spent, notable, spent
from .tiers import Changes, Tier, chance, passed, tier_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """The first decision that differs in a trial, and what comes after it."""

    trial: int
    difference: Difference
    cause: Cause
    downstream: int
    """How many later decisions differ too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDiff:
    """One scenario in two runs."""

    suite: str
    scenario: str
    name: str
    tier: Tier
    before: Verdict | None = None
    after: Verdict | None = None
    divergence: Divergence | None = None
    wording: int = 0
    """How many replies are worded otherwise."""
    fared_otherwise: tuple[Difference, ...] = ()
    """Simulated customers who came to another end in that trial, where that is not the first that differs."""
    unmet: tuple[str, ...] = ()
    """Expectations that are not met now and were before, or the other way round for a scenario that is fixed."""
    turns_before: int = 0
    turns_after: int = 0
    passed_before: tuple[int, int] = (0, 0)
    """How many trials passed, of how many that could be told."""
    passed_after: tuple[int, int] = (0, 0)
    chance: float | None = None
    """How likely rates so far apart are where nothing has changed; None without repeated trials."""
    spent_before: Spent = Spent()
    spent_after: Spent = Spent()

    @property
    def node(self) -> str:
        """suite/scenario."""
        return f"{self.suite}/{self.scenario}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDiff:
    """Two runs compared."""

    base: RunRecord
    head: RunRecord
    scenarios: tuple[ScenarioDiff, ...]
    definitions: tuple[tuple[str, DefinitionDiff], ...] = ()
    """What was edited, by agent; only agents of which something was."""

    def of(self, tier: Tier) -> tuple[ScenarioDiff, ...]:
        """The scenarios of one tier."""
        return tuple(scenario for scenario in self.scenarios if scenario.tier == tier)


Key = tuple[str, str]


def compare(base: RunRecord, head: RunRecord) -> RunDiff:
    """Compare two runs, scenario by scenario, in the order of the later one."""
    before, after = _by_scenario(base), _by_scenario(head)
    known = _Definitions(base=base.agents, head=head.agents)
    scenarios = [
        _scenario(before.get(key, ()), after.get(key, ()), definitions=known)
        for key in dict.fromkeys((*after, *before))
    ]
    return RunDiff(base=base, head=head, scenarios=tuple(scenarios), definitions=tuple(known.edited()))


class _Definitions:
    """Comparisons of definitions, each made once."""

    def __init__(self, *, base: Mapping[str, AgentDefinition], head: Mapping[str, AgentDefinition]) -> None:
        self._base = base
        self._head = head
        self._compared: dict[tuple[str, str], DefinitionDiff] = {}

    def between(self, before: str, after: str) -> DefinitionDiff:
        """What was edited between two definitions, by fingerprint; nothing where one of them was not kept."""
        key = (before, after)
        if key not in self._compared:
            old, new = self._base.get(before), self._head.get(after)
            if before == after or old is None or new is None:
                self._compared[key] = DefinitionDiff()
            else:
                self._compared[key] = compare_definitions(old, new)
        return self._compared[key]

    def edited(self) -> Iterator[tuple[str, DefinitionDiff]]:
        """Agents of which something was edited."""
        for (_, after), diff in self._compared.items():
            if diff.edits:
                yield self._head[after].id, diff


def _by_scenario(run: RunRecord) -> dict[Key, tuple[Outcome, ...]]:
    found: dict[Key, tuple[Outcome, ...]] = {}
    for outcome in sorted(run.outcomes, key=lambda each: (each.suite, each.file, each.line, each.trial)):
        key = (outcome.suite, outcome.scenario)
        found[key] = (*found.get(key, ()), outcome)
    return found


def _scenario(before: Sequence[Outcome], after: Sequence[Outcome], *, definitions: _Definitions) -> ScenarioDiff:
    some = (after or before)[0]
    was = verdict_on(before) if before else None
    now = verdict_on(after) if after else None
    trials = [
        _trial(old, new, definitions=definitions.between(old.definition, new.definition))
        for old, new in _aligned(before, after)
    ]
    found = [trial.divergence for trial in trials if trial.divergence]
    divergence = next((each for each in found if each.difference.stage != "wording"), found[0] if found else None)
    wording = sum(trial.wording for trial in trials)
    behaviour = divergence is not None and divergence.difference.stage != "wording"
    spending = spent(before), spent(after)
    changes = Changes(
        behaviour=behaviour,
        seen_before=behaviour and _seen_before(before, after, definitions=definitions),
        wording=wording > 0,
        spending=notable(*spending),
    )
    return ScenarioDiff(
        suite=some.suite,
        scenario=some.scenario,
        name=some.name,
        tier=tier_of(before, after, changes=changes),
        before=was,
        after=now,
        divergence=divergence,
        wording=wording,
        fared_otherwise=_fared(trials, divergence),
        unmet=_turned(before, after),
        turns_before=max((len(outcome.turns) for outcome in before), default=0),
        turns_after=max((len(outcome.turns) for outcome in after), default=0),
        passed_before=passed(before),
        passed_after=passed(after),
        chance=chance(before, after),
        spent_before=spending[0],
        spent_after=spending[1],
    )


def alike(before: Outcome, after: Outcome, *, definitions: DefinitionDiff | None = None) -> bool:
    """Whether two trials took the same decisions, in whatever words; `definitions` is what was edited in between."""
    found = _trial(before, after, definitions=definitions or DefinitionDiff()).divergence
    return found is None or found.difference.stage == "wording"


def _seen_before(before: Sequence[Outcome], after: Sequence[Outcome], *, definitions: _Definitions) -> bool:
    """Whether every trial now does what one of several trials did before."""

    def seen(new: Outcome) -> bool:
        return any(alike(old, new, definitions=definitions.between(old.definition, new.definition)) for old in before)

    return len(before) > 1 and all(map(seen, after))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrialDiff:
    divergence: Divergence | None
    wording: int
    fared: tuple[Difference, ...] = ()


def _fared(trials: Iterable[_TrialDiff], divergence: Divergence | None) -> tuple[Difference, ...]:
    told = [each for trial in trials if divergence and trial.divergence is divergence for each in trial.fared]
    return tuple(each for each in told if divergence and each != divergence.difference)


def _aligned(before: Iterable[Outcome], after: Iterable[Outcome]) -> list[tuple[Outcome, Outcome]]:
    former = {outcome.trial: outcome for outcome in before}
    return [(former[outcome.trial], outcome) for outcome in after if outcome.trial in former]


def _trial(before: Outcome, after: Outcome, *, definitions: DefinitionDiff) -> _TrialDiff:
    names = Names.of(definitions)
    pairs = list(zip(before.turns, after.turns, strict=False))
    found = [
        (place, difference)
        for place, (old, new) in enumerate(pairs)
        for difference in differences(old.trace, new.trace, names=names)
    ]
    fared = tuple(fared_otherwise(before, after))
    found += [(max(min(each.turn, len(pairs)) - 1, 0), each) for each in fared]
    found.sort(key=lambda each: each[1].turn)
    # What is said in other words is told last: a live model never says a thing twice in the same.
    behaviour = [each for each in found if each[1].stage != "wording"]
    wording = len(found) - len(behaviour)
    if not found:
        return _TrialDiff(divergence=None, wording=0)
    place, first = (behaviour or found)[0]
    divergence = Divergence(
        trial=after.trial,
        difference=first,
        cause=cause_of(first, pairing(before, after, turn=place, definitions=definitions)),
        downstream=len(behaviour) - 1 if behaviour else 0,
    )
    return _TrialDiff(divergence=divergence, wording=wording, fared=fared)


def _turned(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[str, ...]:
    """Expectations whose verdict turned: with where in the script they stand, so that equal words are told apart."""
    was = {(check.turn, check.expectation): check.verdict for outcome in before for check in outcome.checks}
    now = {(check.turn, check.expectation): check.verdict for outcome in after for check in outcome.checks}
    turned = [key for key, verdict in now.items() if verdict == "failed" and was.get(key) != "failed"]
    turned = turned or [key for key, verdict in was.items() if verdict == "failed" and now.get(key) == "passed"]
    return tuple(f"turn {turn}: {words}" if turn else words for turn, words in turned)
