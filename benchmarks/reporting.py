"""What it takes to report on a thousand runs of two hundred scenarios."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import duckdb

from understudy.engine.codec import fingerprint
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.ask import Usage
from understudy.engine.domain.asked import AskMade, AskTime, SectionMark
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.session import MessageEvent, Session
from understudy.engine.domain.trace import GuidelineCheck, ResolutionOutcome, Said, Timing, Trace
from understudy.evals.outcome import Outcome, TurnOutcome
from understudy.evals.results.rows import BY_RUN
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results
from understudy.evals.verdict import CheckResult
from understudy.reports.command import stored_run
from understudy.reports.render import write_report

from .tables import Figure

T = TypeVar("T")

RUNS = 1000
SCENARIOS = 200
TURNS = 4
GUIDELINES = 20
DECISIONS = ("match", "journey", "tools", "draft", "analysis")

AGENT = AgentDefinition(
    id="clinic",
    name="Clinic",
    guidelines=tuple(
        Guideline(id=f"topic-{number}", condition=f"The customer asks about {number}", action=f"Explain {number}")
        for number in range(GUIDELINES)
    ),
)


def figures() -> list[Figure]:
    """The figures of reporting."""
    with tempfile.TemporaryDirectory() as folder:
        database, page = Path(folder) / "results.duckdb", Path(folder) / "report.html"
        _fill(database)
        known, asked = _timed(lambda: stored_run(database))
        _, written = _timed(lambda: write_report(known, page))
        with open_results(database) as results:
            _, listed = _timed(results.runs)
        return [
            Figure(
                what=f"{RUNS:,} runs of {SCENARIOS} scenarios, asked of the database", value=asked, unit="s", target=10
            ),
            Figure(what="  of these, the summaries that every run waits for", value=listed, unit="s"),
            Figure(what="the page written", value=written, unit="s", target=5),
            Figure(what="  its size", value=page.stat().st_size / 2**20, unit="MB", target=30),
        ]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _fill(database: Path) -> None:
    """One run, and as many copies as there should be runs, each on a later day."""
    with open_results(database) as results:
        results.add(_run())
    with duckdb.connect(str(database)) as copies:
        copies.execute("SET enable_progress_bar = false")
        copies.execute(
            "INSERT INTO runs SELECT original.* REPLACE ('run-' || lpad(n::VARCHAR, 4, '0') AS run, "
            "strftime(TIMESTAMP '2024-01-01' + n * INTERVAL 1 DAY, '%Y-%m-%dT%H:%M:%S+00:00') AS started) "
            "FROM runs AS original, range(1, $runs) AS copy(n)",
            {"runs": RUNS},
        )
        for table in BY_RUN:
            copies.execute(
                f"INSERT INTO {table} SELECT original.* REPLACE ('run-' || lpad(n::VARCHAR, 4, '0') AS run) "
                f"FROM {table} AS original, range(1, $runs) AS copy(n)",
                {"runs": RUNS},
            )


def _run() -> RunRecord:
    outcomes = tuple(_outcome(number) for number in range(SCENARIOS))
    started = "2024-01-01T00:00:00+00:00"
    return RunRecord(id="run-0000", started=started, outcomes=outcomes, agents={fingerprint(AGENT): AGENT})


def _outcome(number: int) -> Outcome:
    turns = tuple(TurnOutcome(number=turn, step=turn - 1, trace=_trace(turn, number)) for turn in range(1, TURNS + 1))
    said = tuple(
        MessageEvent(source=source, text=f"Turn {turn.number} of scenario {number}. " * 5, trace_id=turn.trace.trace_id)
        for turn in turns
        for source in ("customer", "ai_agent")
    )
    failed = number % 20 == 0
    check = CheckResult(expectation="guidelines.fired: topic-1", verdict="failed" if failed else "passed", turn=1)
    return Outcome(
        suite=f"suite-{number // 20}",
        scenario=f"scenario-{number}",
        name=f"a scenario with the number {number}",
        file=f"scenarios/suite-{number // 20}/part.yaml",
        line=number + 1,
        definition=fingerprint(AGENT),
        model="openai/gpt-4o-mini",
        answered_by="replayed",
        verdict=check.verdict,
        checks=(check,),
        turns=turns,
        session=Session(id=f"session-{number}", agent_id=AGENT.id, events=said),
        seconds=1.0,
    )


def _trace(turn: int, number: int) -> Trace:
    ids = [guideline.id for guideline in AGENT.guidelines]
    fired = ids[number % GUIDELINES]
    asks = tuple(_ask(decision) for decision in DECISIONS)
    seconds = 0.5 + (number % 7) / 10
    return Trace(
        trace_id=f"session-{number}/{turn}",
        turn=turn,
        rounds=1,
        checks=tuple(
            GuidelineCheck(round=1, guideline=each, method="model", matched=each == fired, rationale="as asked")
            for each in ids
        ),
        resolutions=(ResolutionOutcome(round=1, kind="guideline", id=fired, outcome="kept"),),
        said=(Said(text=f"Turn {turn} of scenario {number}. " * 5),),
        asks=asks,
        timing=Timing(
            total=seconds,
            first_message=seconds / 2,
            stages=(("understand", seconds / 3), ("compose_message", seconds / 2), ("analyse_response", seconds / 9)),
            asks=tuple(replace(_TIME, id=ask.id) for ask in asks),
        ),
    )


_TIME = AskTime(id="", attempt=1, seconds=0.2, source="recorded", recorded_at="2024-01-01T00:00:00+00:00")


def _ask(decision: str) -> AskMade:
    sections = tuple(SectionMark(name=name, digest="0" * 16, size=1500) for name in ("instructions", "conversation"))
    usage = Usage(prompt_tokens=800, answer_tokens=60, cost=0.0002)
    return AskMade(
        id=f"1/{decision}/1", decision=decision, attempt=1, sections=sections, model="m", answer="0", usage=usage
    )
