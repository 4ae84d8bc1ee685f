"""Scenarios played one after another: agents loaded once, answers recorded and replayed, trials counted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply, Usage
from understudy.evals.expectations.kinds import GuidelineFired
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.playing.means import Means, Played
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.plugin.telling import headline
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.entry import RecordedAsk
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

OF_THE_AGENT = 1
"""Asks about the agent itself, made once: what kind of rule its guideline is."""


class Paid:
    """A provider that answers as the offline model does, and counts what it is paid for."""

    def __init__(self, *, most: float | None = None) -> None:
        self.asks = 0
        self._most = most
        self._offline = p.make_llm("offline")

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        return replace(await self._offline.ask(ask), source="live", model="gpt-4o", usage=Usage(cost=0.1))

    def most_it_may_cost(self, ask: Ask) -> float | None:
        return self._most


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


def play(
    played: Scenario, *, llm: Paid | None = None, mode: Mode = "auto", model: str | None = None, **means: Any
) -> Played:
    provider = llm or Paid()
    made = (lambda name, **_: provider) if model or played.model else p.make_llm
    namings = Namings(command_line=ModelChoice(name=model) if model else None)
    rehearsal = Rehearsal(Means(namings=namings, mode=mode, make_llm=made, **means))
    try:
        return rehearsal.play(played, node="clinic.yaml::s")
    finally:
        rehearsal.close()


def test_what_was_recorded_once_is_replayed_for_nothing(suite: Path) -> None:
    paid, again = Paid(), Paid()
    (recorded,) = play(scenario(suite), llm=paid, model="openai/gpt-4o").outcomes
    (replayed,) = play(scenario(suite), llm=again, model="openai/gpt-4o", mode="replay").outcomes
    assert (recorded.answered_by, replayed.answered_by) == ("live", "replayed")
    assert (paid.asks, again.asks) == (recorded.asks + OF_THE_AGENT, 0)
    assert replayed.verdict == "passed"
    assert replayed.model == "openai/gpt-4o"
    assert replace(replayed, answered_by="live") == recorded


def test_what_is_inferred_when_the_agent_is_built_stands_in_the_outcome_that_came_first(suite: Path) -> None:
    paid, namings = Paid(), Namings(command_line=ModelChoice(name="openai/gpt-4o"))
    with Rehearsal(Means(namings=namings, make_llm=lambda name, **_: paid)) as rehearsal:
        both = (scenario(suite), scenario(suite, id_="t"))
        (first,), (second,) = (rehearsal.play(one, node="n").outcomes for one in both)
    (ask,) = first.beside
    assert (ask.who, ask.turn, ask.made.id, ask.time.source) == ("properties", 0, "agent/properties/1", "live")
    assert first.texts[ask.made.answer]
    assert second.beside == ()


def test_a_recording_that_is_missing_is_explained_and_nobody_is_called(suite: Path) -> None:
    paid = Paid()
    (outcome,) = play(scenario(suite), llm=paid, model="openai/gpt-4o", mode="replay").outcomes
    assert (outcome.verdict, outcome.reason, paid.asks) == ("inconclusive", "recording_missing", 0)
    assert "record it:" in outcome.explanation


def test_each_trial_has_recordings_of_its_own(suite: Path) -> None:
    paid = Paid()
    outcomes = play(scenario(suite, trials=3), llm=paid, model="openai/gpt-4o").outcomes
    assert [outcome.trial for outcome in outcomes] == [1, 2, 3]
    assert paid.asks == sum(outcome.asks for outcome in outcomes) + OF_THE_AGENT


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


def with_a_longer_past(suite: Path) -> None:
    """Recordings of a script that had one turn more than it has now."""
    longer = scenario(suite)
    play(replace(longer, script=(*longer.script, *longer.script)), model="openai/gpt-4o")


def test_recordings_that_nobody_read_are_noted(suite: Path) -> None:
    with_a_longer_past(suite)
    played = play(scenario(suite), model="openai/gpt-4o", mode="replay")
    assert played.outcomes[0].verdict == "passed"
    (note,) = played.notes
    assert "committed recordings were not read (" in note
    assert "in turn 2" in note
    assert "understudy recordings prune" in note


def test_recordings_that_nobody_read_make_it_inconclusive_where_that_is_to_fail(suite: Path) -> None:
    with_a_longer_past(suite)
    (outcome,) = play(scenario(suite), model="openai/gpt-4o", mode="replay", unused="fail").outcomes
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "recordings_unused")
    assert "in turn 2" in outcome.explanation


def test_recordings_that_nobody_read_may_be_ignored(suite: Path) -> None:
    with_a_longer_past(suite)
    assert play(scenario(suite), model="openai/gpt-4o", mode="replay", unused="ignore").notes == ()


def test_in_record_what_nobody_read_is_removed(suite: Path) -> None:
    with_a_longer_past(suite)
    assert play(scenario(suite), model="openai/gpt-4o", mode="record", unused="fail").outcomes[0].verdict == "passed"
    assert play(scenario(suite), model="openai/gpt-4o", mode="replay", unused="fail").notes == ()


def test_what_is_not_played_to_its_end_leaves_nothing_unread(suite: Path) -> None:
    with_a_longer_past(suite)
    (suite / "agent.py").write_text(AGENT.replace("greets you", "says hello"))
    (outcome,) = play(scenario(suite), model="openai/gpt-4o", mode="replay", unused="fail").outcomes
    assert outcome.reason == "recording_missing"


def test_answers_to_the_words_of_another_template_are_served_by_leave_and_marked(
    suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(scenario(suite), model="openai/gpt-4o")
    monkeypatch.setattr("understudy.engine.decisions.prompt.template_digest", lambda name: "another")
    monkeypatch.setattr("understudy.engine.decisions.prompt.examples", lambda decision: ())
    (refused,) = play(scenario(suite), model="openai/gpt-4o", mode="replay").outcomes
    assert "--scenarios-stale allow" in refused.explanation
    (outcome,) = play(scenario(suite), model="openai/gpt-4o", mode="replay", stale=True).outcomes
    assert (outcome.verdict, outcome.answered_by) == ("passed", "replayed")
    assert "agent: properties" in outcome.stale
    assert "turn 1: match" in outcome.stale
    assert "[stale: " in headline(outcome)


def test_what_could_pass_the_budget_is_not_asked(suite: Path) -> None:
    paid = Paid(most=0.4)
    (outcome,) = play(scenario(suite), llm=paid, model="openai/gpt-4o", purse=p.OwnPurse(0.55)).outcomes
    assert (outcome.verdict, outcome.reason, paid.asks) == ("inconclusive", "budget", 2)
    assert "may cost up to $0.4, and of the budget of $0.55 there is $0.35 left" in outcome.explanation


def test_what_is_replayed_costs_nothing_of_a_budget(suite: Path) -> None:
    play(scenario(suite), model="openai/gpt-4o")
    (outcome,) = play(scenario(suite), llm=Paid(), model="openai/gpt-4o", purse=p.OwnPurse(0)).outcomes
    assert outcome.verdict == "passed"


def test_a_model_without_a_known_price_is_refused_on_a_budget(suite: Path) -> None:
    (outcome,) = play(scenario(suite), llm=Paid(), model="openai/gpt-4o", purse=p.OwnPurse(9)).outcomes
    assert outcome.reason == "budget"
    assert "price" in outcome.explanation


def test_a_decision_may_have_a_model_of_its_own_unless_one_is_named_above_the_code(suite: Path) -> None:
    named = 'name="Clinic", llm_config={"model": "openai/a", "api_key": "sk-1"}, models={"draft": "openai/b"}, '
    (suite / "agent.py").write_text(AGENT.replace('name="Clinic", ', named))
    made: dict[str, Paid] = {}

    def make(name: str, **settings: Any) -> Paid:
        assert settings == ({"api_key": "sk-1"} if name == "openai/a" else {})
        return made.setdefault(name, Paid())

    with Rehearsal(Means(mode="auto", make_llm=make)) as rehearsal:
        (outcome,) = rehearsal.play(scenario(suite), node="s").outcomes
    assert outcome.model == "openai/a"
    assert {name: model.asks for name, model in made.items()} == {"openai/a": outcome.asks, "openai/b": 1}
    models = {body.model for path in suite.rglob("*.jsonl") for body in asks_in(path)}
    assert models == {"openai/a", "openai/b"}
    assert b"sk-1" not in b"".join(path.read_bytes() for path in suite.rglob("*.jsonl"))
    made.clear()
    namings = Namings(command_line=ModelChoice(name="openai/c"))
    with Rehearsal(Means(namings=namings, mode="live", make_llm=lambda name: made.setdefault(name, Paid()))) as above:
        above.play(scenario(suite), node="s")
    assert list(made) == ["openai/c"]


def asks_in(path: Path) -> list[RecordedAsk]:
    return [entry.body for entry in Committed(path).entries.values() if isinstance(entry.body, RecordedAsk)]


def test_a_model_that_is_an_object_of_the_author_s_own_answers_and_is_recorded_under_its_name(suite: Path) -> None:
    own = """
class Own:
    model = "house/own"

    async def ask(self, ask):
        reply = await p.make_llm("offline").ask(ask)
        return type(reply)(text=reply.text, model="house/own")
"""
    (suite / "agent.py").write_text(
        AGENT.replace("async def build", own + "\nasync def build").replace(
            'name="Clinic", ', 'name="Clinic", model=Own(), '
        )
    )
    (outcome,) = play(scenario(suite)).outcomes
    assert (outcome.verdict, outcome.model, outcome.answered_by) == ("passed", "house/own", "live")
    (again,) = play(scenario(suite), mode="replay").outcomes
    assert (again.verdict, again.answered_by) == ("passed", "replayed")
