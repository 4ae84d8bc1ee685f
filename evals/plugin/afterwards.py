"""What is said of a run when it is over and was asked for: coverage, and what changed against a baseline."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...engine.errors import UnderstudyError
from ..baselines import NAME
from ..coverage import coverage, percent_of, total
from ..coverage_text import coverage_lines
from ..results.run import RunRecord
from .settings import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """Lines for the terminal, and what fails the run."""

    lines: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A run with what it is to be compared with, or why there is no such thing."""

    run: RunRecord
    failure: str = ""


def with_base(run: RunRecord, options: Options, *, root: Path) -> Compared:
    """The run with the one that --scenarios-baseline names, of the scenarios that were played."""
    if not options.baseline:
        return Compared(run=run)
    from ..diff.references import Places, refer

    try:
        base = refer(options.baseline, Places(db=options.db, root=root))
    except UnderstudyError as error:
        return Compared(run=run, failure=f"scenarios_baseline: {error}")
    return Compared(run=replace(run, base=base.run.shared_with(run)))


def look_back(compared: Compared, options: Options) -> Afterwards:
    """Everything that was asked for of a run."""
    run = compared.run
    measured = tuple(_coverage(run, options))
    changed = _against(run.base, run, named=options.baseline) if options.baseline and run.base else Afterwards()
    failed = filter(None, (*_too_little(run, options.coverage_under), compared.failure, *changed.failures))
    return Afterwards(lines=(*measured, *changed.lines), failures=tuple(failed))


def _against(base: RunRecord, run: RunRecord, *, named: str) -> Afterwards:
    """What changed against a baseline, of the scenarios that were played; what was not played says nothing."""
    from ..diff.comparing import compare
    from ..diff.text import diff_lines

    found = compare(base, run)
    missing = [each.node for each in found.of("new")] if named == NAME else []
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
