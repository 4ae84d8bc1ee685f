"""Which runs to let go. Pure."""

from collections.abc import Sequence

from .run import RunSummary


def to_remove(runs: Sequence[RunSummary], *, keep: int | None, before: str | None) -> tuple[RunSummary, ...]:
    """The runs that are neither labelled, nor among the `keep` newest, nor as young as `before`; oldest first.

    `runs` is oldest first. Without `keep` only age counts, without `before` only number.
    """
    spare = runs[: max(len(runs) - keep, 0)] if keep is not None else runs
    return tuple(run for run in spare if not run.label and (before is None or run.started < before))
