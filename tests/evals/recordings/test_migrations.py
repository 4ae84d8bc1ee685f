"""Recordings of older formats are migrated step by step; those of newer ones are refused by name."""

import json
from pathlib import Path

import pytest

from understudy.engine.domain.values import JSON
from understudy.evals.recordings import migrations
from understudy.evals.recordings.cache import Cache
from understudy.evals.recordings.entry import UnreadableEntryError, entry_from_json, entry_to_json

from .worlds import a_file, an_entry

KEY = "a" * 64


def of_old(stored: dict[str, JSON]) -> dict[str, JSON]:
    """An entry as two formats ago: asks had no template, and what is a decision today was a question."""
    old = {**stored, "format": -1, "question": stored["name"]}
    del old["name"]
    return {**old, "body": {name: value for name, value in stored["body"].items() if name != "template"}}


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_template(entry: dict[str, JSON]) -> dict[str, JSON]:
        return {**entry, "body": {**entry["body"], "template": ""}}

    def with_name(entry: dict[str, JSON]) -> dict[str, JSON]:
        return {**{key: value for key, value in entry.items() if key != "question"}, "name": entry["question"]}

    monkeypatch.setattr(migrations, "MIGRATIONS", {-1: with_template, 0: with_name})


def test_an_older_entry_is_made_a_present_one_step_by_step(history: None) -> None:
    assert entry_from_json(of_old(entry_to_json(an_entry(KEY)))) == an_entry(KEY)


def test_an_older_file_replays_and_is_written_in_the_present_form(history: None, tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    committed.path.write_text(json.dumps({"type": "entry", **of_old(entry_to_json(an_entry(KEY)))}) + "\n", "utf-8")
    read = a_file(tmp_path)
    assert read.get(KEY) == an_entry(KEY)
    assert read.warnings == ()
    read.write([an_entry("b" * 64, turn=2)])
    assert b'"question"' not in read.path.read_bytes()


def test_an_older_entry_of_the_cache_is_used(history: None, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache._open().put(KEY, json.dumps(of_old(entry_to_json(an_entry(KEY)))))
    assert cache.get(KEY) == an_entry(KEY)


def test_a_format_that_no_step_leads_from_is_refused_by_name(history: None) -> None:
    with pytest.raises(UnreadableEntryError, match=r"recorded in format -7; this Understudy reads format 1"):
        entry_from_json({**entry_to_json(an_entry(KEY)), "format": -7})


@pytest.mark.parametrize("version", [2, 99])
def test_a_newer_format_is_refused_by_name(version: int) -> None:
    with pytest.raises(UnreadableEntryError, match=f"format {version} by a newer Understudy.*upgrade Understudy"):
        entry_from_json({**entry_to_json(an_entry(KEY)), "format": version})


@pytest.mark.parametrize("version", [None, "1", True])
def test_what_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(UnreadableEntryError, match="recorded in format"):
        entry_from_json({**entry_to_json(an_entry(KEY)), "format": version})
