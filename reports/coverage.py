"""Coverage as tables: how much of each kind was exercised, and what was not, by name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ..engine.domain.agent import AgentDefinition
from ..evals.coverage import AgentCoverage, Line, coverage
from ..evals.diff.definitions import compare_definitions
from ..evals.diff.text import here
from ..evals.outcome import Outcome
from ..evals.uncovered import edits_covered
from .page import EditedParts
from .pieces import Amount, Fact, Table
from .tables import counted, share, words
from .wording import count, number

COLUMNS = ("What", "Exercised", "Defined", "Share", "In failed scenarios only")


def coverage_of(outcomes: Sequence[Outcome], agent: AgentDefinition | None) -> AgentCoverage | None:
    """What these trials of one definition exercised; None where the definition is not known."""
    if agent is None:
        return None
    mark = outcomes[0].definition
    return next(iter(coverage(outcomes, {mark: agent})), None)


def coverage_table(covered: AgentCoverage | None) -> Table:
    """How much of each kind was exercised, and of all that counts; no rows where the definition is not known."""
    if covered is None:
        return Table(columns=COLUMNS, rows=())
    lines = tuple(covered.lines())
    exercised, defined = covered.share()
    by_failed = sum(len(line.by_failed) for line in lines if line.measure.counts)
    return Table(
        columns=COLUMNS,
        rows=tuple(map(_row, lines)),
        total=(words("All that counts"), *_figures(exercised, defined, by_failed=by_failed)),
    )


def _row(line: Line) -> tuple[Amount, ...]:
    uncounted = "" if line.measure.counts else " (not counted)"
    figures = _figures(len(line.by_passed), len(line.defined), by_failed=len(line.by_failed))
    return words(f"{line.measure.done}{uncounted}"), *figures


def _figures(exercised: int, defined: int, *, by_failed: int) -> tuple[Amount, ...]:
    return counted(exercised), counted(defined), share(exercised, defined), counted(by_failed)


EXERCISED: Mapping[Literal["passed", "failed"] | None, str] = {
    "passed": "✓ by scenarios that passed",
    "failed": "~ only by scenarios that failed",
    None: "✗ by no scenario",
}


def edited_parts(
    covered: AgentCoverage | None, former: Mapping[str, AgentDefinition], *, since: str
) -> EditedParts | None:
    """Diff coverage: what was edited since another run, what nothing exercises first."""
    if covered is None or covered.agent.id not in former:
        return None
    found = edits_covered(compare_definitions(former[covered.agent.id], covered.agent), covered)
    order = (None, "failed", "passed")
    rows = tuple(
        (words(str(each.edit)), words(here(each.edit.place)), words(EXERCISED[each.by]))
        for each in sorted(found, key=lambda each: order.index(each.by))
    )
    return EditedParts(
        sentence=_edited_sentence([each.by for each in found], since=since),
        table=Table(columns=("Edited", "Where", "Exercised"), rows=rows, texts=3),
    )


def _edited_sentence(exercised: Sequence[Literal["passed", "failed"] | None], *, since: str) -> str:
    if not exercised:
        return f"Nothing of it was added or changed since {since}."
    edits, untouched = count(len(exercised), "part"), exercised.count(None)
    told = "all exercised" if not untouched else f"{number(untouched)} exercised by no scenario"
    failed = exercised.count("failed")
    only = f", {number(failed)} only by scenarios that failed" if failed else ""
    return f"{edits} added or changed since {since}: {told}{only}."


def missed(covered: AgentCoverage | None) -> Iterator[Fact]:
    """What of each kind that counts was never exercised."""
    for line in covered.lines() if covered else ():
        if line.missed and line.measure.counts:
            yield Fact(
                name=f"{line.measure.undone} ({len(line.missed)} of {len(line.defined)})", text=", ".join(line.missed)
            )
