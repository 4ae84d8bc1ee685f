"""What became of each scenario over runs, as a strip of verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..evals.outcome import Outcome
from ..evals.results.past import PastVerdict
from ..evals.results.run import RunRecord
from ..evals.verdict import Verdict
from .concerns import played_scenarios
from .latest import verdict_now
from .names import MARKS
from .pieces import Cell, Strip
from .trends import run_name, span
from .wording import count, listed, moment, money, seconds

SHORT = 12
"""How many runs a strip in a table shows."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    names: Mapping[str, str]
    """What earlier runs are called, by id."""
    past: Mapping[Key, Sequence[PastVerdict]]
    now: str
    """The id of the run that is reported."""


def strips(run: RunRecord) -> Mapping[Key, Strip]:
    """The strip of each scenario, this run last; nothing where it was never played before."""
    known = _Known(
        names={each.id: f"{run_name(each)}, {moment(each.started)}" for each in run.history},
        past={(each.suite, each.scenario): each.verdicts for each in run.past.scenarios},
        now=run.id,
    )
    played = {(trials[0].suite, trials[0].scenario): trials for trials in played_scenarios(run.outcomes)}
    return {key: _strip(key, trials, known=known) for key, trials in played.items() if known.past.get(key)}


def shortened(strip: Strip) -> Strip:
    """The newest runs of a strip, for a table."""
    return replace(strip, cells=strip.cells[-SHORT:])


def _strip(key: Key, trials: Sequence[Outcome], *, known: _Known) -> Strip:
    told = [*known.past[key], verdict_now(known.now, trials)]
    return Strip(
        cells=(*(_cell(each, known.names.get(each.run, each.run)) for each in told[:-1]), _cell(told[-1], "this run")),
        sentence=_sentence([each.verdict for each in told]),
        took=_took(told),
    )


def _cell(past: PastVerdict, run: str) -> Cell:
    told = [
        past.verdict,
        f"{past.passed} of {past.trials} trials passed" if past.trials > 1 else "",
        money(past.cost) if past.cost else "",
        seconds(past.seconds) if past.seconds else "",
    ]
    return Cell(mark=MARKS[past.verdict], title=f"{run}: {', '.join(filter(None, told))}")


def _took(told: Sequence[PastVerdict]) -> str:
    """How cost and time of a trial went, as far as they were measured."""
    costs = span([each.cost for each in told if each.cost], money)
    times = span([each.seconds for each in told if each.seconds], seconds)
    parts = [f"cost of a trial: {costs}" if costs else "", f"time: {times}" if times else ""]
    sentence = "; ".join(filter(None, parts))
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _sentence(verdicts: Sequence[Verdict]) -> str:
    """How often it came to what, and since when it has been as it is."""
    counts = Counter(verdicts)
    same = next((back for back, verdict in enumerate(reversed(verdicts)) if verdict != verdicts[-1]), len(verdicts))
    word = verdicts[-1]
    if same == len(verdicts):
        return f"{count(len(verdicts), 'run')}: {word} throughout"
    told = listed([f"{counts[each]} {each}" for each in MARKS if counts[each]])
    return f"{count(len(verdicts), 'run')}: {told}; {word} {f'in the last {same}' if same > 1 else 'just now'}"
