"""Approved behaviour as text: it reads back, and changes only where behaviour does."""

import json
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from understudy.engine.codec import fingerprint
from understudy.engine.domain.modes import CompositionMode
from understudy.engine.domain.tool import Insight, Parameter
from understudy.engine.domain.trace import Composition, GuidelineCheck, JourneyMove, JourneyPosition, Timing
from understudy.engine.domain.values import Source
from understudy.evals.baselines import BaselineError, baselines_below, forget_agents, read_baselines, write_baseline
from understudy.evals.diff.causes import OtherAsk
from understudy.evals.diff.comparing import compare
from understudy.evals.outcome import Outcome
from understudy.evals.results.run import RunRecord

from .runs import BOOK, GREET, agent, ask, called, outcome, run, trace

MATCH, TEXTS = ask("match", "Which of these apply?")
PLAYED = replace(
    outcome(trace("greet", "book", asks=[MATCH], calls=[called(day="Monday")]), texts=TEXTS),
    file="scenarios/clinic/booking.yaml",
)


def approved(root: Path, *trials: Outcome, of=None) -> RunRecord:
    record = run(*trials, of=of)
    write_baseline(trials, record.agents, root=root)
    return read_baselines(baselines_below(root))


def test_a_baseline_reads_back_as_behaviour_that_differs_in_nothing(tmp_path: Path) -> None:
    (scenario,) = compare(approved(tmp_path, PLAYED), run(PLAYED)).scenarios
    assert (scenario.tier, scenario.before) == ("unchanged", "passed")
    assert (tmp_path / "scenarios/clinic/baseline/books.json").is_file()


def test_journeys_and_insights_read_back_too(tmp_path: Path) -> None:
    moved = replace(
        trace("book"),
        moves=(JourneyMove(round=1, journey="visit", move="advanced", origin="root", target="ask"),),
        journeys=(JourneyPosition(journey="visit", active=True, state="ask", path=("root", "ask")),),
        insights=(Insight(kind="missing", tool="get_slots", parameter=Parameter(name="day", type="string")),),
        composition=Composition(mode=CompositionMode.STRICT, draft="Hi", chosen="hello"),
    )
    baseline = approved(tmp_path, replace(outcome(moved), file=PLAYED.file))
    (back,) = baseline.outcomes
    assert replace(back.turns[0].trace, trace_id=moved.trace_id) == moved


def test_the_agent_is_kept_as_it_was_without_its_places(tmp_path: Path) -> None:
    placed = agent(replace(GREET, source=Source(file="C:/Users of mine/agent.py", line=3)), BOOK)
    baseline = approved(tmp_path, replace(outcome(trace("greet"), of=placed), file=PLAYED.file), of=placed)
    assert baseline.agents == {fingerprint(placed): agent()}
    assert "Users of mine" not in "".join(baselines_below(tmp_path).values())


def test_the_text_is_the_same_for_the_same_behaviour_however_fast(tmp_path: Path) -> None:
    write_baseline([PLAYED], {}, root=tmp_path / "a")
    slow = replace(PLAYED.turns[0].trace, timing=Timing(total=9.0), trace_id="other/1")
    unmatched = GuidelineCheck(round=1, guideline="rest", method="model", matched=False, rationale="no")
    later = replace(
        PLAYED,
        line=99,
        seconds=7.0,
        turns=(replace(PLAYED.turns[0], trace=replace(slow, checks=(*slow.checks, unmatched))),),
    )
    said = replace(PLAYED.session, events=tuple(replace(e, trace_id="other/1") for e in PLAYED.session.events))  # type: ignore[union-attr]
    write_baseline([replace(later, session=said)], {}, root=tmp_path / "b")
    first, second = (tmp_path / name / "scenarios/clinic/baseline/books.json" for name in "ab")
    assert first.read_text() == second.read_text()


def test_a_reviewer_reads_what_was_said_and_decided_and_no_hashes_in_between(tmp_path: Path) -> None:
    path = write_baseline([PLAYED], {}, root=tmp_path)
    (trial,) = json.loads(path.read_text())["trials"]
    (turn,) = trial["turns"]
    assert turn["customer"] == ["Hello"]
    assert [check["guideline"] for check in turn["trace"]["checks"]] == ["greet", "book"]
    assert turn["trace"]["said"] == [{"text": "Hi"}]
    assert "asks" not in turn["trace"]


def test_what_was_asked_is_kept_by_hash_so_that_a_cause_is_found(tmp_path: Path) -> None:
    baseline = approved(tmp_path, PLAYED)
    other, texts = ask("match", "Which of those apply?")
    now = replace(outcome(trace("greet", asks=[other]), texts=texts), file=PLAYED.file)
    (scenario,) = compare(baseline, run(now)).scenarios
    assert scenario.divergence is not None
    cause = scenario.divergence.cause
    assert isinstance(cause, OtherAsk)
    # The texts were not kept: that all of it is new would be a lie.
    assert [(section.name, section.lines) for section in cause.sections] == [("guidelines", ())]


def test_agents_that_no_baseline_refers_to_are_forgotten(tmp_path: Path) -> None:
    approved(tmp_path, PLAYED)
    young = agent(GREET)
    approved(tmp_path, replace(PLAYED, definition=fingerprint(young)), of=young)
    folder = tmp_path / "scenarios/clinic/baseline"
    forget_agents(folder)
    assert [path.stem for path in (folder / "agents").iterdir()] == [fingerprint(young)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "line 1 is no JSON"),
        ('{"format": 9, "trials": [], "asked": []}', "format 9 by a newer Understudy"),
        ('{"format": 1, "trials": [{"turns": []}], "asked": [[]]}', "approve it anew"),
    ],
)
def test_a_baseline_that_can_not_be_read_is_named(text: str, problem: str) -> None:
    with pytest.raises(BaselineError, match=problem) as raised:
        read_baselines({PurePath("scenarios/clinic/baseline/books.json"): text})
    assert str(raised.value).startswith("scenarios/clinic/baseline/books.json: ")
