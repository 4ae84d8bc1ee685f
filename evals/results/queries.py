"""Questions to the database of results, with typed answers."""

# pyright: basic

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...engine.codec import load_text
from ...engine.domain.agent import AgentDefinition
from ..outcome import Outcome
from .errors import UnknownRunError
from .past import Latency
from .run import RunRecord, RunSummary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LATEST = "latest"
PREVIOUS = "previous"
SHORTEST_REVISION = 4

_RUNS = """
WITH verdicts AS (
    SELECT run, count(*) FILTER (verdict = 'passed') AS passed, count(*) FILTER (verdict = 'failed') AS failed,
           count(*) FILTER (verdict = 'inconclusive') AS inconclusive, count(*) FILTER (stale) AS stale
    FROM scenarios GROUP BY run
), figures AS (
    SELECT run, sum(asks) AS asks, sum(prompt_tokens) AS prompt_tokens, sum(answer_tokens) AS answer_tokens,
           sum(cost) AS cost, sum(seconds) AS seconds
    FROM trials GROUP BY run
), latency AS (
    SELECT run, quantile_cont(seconds, 0.5) AS p50, quantile_cont(seconds, 0.95) AS p95
    FROM turns WHERE seconds > 0 GROUP BY run
)
SELECT run, started, revision, label, coalesce(passed, 0), coalesce(failed, 0), coalesce(inconclusive, 0),
       coalesce(asks, 0), coalesce(prompt_tokens, 0), coalesce(answer_tokens, 0), coalesce(cost, 0.0),
       coalesce(figures.seconds, 0.0), coalesce(p50, 0.0), coalesce(p95, 0.0), dirty,
       coalesce(stale, 0)
FROM runs LEFT JOIN verdicts USING (run) LEFT JOIN figures USING (run) LEFT JOIN latency USING (run)
ORDER BY started, run
"""


def runs(database: "DuckDBPyConnection") -> tuple[RunSummary, ...]:
    """Every run in a few figures, oldest first."""
    return tuple(
        RunSummary(
            id=row[0],
            started=row[1],
            revision=row[2],
            label=row[3],
            passed=row[4],
            failed=row[5],
            inconclusive=row[6],
            asks=int(row[7]),
            prompt_tokens=int(row[8]),
            answer_tokens=int(row[9]),
            cost=row[10],
            seconds=row[11],
            turn_seconds_p50=row[12],
            turn_seconds_p95=row[13],
            dirty=row[14],
            stale=row[15],
        )
        for row in database.execute(_RUNS).fetchall()
    )


def latency(database: "DuckDBPyConnection", run: str) -> tuple[Latency, ...]:
    """How long turns, first messages, stages, tools and asks took, in percentiles; nothing that nobody measured."""
    found = database.execute(
        "SELECT what, name, measured, p50, p90, p95, p99, longest FROM latency WHERE run = ? "
        "ORDER BY list_position(['turn', 'first message', 'stage', 'tool', 'ask'], what), name",
        [run],
    ).fetchall()
    names = ("what", "name", "measured", "p50", "p90", "p95", "p99", "longest")
    return tuple(Latency(**dict(zip(names, row, strict=True))) for row in found)


def outcomes(database: "DuckDBPyConnection", run: str) -> tuple[Outcome, ...]:
    """Every trial of a run, in the order in which they ended."""
    found = database.execute("SELECT outcome FROM trials WHERE run = ? ORDER BY position", [run]).fetchall()
    return tuple(load_text(Outcome, text) for (text,) in found)


def definitions(database: "DuckDBPyConnection", run: str) -> dict[str, AgentDefinition]:
    """The agents as a run played them, by fingerprint."""
    found = database.execute(
        "SELECT fingerprint, definition FROM definitions "
        "WHERE fingerprint IN (SELECT definition FROM trials WHERE run = ?) ORDER BY fingerprint",
        [run],
    ).fetchall()
    return {mark: load_text(AgentDefinition, text) for mark, text in found}


def record(database: "DuckDBPyConnection", run: str) -> RunRecord:
    """A run as it was. Raises UnknownRunError."""
    names = ("started", "revision", "branch", "dirty", "label", "model", "version")
    row = database.execute(f"SELECT {', '.join(names)} FROM runs WHERE run = ?", [run]).fetchone()
    if row is None:
        raise UnknownRunError(name=run, known=[each.id for each in runs(database)])
    return RunRecord(
        id=run,
        **dict(zip(names, row, strict=True)),
        outcomes=outcomes(database, run),
        agents=definitions(database, run),
    )


def find(name: str, known: Iterable[RunSummary]) -> RunSummary:
    """The run that goes by a name: `latest`, `previous`, a label, or an id or a revision or the beginning of one.

    Of several with that label or revision it is the newest; a run with uncommitted changes is no run of
    its revision. `known` is oldest first. Raises UnknownRunError.
    """
    newest_first = list(known)[::-1]
    ids = [run.id for run in newest_first[::-1]]
    if name in (LATEST, PREVIOUS):
        place = 0 if name == LATEST else 1
        if len(newest_first) <= place:
            raise UnknownRunError(name=name, known=ids, problem=f"runs that are there: {len(ids)}")
        return newest_first[place]
    for fits in (lambda run: run.id == name, lambda run: run.label == name):
        if run := next(filter(fits, newest_first), None):
            return run
    begun = [run for run in newest_first if len(name) >= SHORTEST_REVISION and run.id.startswith(name)]
    if len(begun) > 1:
        raise UnknownRunError(name=name, known=[run.id for run in begun], problem="several runs begin like that")
    clean = [run for run in newest_first if not run.dirty]
    of_revision = [run for run in clean if len(name) >= SHORTEST_REVISION and run.revision.startswith(name)]
    if found := (*begun, *of_revision):
        return found[0]
    raise UnknownRunError(name=name, known=[*ids, *(run.label for run in newest_first if run.label)])
