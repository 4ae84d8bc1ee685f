"""The gallery of failures: as it is told today, and with an example of everything that can be expected."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from understudy.evals.loader import expectation_keys

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "benchmarks" / "failures"
GROUPS = {
    "guidelines": {**expectation_keys.GUIDELINES, **expectation_keys.OVER_THE_CONVERSATION},
    "journeys": expectation_keys.JOURNEYS,
    "tools": expectation_keys.TOOLS,
    "reply": expectation_keys.REPLY,
    "session": expectation_keys.SESSION,
    "usage": expectation_keys.USAGE,
    "simulation": expectation_keys.SIMULATION,
    "secret": expectation_keys.SECRET,
}


def test_the_page_shows_what_is_told_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    page = importlib.import_module("benchmarks.failures.__main__").page()
    sys.modules.pop("benchmarks.failures.__main__")
    assert (ROOT / "docs" / "failures.md").read_text(encoding="utf-8") == page, "write it anew with `make docs`"


@pytest.mark.parametrize("group", GROUPS)
def test_everything_that_can_be_expected_has_an_example(group: str) -> None:
    shown = {key for expected in _expected() if isinstance(expected.get(group), dict) for key in expected[group]}
    assert set(GROUPS[group]) <= shown


def _expected() -> Iterator[dict[str, dict[str, object]]]:
    """What the scenarios of the gallery expect, turn by turn."""
    for file in sorted(GALLERY.glob("*.yaml")):
        for scenario in yaml.safe_load(file.read_text(encoding="utf-8"))["scenarios"]:
            steps = scenario.get("script", [])
            yield from (each["expect"] for each in (scenario, *steps) if "expect" in each)
