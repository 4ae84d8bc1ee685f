"""After a trial: what was recorded is written, what was left unread is told, what was served stale is marked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ..outcome import Outcome
from ..recordings.entry import Entry
from ..recordings.errors import RecordingsUnwritableError
from ..recordings.trial import TrialRecordings

Unused = Literal["warn", "fail", "ignore"]
SHOWN = 5
"""Unread recordings that are named one by one."""


def too_many_left(outcome: Outcome, recordings: TrialRecordings, *, unused: Unused) -> Outcome:
    """The outcome with what was served stale; inconclusive where recordings were left unread and that is to fail.

    In `record` they are removed instead, and in `refresh` and `live` none are read.
    """
    outcome = replace(outcome, stale=tuple(map(str, recordings.stale)))
    mode = recordings.trial.mode
    if unused != "fail" or mode not in ("replay", "auto") or not is_whole(outcome, recordings):
        return outcome
    left = recordings.unused()
    if not left or outcome.verdict == "failed":
        return outcome
    return replace(outcome, verdict="inconclusive", reason="recordings_unused", explanation=about_unused(left))


def after_trial(outcome: Outcome, recordings: TrialRecordings, *, unused: Unused) -> Iterator[str]:
    """Write what was recorded. Gives what there is to note."""
    whole = is_whole(outcome, recordings)
    node, mode = recordings.trial.node, recordings.trial.mode
    if whole and unused == "warn" and mode in ("replay", "auto") and (left := recordings.unused()):
        yield f"{node}: {about_unused(left)}"
    try:
        recordings.save(played_to_end=whole)
    except RecordingsUnwritableError as error:
        yield str(error)
    for changed in recordings.results_changed:
        text = f"the tool {changed.tool!r} gave back something else than was recorded"
        yield f"{node}, turn {changed.turn}: {text}: {changed.recorded} then, {changed.now} now"


def is_whole(outcome: Outcome, recordings: TrialRecordings) -> bool:
    """Whether a trial was played to its end, so that what it did not read is really not needed."""
    return not outcome.explanation and not recordings.doomed and not recordings.untold


def about_unused(left: tuple[Entry, ...]) -> str:
    """What was left unread, and what to do."""
    named = ", ".join(f"{entry.name} in turn {entry.turn}" for entry in left[:SHOWN])
    more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
    count = "1 committed recording was" if len(left) == 1 else f"{len(left)} committed recordings were"
    return f"{count} not read ({named}{more}); `understudy recordings prune` removes what no scenario needs"
