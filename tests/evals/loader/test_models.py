"""Every key of `model:`: what it may be, what is said of anything else, and that the schema says the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from understudy.evals.loader.models import KEYS
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.loader.schema import schema
from understudy.evals.playing.models import CodeModels, Namings, choose_model
from understudy.evals.scenario import ModelChoice

GOOD: dict[str, Any] = {
    "name": "openai/gpt-4o",
    "temperature": 0.5,
    "top_p": 1,
    "seed": -7,
    "max_tokens": 500,
    "timeout": 12.5,
    "retries": 0,
    "backoff": 0,
    "max_concurrent": 8,
    "requests_per_minute": 200,
    "api_base": "http://localhost:8000/v1",
    "api_version": "2026-01-01",
    "price": {"prompt": 0.15, "answer": 0.6, "cached": 0},
    "fallbacks": ["openai/gpt-4o-mini", {"name": "acme/big", "seed": 1}],
    "decisions": {"draft": "openai/gpt-4o", "match": {"name": "acme/small", "temperature": 0}},
}
BAD: list[tuple[str, Any, str]] = [
    ("name", [], "name must be a text"),
    ("temperature", -1, "temperature must be a number, 0 or more, not -1"),
    ("temperature", "hot", "temperature must be a number, not"),
    ("top_p", 1.5, "top_p must be a number from 0 to 1, not 1.5"),
    ("seed", 0.5, "seed must be a whole number, not 0.5"),
    ("max_tokens", 0, "max_tokens must be a whole number, 1 or more, not 0"),
    ("timeout", 0, "timeout must be a number larger than 0, not 0"),
    ("retries", -1, "retries must be a whole number, 0 or more, not -1"),
    ("backoff", -0.5, "backoff must be a number, 0 or more, not -0.5"),
    ("max_concurrent", 0, "max_concurrent must be a whole number, 1 or more, not 0"),
    ("requests_per_minute", 1.5, "requests_per_minute must be a whole number, 1 or more, not 1.5"),
    ("api_base", {}, "api_base must be a text"),
    ("api_version", [], "api_version must be a text"),
    ("price", {"prompt": 1}, "price has no 'answer'; add it"),
    ("price", {"prompt": 1, "answer": -2}, "answer must be a number, 0 or more, not -2"),
    ("price", {"prompt": 1, "answers": 2}, "'answers' is not a key of price; did you mean 'answer'?"),
    ("fallbacks", [{"nam": "x"}], "'nam' is not a key of a fallback; did you mean 'name'?"),
    ("fallbacks", [{"name": "x", "decisions": {}}], "'decisions' is not a key of a fallback"),
    ("decisions", {"drft": "x"}, "'drft' is no decision that a model makes; did you mean 'draft'?"),
    ("decisions", {"draft": {"name": "x", "temprature": 0}}, "not a key of the model of draft; did you mean 'temper"),
    ("max_token", 5, "'max_token' is not a key of model; did you mean 'max_tokens'?"),
]


def text(**model: Any) -> str:
    file = {"agent": "agent.py", "model": model, "scenarios": [{"name": "x", "script": [{"customer": "Hi"}]}]}
    return yaml.safe_dump(file, sort_keys=False)


def read(tmp_path: Path, **model: Any) -> ModelChoice:
    file = tmp_path / "clinic.yaml"
    file.write_text(text(**model))
    (scenario,) = load_file(file)
    assert scenario.model is not None
    return scenario.model


def fits(**model: Any) -> bool:
    return Draft7Validator(schema()).is_valid(yaml.safe_load(text(**model)))


def test_every_key_has_its_cases_here() -> None:
    assert set(GOOD) == set(KEYS)
    assert set(KEYS) <= {key for key, _, _ in BAD}


@pytest.mark.parametrize("key", [key for key in GOOD if key not in ("name", "decisions", "fallbacks")])
def test_a_setting_is_read_as_it_is_written(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, name="openai/gpt-4o", **{key: GOOD[key]}).settings == {key: GOOD[key]}
    assert fits(name="openai/gpt-4o", **{key: GOOD[key]})


def test_fallbacks_and_models_of_single_decisions_have_settings_of_their_own(tmp_path: Path) -> None:
    choice = read(tmp_path, **GOOD)
    assert choice.settings["fallbacks"] == [{"name": "openai/gpt-4o-mini"}, {"name": "acme/big", "seed": 1}]
    assert choice.by_decision == {
        "draft": ModelChoice(name="openai/gpt-4o"),
        "match": ModelChoice(name="acme/small", settings={"temperature": 0}),
    }
    assert fits(**GOOD)


@pytest.mark.parametrize(("key", "value", "words"), BAD, ids=[f"{key}: {value}" for key, value, _ in BAD])
def test_what_a_key_can_not_be_is_told_with_its_place(tmp_path: Path, key: str, value: Any, words: str) -> None:
    model = {"name": "openai/gpt-4o", key: value}
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, **model)
    assert words in str(caught.value)
    assert f"{tmp_path / 'clinic.yaml'}:" in str(caught.value)
    assert not fits(**model)


def test_a_key_for_the_provider_never_stands_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="belongs in the provider's environment variable"):
        read(tmp_path, name="openai/gpt-4o", api_key="sk-x")


def test_models_of_single_decisions_replace_those_of_the_agents_code(tmp_path: Path) -> None:
    in_code = CodeModels(choice=ModelChoice(name="code"), by_decision={"tools": ModelChoice(name="code/tools")})
    named = choose_model(read(tmp_path, **GOOD), in_code, run=Namings())
    assert (named.by, set(named.by_decision)) == ("scenario", {"draft", "match"})
    assert named.settings_by_decision["match"].temperature == 0
