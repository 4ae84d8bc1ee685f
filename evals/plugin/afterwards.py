"""What is said of a run when it is over and was asked for: coverage, and what changed against a baseline."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...engine.errors import UnderstudyError
from ..coverage import coverage, percent_of, total
from ..coverage_text import coverage_lines
from ..results.run import RunRecord
from .settings import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """Lines for the terminal, and what fails the run."""

    lines: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def look_back(run: RunRecord, options: Options, *, root: Path) -> Afterwards:
    """Everything that was asked for of a run."""
    measured = tuple(_coverage(run, options))
    compared = _against(run, options, root=root) if options.baseline else Afterwards()
    return Afterwards(
        lines=(*measured, *compared.lines),
        failures=(*_too_little(run, options.coverage_under), *compared.failures),
    )


def _against(run: RunRecord, options: Options, *, root: Path) -> Afterwards:
    """What changed against a baseline, of the scenarios that were played; what was not played says nothing."""
    from ..diff.comparing import compare
    from ..diff.references import Places, refer
    from ..diff.text import diff_lines

    try:
        base = refer(options.baseline, Places(db=options.db, root=root))
    except UnderstudyError as error:
        return Afterwards(failures=(f"scenarios_baseline: {error}",))
    played = {(outcome.suite, outcome.scenario) for outcome in run.outcomes}
    known = tuple(outcome for outcome in base.run.outcomes if (outcome.suite, outcome.scenario) in played)
    found = compare(replace(base.run, outcomes=known), run)
    missing = [each.node for each in found.of("new")] if base.origin == "baseline" else []
    approve = f"no baseline is approved for {', '.join(missing)}; approve: understudy approve {run.id}"
    return Afterwards(lines=tuple(diff_lines(found)), failures=(approve,) if missing else ())


def _coverage(run: RunRecord, options: Options) -> Iterator[str]:
    if options.coverage:
        yield from coverage_lines(coverage(run.outcomes, run.agents))


def _too_little(run: RunRecord, least: float | None) -> Iterator[str]:
    if least is None:
        return
    share = percent_of(total(coverage(run.outcomes, run.agents)))
    if share < least:
        shown = " (--scenarios-cov shows where)"
        yield f"coverage is {share:.1f} %, and scenarios_cov_fail_under asks for {least:g} %{shown}"
