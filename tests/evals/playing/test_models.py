"""Which model answers in a scenario."""

import pytest

from understudy.evals.playing.models import CodeModels, Namings, choose_model, default_mode
from understudy.evals.scenario import ModelChoice

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
