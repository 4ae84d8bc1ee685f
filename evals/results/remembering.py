"""A run with what is stored of the runs before it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .run import RunRecord

if TYPE_CHECKING:
    from .store import Results


def with_history(run: RunRecord, results: "Results") -> RunRecord:
    """The run with the runs before it in a few figures."""
    earlier = (each for each in results.runs() if each.id != run.id and each.started <= run.started)
    return replace(run, history=tuple(earlier))


def with_past(run: RunRecord, results: "Results", *, compared: bool = True) -> RunRecord:
    """The stored run with all that a report tells of the runs before it; `compared` with the last of them too."""
    known = replace(with_history(run, results), past=results.past(run.id))
    if not compared or not known.history:
        return known
    base = results.run(known.history[-1].id).shared_with(run)
    return replace(known, base=base) if base.outcomes else known
