"""How often guidelines, journeys and tools came into play over all runs that are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..evals.coverage import Aspect, Kind
from ..evals.results.past import PartUse
from .pieces import Amount, Table
from .tables import counted, share, words
from .wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    kind: Kind
    title: str
    plural: str
    aspects: tuple[tuple[str, Aspect], ...]
    """Columns, and what is counted in each."""
    rate: str
    """A last column: the share that the two aspects below make up."""
    part: Aspect
    whole: tuple[Aspect, ...]


KINDS = (
    _Kind(
        kind="guideline",
        title="Guideline",
        plural="Guidelines",
        aspects=(
            ("Seen true", "seen_true"),
            ("Seen false", "seen_false"),
            ("Fired", "fired"),
            ("Dropped", "dropped"),
            ("Followed", "followed"),
        ),
        rate="Fired of considered",
        part="fired",
        whole=("seen_true", "seen_false"),
    ),
    _Kind(
        kind="journey",
        title="Journey",
        plural="Journeys",
        aspects=(("Started", "started"), ("Completed", "completed"), ("Left", "left")),
        rate="Completed of started",
        part="completed",
        whole=("started",),
    ),
    _Kind(
        kind="tool",
        title="Tool",
        plural="Tools",
        aspects=(("Called", "called"), ("Failed", "failed"), ("Without a parameter", "missing")),
        rate="Failed of called",
        part="failed",
        whole=("called",),
    ),
)


def over_runs(agent: str, parts: Iterable[PartUse], *, runs: int) -> tuple[Table, ...]:
    """A table for each kind of part of an agent, by the agent's id; nothing where there is one run alone."""
    mine = [part for part in parts if part.agent == agent]
    return tuple(_table(kind, found, runs=runs) for kind in KINDS if runs > 1 and (found := _of(kind, mine)))


def _of(kind: _Kind, parts: Iterable[PartUse]) -> list[PartUse]:
    return [part for part in parts if part.kind == kind.kind]


def _table(kind: _Kind, parts: Sequence[PartUse], *, runs: int) -> Table:
    turns: dict[tuple[str, Aspect], int] = {(part.part, part.aspect): part.turns for part in parts}
    rows = tuple(
        (
            words(name),
            *(counted(turns.get((name, aspect), 0)) for _, aspect in kind.aspects),
            _rate(kind, name, turns=turns),
        )
        for name in dict.fromkeys(part.part for part in parts)
    )
    return Table(
        columns=(kind.title, *(column for column, _ in kind.aspects), kind.rate),
        rows=rows,
        caption=f"{kind.plural} over {count(runs, 'run')}: turns in which each was …",
    )


def _rate(kind: _Kind, name: str, *, turns: Mapping[tuple[str, Aspect], int]) -> Amount:
    whole = sum(turns.get((name, aspect), 0) for aspect in kind.whole)
    return share(min(turns.get((name, kind.part), 0), whole), whole)
