"""Coverage as tables: how much of each kind was exercised, and what was not, by name."""

from collections.abc import Iterator, Sequence

from ..engine.domain.agent import AgentDefinition
from ..evals.coverage import AgentCoverage, coverage
from ..evals.outcome import Outcome
from .pieces import Fact, Table
from .tables import counted, share, words

COLUMNS = ("What", "Exercised", "Defined", "Share", "In failed scenarios only")


def coverage_of(outcomes: Sequence[Outcome], agent: AgentDefinition | None) -> AgentCoverage | None:
    """What these trials of one definition exercised; None where the definition is not known."""
    if agent is None:
        return None
    mark = outcomes[0].definition
    return next(iter(coverage(outcomes, {mark: agent})), None)


def coverage_table(covered: AgentCoverage | None) -> Table:
    """How much of each kind was exercised; no rows where the definition is not known."""
    rows = tuple(
        (
            words(line.measure.done),
            counted(len(line.by_passed)),
            counted(len(line.defined)),
            share(len(line.by_passed), len(line.defined)),
            counted(len(line.by_failed)),
        )
        for line in (covered.lines() if covered else ())
    )
    return Table(columns=COLUMNS, rows=rows)


def missed(covered: AgentCoverage | None) -> Iterator[Fact]:
    """What of each kind that counts was never exercised."""
    for line in covered.lines() if covered else ():
        if line.missed and line.measure.counts:
            yield Fact(
                name=f"{line.measure.undone} ({len(line.missed)} of {len(line.defined)})", text=", ".join(line.missed)
            )
