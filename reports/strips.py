"""What became of each scenario over runs, as a strip of verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..evals.outcome import Outcome, verdict_on
from ..evals.results.past import PastVerdict
from ..evals.results.run import RunRecord
from ..evals.verdict import Verdict
from .concerns import played_scenarios
from .names import MARKS
from .pieces import Cell, Strip
from .trends import run_name
from .wording import count, listed, moment

SHORT = 12
"""How many runs a strip in a table shows."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    names: Mapping[str, str]
    """What earlier runs are called, by id."""
    past: Mapping[Key, Sequence[PastVerdict]]


def strips(run: RunRecord) -> Mapping[Key, Strip]:
    """The strip of each scenario, this run last; nothing where it was never played before."""
    known = _Known(
        names={each.id: f"{run_name(each)}, {moment(each.started)}" for each in run.history},
        past={(each.suite, each.scenario): each.verdicts for each in run.past.scenarios},
    )
    played = {(trials[0].suite, trials[0].scenario): trials for trials in played_scenarios(run.outcomes)}
    return {key: _strip(key, trials, known=known) for key, trials in played.items() if known.past.get(key)}


def shortened(strip: Strip) -> Strip:
    """The newest runs of a strip, for a table."""
    return replace(strip, cells=strip.cells[-SHORT:])


def _strip(key: Key, trials: Sequence[Outcome], *, known: _Known) -> Strip:
    before, now = known.past[key], verdict_on(trials)
    cells = [_cell(each, known.names) for each in before]
    verdicts: list[Verdict] = [*(each.verdict for each in before), now]
    return Strip(
        cells=(*cells, Cell(mark=MARKS[now], title=f"this run: {now}")),
        sentence=_sentence(verdicts),
    )


def _cell(past: PastVerdict, names: Mapping[str, str]) -> Cell:
    trials = f", {past.passed} of {past.trials} trials passed" if past.trials > 1 else ""
    return Cell(mark=MARKS[past.verdict], title=f"{names.get(past.run, past.run)}: {past.verdict}{trials}")


def _sentence(verdicts: Sequence[Verdict]) -> str:
    """How often it came to what, and since when it has been as it is."""
    counts = Counter(verdicts)
    same = next((back for back, verdict in enumerate(reversed(verdicts)) if verdict != verdicts[-1]), len(verdicts))
    word = verdicts[-1]
    if same == len(verdicts):
        return f"{count(len(verdicts), 'run')}: {word} throughout"
    told = listed([f"{counts[each]} {each}" for each in MARKS if counts[each]])
    return f"{count(len(verdicts), 'run')}: {told}; {word} {f'in the last {same}' if same > 1 else 'just now'}"
