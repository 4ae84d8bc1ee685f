"""Which model answers in a scenario."""

from dataclasses import replace

import pytest

from understudy.evals.playing.models import CodeModels, Namings, choose_model, default_mode, recorded_with
from understudy.evals.scenario import ModelChoice

from ..recordings.worlds import MODEL, an_entry

EVERYBODY = {
    "command line": ModelChoice(name="a"),
    "scenario": ModelChoice(name="b"),
    "agent": CodeModels(choice=ModelChoice(name="c")),
    "project": ModelChoice(name="d"),
    "environment": "e",
}


@pytest.mark.parametrize("silent", range(len(EVERYBODY)))
def test_the_nearest_naming_counts(silent: int) -> None:
    names = list(EVERYBODY)
    says = {name: value for name, value in EVERYBODY.items() if names.index(name) >= silent}
    run = Namings(
        command_line=says.get("command line"), project=says.get("project"), environment=says.get("environment", "")
    )
    named = choose_model(says.get("scenario"), says.get("agent", CodeModels()), run=run)
    assert (named.by, named.choice.name) == (names[silent], "abcde"[silent])


def test_the_offline_model_answers_where_nobody_named_one_and_nothing_is_recorded() -> None:
    named = choose_model(None, CodeModels(), run=Namings())
    assert (named.by, named.choice.name, named.is_recorded) == ("nobody", "offline", False)


def test_sampling_settings_reach_the_key_of_recordings_and_others_do_not() -> None:
    choice = ModelChoice(name="openai/gpt-4o", settings={"temperature": 0, "api_base": "http://localhost"})
    settings = choose_model(choice, CodeModels(), run=Namings()).settings
    assert (settings.model, settings.temperature) == ("openai/gpt-4o", 0)


@pytest.mark.parametrize(("ci", "mode"), [("true", "replay"), ("1", "replay"), ("", "auto"), ("false", "auto")])
def test_in_ci_recordings_are_only_replayed(ci: str, mode: str) -> None:
    assert default_mode({"CI": ci}) == mode
    assert default_mode({}) == "auto"


def judging(run: Namings, *, judge: ModelChoice | None = None, agent: CodeModels | None = None) -> ModelChoice | None:
    return choose_model(None, agent or CodeModels(), run=run, judge=judge).by_decision.get("judge")


def test_the_nearer_to_the_run_a_judge_was_named_the_more_it_counts() -> None:
    one, two, three = (ModelChoice(name=name) for name in ("acme/one", "acme/two", "acme/three"))
    assert judging(Namings()) is None
    assert judging(Namings(project_judge=three)) == three
    assert judging(Namings(project_judge=three), judge=two) == two
    assert judging(Namings(project_judge=three, judge=one), judge=two) == one
    assert judging(Namings(), agent=CodeModels(by_decision={"judge": three})) == three


def test_a_model_for_the_run_leaves_the_judge_as_it_is_but_for_the_offline_one() -> None:
    judge = ModelChoice(name="acme/judge")
    other, offline = (Namings(command_line=ModelChoice(name=name)) for name in ("acme/other", "offline"))
    assert judging(other, judge=judge) == judge
    assert judging(offline, judge=judge) is None
    assert judging(replace(offline, judge=judge)) == judge


def test_recordings_of_a_judge_do_not_say_which_model_an_agent_was_played_with() -> None:
    entries = [an_entry("a" * 64, name="judge"), an_entry("b" * 64)]
    assert recorded_with(entries[:1]) == ()
    assert recorded_with(entries) == (MODEL,)
