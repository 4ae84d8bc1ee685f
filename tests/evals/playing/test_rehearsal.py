"""Scenarios played one after another: agents loaded once, answers recorded and replayed, trials counted."""

from dataclasses import replace
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.evals.expectations.kinds import GuidelineFired
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Means, Played, Rehearsal
from understudy.evals.recordings.trial import Mode
from understudy.evals.scenario import CustomerSays, Expected, ModelChoice, Named, Place, Scenario

AGENT = """
import pathlib
import understudy.engine as p

async def build(server):
    path = pathlib.Path(__file__).with_name("built.txt")
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""


class Paid:
    """A provider that answers as the offline model does, and counts what it is paid for."""

    def __init__(self) -> None:
        self.asks = 0
        self._offline = p.make_llm("offline")

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        return replace(await self._offline.ask(ask), source="live", model="gpt-4o")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "agent.py").write_text(AGENT)
    return tmp_path


def scenario(suite: Path, *, guideline: str = "greet", id_: str = "s", **more) -> Scenario:
    place = Place(file=str(suite / "clinic.yaml"), line=3)
    names = (Named(kind="guideline", name=guideline, place=place),)
    fired = Expected(expectation=GuidelineFired(guideline=guideline), words="fired", place=place, names=names)
    script = (CustomerSays(texts=("Hello",), expect=(fired,)),)
    return Scenario(id=id_, name="S", suite="clinic", place=place, agent="agent.py:build", script=script, **more)


def play(played: Scenario, *, llm: Paid | None = None, mode: Mode = "auto", model: str | None = None) -> Played:
    provider = llm or Paid()
    made = (lambda name, **_: provider) if model or played.model else p.make_llm
    namings = Namings(command_line=ModelChoice(name=model) if model else None)
    rehearsal = Rehearsal(Means(namings=namings, mode=mode, make_llm=made))
    try:
        return rehearsal.play(played, node="clinic.yaml::s")
    finally:
        rehearsal.close()


def test_what_was_recorded_once_is_replayed_for_nothing(suite: Path) -> None:
    paid, again = Paid(), Paid()
    (recorded,) = play(scenario(suite), llm=paid, model="openai/gpt-4o").outcomes
    (replayed,) = play(scenario(suite), llm=again, model="openai/gpt-4o", mode="replay").outcomes
    assert (recorded.answered_by, replayed.answered_by) == ("live", "replayed")
    assert (paid.asks, again.asks) == (recorded.asks, 0)
    assert replayed.verdict == "passed"
    assert replayed.model == "openai/gpt-4o"
    assert replace(replayed, answered_by="live") == recorded


def test_a_recording_that_is_missing_is_explained_and_nobody_is_called(suite: Path) -> None:
    paid = Paid()
    (outcome,) = play(scenario(suite), llm=paid, model="openai/gpt-4o", mode="replay").outcomes
    assert (outcome.verdict, outcome.reason, paid.asks) == ("inconclusive", "recording_missing", 0)
    assert "record it:" in outcome.explanation


def test_each_trial_has_recordings_of_its_own(suite: Path) -> None:
    paid = Paid()
    outcomes = play(scenario(suite, trials=3), llm=paid, model="openai/gpt-4o").outcomes
    assert [outcome.trial for outcome in outcomes] == [1, 2, 3]
    assert paid.asks == sum(outcome.asks for outcome in outcomes)


def test_the_offline_model_needs_no_second_trial(suite: Path) -> None:
    assert len(play(scenario(suite, trials=3)).outcomes) == 1


def test_the_scenario_s_own_model_answers(suite: Path) -> None:
    (outcome,) = play(scenario(suite, model=ModelChoice(name="openai/gpt-4o-mini"))).outcomes
    assert (outcome.model, outcome.answered_by) == ("openai/gpt-4o-mini", "live")


def test_what_was_recorded_is_not_played_on_the_offline_model_by_accident(suite: Path) -> None:
    play(scenario(suite), model="openai/gpt-4o")
    (outcome,) = play(scenario(suite)).outcomes
    assert (outcome.reason, outcome.turns) == ("model_unnamed", ())
    assert "--scenarios-model openai/gpt-4o" in outcome.explanation


def test_an_agent_is_built_once_for_all_of_its_scenarios(suite: Path) -> None:
    rehearsal = Rehearsal(Means())
    for name in ("a", "b"):
        assert rehearsal.play(scenario(suite, id_=name), node=name).outcomes[0].verdict == "passed"
    rehearsal.close()
    assert (suite / "built.txt").read_text() == "x"


def test_an_agent_that_can_not_be_built_is_told_for_each_of_its_scenarios(suite: Path) -> None:
    (suite / "agent.py").write_text("import nothing_of_that_name\n")
    (outcome,) = play(scenario(suite)).outcomes
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "agent_load")
    assert "nothing_of_that_name" in outcome.explanation


def test_a_name_that_the_agent_does_not_have_is_a_mistake_of_the_file(suite: Path) -> None:
    with pytest.raises(ScenarioError, match=r"clinic\.yaml:3:1: .*did you mean 'greet'"):
        play(scenario(suite, guideline="gret"))


def test_recordings_that_can_not_be_written_cost_no_verdict(suite: Path) -> None:
    (suite / "recordings").write_text("a file where the folder should be")
    played = play(scenario(suite), model="openai/gpt-4o")
    assert played.outcomes[0].verdict == "passed"
    assert "can't write" in played.notes[0]
