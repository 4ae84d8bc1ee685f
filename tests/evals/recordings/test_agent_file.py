"""What belongs to the agent and not to a conversation stands in a file of its own, without a trial."""

import asyncio
from dataclasses import replace
from pathlib import Path

from understudy.engine.domain.ask import Ask, Settings
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.entry import RecordedAsk
from understudy.evals.recordings.kept import Kept
from understudy.evals.recordings.recorder import Recorder
from understudy.evals.recordings.trial import TrialRecordings

from .worlds import MODEL, CountingModel, a_file, a_trial, an_ask

OF_AGENT = replace(an_ask("the rules", decision="properties"), id="agent/properties/1")


def agents(folder: Path) -> Kept:
    return Kept(Committed(folder / "recordings" / "_agent.jsonl", locks=folder / "locks"))


def trial(folder: Path, kept: Kept, mode: str = "auto", number: int = 1) -> TrialRecordings:
    made = a_trial(folder, mode, number=number)  # pyright: ignore[reportArgumentType]
    return TrialRecordings(made.trial, committed=a_file(folder), agent=kept)


def ask(model: CountingModel, recordings: TrialRecordings, *asks: Ask) -> None:
    for each in asks:
        asyncio.run(Recorder(model, recordings).ask(each))
    recordings.save(played_to_end=True)


def test_asks_of_the_agent_and_of_the_conversation_go_into_their_own_files(tmp_path: Path) -> None:
    kept = agents(tmp_path)
    ask(CountingModel(), trial(tmp_path, kept), OF_AGENT, an_ask())
    (of_agent,) = agents(tmp_path).committed.entries.values()
    (of_scenario,) = a_file(tmp_path).entries.values()
    assert (of_agent.name, of_agent.trial, of_agent.turn) == ("properties", 0, 0)
    assert (of_scenario.name, of_scenario.trial) == ("match", 1)


def test_they_are_paid_once_for_all_trials_and_scenarios(tmp_path: Path) -> None:
    model = CountingModel()
    kept = agents(tmp_path)
    ask(model, trial(tmp_path, kept), OF_AGENT)
    ask(model, trial(tmp_path, kept, number=2), OF_AGENT)
    ask(model, trial(tmp_path / "other", agents(tmp_path), "replay"), OF_AGENT)
    assert len(model.asked) == 1


def test_a_scenario_s_pruning_leaves_them_alone(tmp_path: Path) -> None:
    ask(CountingModel(), trial(tmp_path, agents(tmp_path)), OF_AGENT)
    ask(CountingModel(), trial(tmp_path, agents(tmp_path), "record"), an_ask())
    assert len(agents(tmp_path).committed.entries) == 1


def test_a_decision_with_a_model_of_its_own_is_kept_under_that_model(tmp_path: Path) -> None:
    recordings = a_trial(tmp_path, by_decision={"draft": Settings(model="openai/large")})
    model = CountingModel()
    for decision in ("match", "draft"):
        asyncio.run(Recorder(model, recordings).ask(an_ask(decision=decision)))
    recordings.save(played_to_end=True)
    entries = a_file(tmp_path).entries.values()
    models = {entry.name: entry.body.model for entry in entries if isinstance(entry.body, RecordedAsk)}
    assert models == {"match": MODEL, "draft": "openai/large"}
    assert [entry.name for entry in a_trial(tmp_path).unused()] == ["match"]


def test_a_decision_whose_model_computes_its_answers_is_not_kept(tmp_path: Path) -> None:
    recordings = a_trial(tmp_path, "replay", by_decision={"draft": Settings(model="offline")})
    model = CountingModel()
    asyncio.run(Recorder(model, recordings).ask(an_ask(decision="draft")))
    assert len(model.asked) == 1
    assert recordings.misses == []
