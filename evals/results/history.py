"""Questions over runs: how verdicts, behaviour, latency and coverage went up to one run."""

# pyright: basic

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..outcome import AnsweredBy, together
from .past import Latency, PartUse, Past, PastVerdict, RunFigures, ScenarioPast

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUNS = 1000
"""How many runs are looked back."""
VERDICTS = 40
"""How many verdicts of each scenario are told."""

# Every question is about the newest runs that began no later than $run, that run itself left out where it says so.
_RECENT = f"""
    recent AS (
        SELECT run, started FROM runs
        WHERE (started, run) <= (SELECT (started, run) FROM runs WHERE run = $run)
        ORDER BY started DESC, run DESC LIMIT {RUNS} + 1
    ), earlier AS (SELECT * FROM recent WHERE run <> $run)
"""

_ANSWERED = f"WITH {_RECENT} SELECT run, list(DISTINCT answered_by) FROM trials JOIN earlier USING (run) GROUP BY run"

_LATENCIES = f"""
WITH {_RECENT}, measured AS (
    SELECT run, 'turn' AS what, '' AS name, seconds FROM turns
    UNION ALL SELECT run, 'first message', '', first_message_seconds FROM turns
    UNION ALL SELECT run, 'stage', stage, seconds FROM stages
    UNION ALL SELECT run, 'tool', '', seconds FROM tool_calls
)
SELECT run, what, name, count(*), quantile_cont(seconds, [0.5, 0.9, 0.95, 0.99]), max(seconds)
FROM measured JOIN earlier USING (run) WHERE seconds > 0
GROUP BY run, what, name ORDER BY run, what, name
"""

_BEHAVIOURS = f"""
WITH {_RECENT}, by_trial AS (
    SELECT run, suite, scenario, trial, string_agg(decided, ' ' ORDER BY turn) AS decided
    FROM turns JOIN earlier USING (run) GROUP BY run, suite, scenario, trial
), by_scenario AS (
    SELECT run, suite, scenario, list(DISTINCT decided ORDER BY decided) AS behaviours
    FROM by_trial JOIN trials USING (run, suite, scenario, trial)
    GROUP BY run, suite, scenario HAVING NOT bool_or(verdict = 'inconclusive')
), compared AS (
    SELECT run, started, suite, scenario, behaviours, lag(behaviours) OVER past AS former
    FROM by_scenario JOIN earlier USING (run) WINDOW past AS (PARTITION BY suite, scenario ORDER BY started, run)
)
"""

_CHANGES = f"""
{_BEHAVIOURS}
SELECT run, count(former), count(*) FILTER (former IS NOT NULL AND NOT list_has_any(behaviours, former))
FROM compared GROUP BY run
"""

_LAST_BEHAVIOURS = f"""
{_BEHAVIOURS}
SELECT suite, scenario, arg_max(behaviours, (started, run)) FROM compared GROUP BY suite, scenario
"""

_COVERED = f"""
WITH {_RECENT}
SELECT run, sum(exercised), sum(defined) FROM measures JOIN earlier USING (run) WHERE counts GROUP BY run
"""

_VERDICTS = f"""
WITH {_RECENT}
SELECT suite, scenario, run, verdict, trials, passed, cost / trials, seconds / trials
FROM scenarios JOIN earlier USING (run)
QUALIFY row_number() OVER (PARTITION BY suite, scenario ORDER BY started DESC, run DESC) <= {VERDICTS}
ORDER BY suite, scenario, started, run
"""

_PARTS = f"""
WITH {_RECENT}
SELECT agent, kind, part, aspect, sum(turns)
FROM coverage JOIN recent USING (run) JOIN definitions ON fingerprint = coverage.definition
WHERE kind IN ('guideline', 'journey', 'tool') GROUP BY agent, kind, part, aspect ORDER BY agent, kind, part, aspect
"""


def past(database: "DuckDBPyConnection", run: str) -> Past:
    """What is known of the runs before one that is stored."""

    def asked(question: str) -> list[Any]:
        return database.execute(question, {"run": run}).fetchall()

    return Past(
        runs=_figures(asked),
        scenarios=_scenarios(asked(_VERDICTS), behaviours=asked(_LAST_BEHAVIOURS)),
        parts=tuple(
            PartUse(agent=agent, kind=kind, part=part, aspect=aspect, turns=int(turns))
            for agent, kind, part, aspect, turns in asked(_PARTS)
        ),
    )


def _figures(asked: Any) -> tuple[RunFigures, ...]:
    answered: dict[str, AnsweredBy] = {run: together(sources) for run, sources in asked(_ANSWERED)}
    changes = {run: (compared, changed) for run, compared, changed in asked(_CHANGES)}
    covered = {run: (int(exercised), int(defined)) for run, exercised, defined in asked(_COVERED)}
    latencies: dict[str, list[Latency]] = {}
    for run, what, name, measured, shares, longest in asked(_LATENCIES):
        p50, p90, p95, p99 = shares
        latencies.setdefault(run, []).append(
            Latency(what=what, name=name, measured=measured, p50=p50, p90=p90, p95=p95, p99=p99, longest=longest)
        )
    order = asked(f"WITH {_RECENT} SELECT run FROM earlier ORDER BY started, run")
    return tuple(
        RunFigures(
            run=run,
            answered_by=answered.get(run, "nobody"),
            compared=changes.get(run, (0, 0))[0],
            changed=changes.get(run, (0, 0))[1],
            exercised=covered.get(run, (0, 0))[0],
            defined=covered.get(run, (0, 0))[1],
            latencies=tuple(latencies.get(run, ())),
        )
        for (run,) in order
    )


def _scenarios(rows: Iterable[Any], *, behaviours: Iterable[Any]) -> tuple[ScenarioPast, ...]:
    last = {(suite, scenario): tuple(texts) for suite, scenario, texts in behaviours}
    found: dict[tuple[str, str], list[PastVerdict]] = {}
    for suite, scenario, run, verdict, trials, passed, cost, seconds in rows:
        found.setdefault((suite, scenario), []).append(
            PastVerdict(run=run, verdict=verdict, trials=trials, passed=passed, cost=cost, seconds=seconds)
        )
    return tuple(
        ScenarioPast(suite=suite, scenario=scenario, verdicts=tuple(told), behaviours=last.get((suite, scenario), ()))
        for (suite, scenario), told in found.items()
    )
