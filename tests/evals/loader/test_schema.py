"""The JSON Schema and the manual of scenario files keep step with the loader."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

from understudy.evals.commands import main
from understudy.evals.expectations.kinds import Quantity
from understudy.evals.loader import expectation_keys as expected
from understudy.evals.loader import expectations, keys, models, replies, secrets, tools, values
from understudy.evals.loader.schema import MODEL, PRICE, schema, schema_text
from understudy.evals.loader.shapes import Keys
from understudy.evals.loader.start import SPEAKERS

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "scenarios" / "scenario.schema.json"
MANUAL = ROOT / "docs" / "scenarios.md"
TABLES: dict[str, Keys] = {
    "A file": keys.FILE,
    "Defaults": {**keys.DEFAULTS, **keys.JUDGE},
    "A scenario": keys.SCENARIO,
    "The customer": keys.CUSTOMER,
    "The session": keys.SESSION,
    "Limits of time": keys.LIMITS,
    "Trials": keys.GATE,
    "In mid-conversation": {**keys.START, **keys.MESSAGE},
    "Shared beginnings": keys.BEGINNING,
    "Steps": keys.STEP,
    "A simulated customer": keys.SIMULATE,
    "Events": keys.EVENT,
    "Stand-ins for tools": keys.STAND_IN,
    "The model": {**MODEL, **PRICE},
    "Expectations": expected.GROUPS,
    "Guidelines": {**expected.GUIDELINES, **expected.OVER_THE_CONVERSATION},
    "Journeys": expected.JOURNEYS,
    "Tools": expected.TOOLS,
    "The reply": {**expected.REPLY, **expected.SIMILAR},
    "How simulated customers fared": expected.SIMULATION,
    "Secrets": expected.SECRET,
    "How the session stands": expected.SESSION,
    "Usage": expected.USAGE,
    "Values and numbers": expected.TESTS,
}


def file_with(**scenario: Any) -> dict[str, Any]:
    return {"agent": "agent.py", "scenarios": [{"name": "x", "script": [{"customer": "Hello"}], **scenario}]}


def is_valid(file: dict[str, Any]) -> bool:
    return Draft7Validator(schema()).is_valid(file)


def test_the_loader_reads_exactly_the_keys_that_are_described() -> None:
    assert set(expectations.GROUPS) == set(expected.GROUPS)
    assert set(expectations.GUIDELINES) == set(expected.GUIDELINES)
    assert set(expectations.OVER_THE_CONVERSATION) == set(expected.OVER_THE_CONVERSATION)
    assert set(expectations.JOURNEYS) == set(expected.JOURNEYS)
    assert set(expectations.REPLY) == set(expected.REPLY)
    assert set(expectations.SESSION) == set(expected.SESSION)
    assert set(replies.SIMULATION) == set(expected.SIMULATION)
    assert set(secrets.SECRET) == set(expected.SECRET)
    assert set(replies.SIMILAR) == set(expected.SIMILAR)
    assert set(expectations.USAGE) == set(expected.USAGE) == set(get_args(Quantity))
    assert set(tools.TOOL_KEYS) == set(expected.TOOLS)
    assert set(values.TESTS) == set(expected.TESTS)
    assert set(models.KEYS) == set(MODEL)
    assert {*SPEAKERS, "name"} == set(keys.MESSAGE)


def test_the_committed_schema_is_current() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), "run: understudy schema --output " + str(SHIPPED)


def test_every_shipped_scenario_file_fits_the_schema() -> None:
    files = sorted(str(path) for path in (ROOT / "scenarios").rglob("*.yaml") if "recordings" not in path.parts)
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(SHIPPED), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())
    assert is_valid(file_with())
    assert is_valid({"script": [{"customer": "Hello"}]})


@pytest.mark.parametrize(
    "scenario",
    [
        {"start": {"history": [{"customer": "Hi"}, {"agent": ["a", "b"]}], "journeys": {"order": ["ask"]}}},
        {"with": [{"day": "Monday", "n": 2}], "expect": {"tools": {"times": {"book": "{n}"}}}},
        {"expect": {"guidelines": {"never": "greet"}, "check": ["checks.py:polite"]}},
        {"script": [{"simulate": {"goal": "a visit", "knows": {"day": "Monday", "n": 2}, "turns": 3}}]},
        {"expect": {"reply": {"judge": ["kind", "short"], "similar": {"to": "Hello", "at_least": 0.5}}}},
        {"expect": {"simulation": {"reached": True, "turns": {"at_most": 3}}}},
        {"expect": {"secret": {"said": "M-20417", "everywhere": ["4111 1111", 12345]}}},
        {"pass": {"at_least": 2, "of": 3}, "timeout": {"turn": 5}},
        {"tools": {"book": [{"raises": "down"}, {"returns": None}, "run"]}},
        {"expect": {"tools": {"called": ["book", {"pay": {"amount": {"at_least": 3}}}], "mode": "strict"}}},
        {"id": 7, "tags": True},
    ],
)
def test_what_the_loader_reads_fits_the_schema(scenario: dict[str, Any]) -> None:
    assert is_valid(file_with(**scenario))


@pytest.mark.parametrize(
    "scenario",
    [
        {"scrpt": []},
        {"script": [{"customer": "a", "operator": "b"}]},
        {"script": [{"customer": "a", "expect": {"guidelines": {"never": "greet"}}}]},
        {"expect": {"guidelines": {"dropped": {"greet": "because"}}}},
        {"pass": {"of": 3}},
        {"start": {"history": [{"customer": "a", "agent": "b"}]}},
        {"tools": {"book": {"returns": 1, "raises": "x"}}},
        {"expect": {"usage": {"asks": {"most": 3}}}},
        {"script": [{"simulate": {"persona": "shy"}}]},
        {"script": [{"customer": "a", "expect": {"simulation": {"reached": True}}}]},
        {"expect": {"reply": {"similar": {"to": "Hello"}}}},
        {"expect": {"secret": {"logs": "M-20417"}}},
        {"expect": {"secret": "M-20417"}},
    ],
)
def test_what_the_loader_refuses_does_not_fit_the_schema(scenario: dict[str, Any]) -> None:
    assert not is_valid(file_with(**scenario))


def test_the_command_prints_the_schema_or_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()
    assert main(["schema", "--output", str(tmp_path / "deep" / "s.json")]) == 0
    assert (tmp_path / "deep" / "s.json").read_text(encoding="utf-8") == schema_text()
    assert "yaml-language-server" in capsys.readouterr().out


@pytest.mark.parametrize("title", TABLES)
def test_the_manual_has_a_row_for_every_key(title: str) -> None:
    _, _, section = MANUAL.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    section = section.partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}` | {key.about} |" for name, key in TABLES[title].items()]
