"""What is said of a run when it is over and was asked for: coverage, and what changed against a baseline."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    return Afterwards(lines=measured, failures=tuple(_too_little(run, options.coverage_under)))


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
