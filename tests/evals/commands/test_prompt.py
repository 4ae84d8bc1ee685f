"""`understudy prompt`: what is asked, section by section, also of the offline model."""

from pathlib import Path

import pytest

from understudy.evals.commands import main

from .recorded import AGENT, a_suite, record


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERSTUDY_MODEL", raising=False)
    return a_suite(tmp_path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["prompt", *arguments]) == code
    return capsys.readouterr().out


def test_a_decision_of_a_turn_is_shown_with_sizes_and_whose_message_it_is(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(suite.parent.parent)
    said = told(capsys, "asks", "--turn", "2", "--decision", "match")
    assert said.startswith("turn 2, match (ask 1/match/1): ")
    assert "--- candidates  (system, " in said
    assert "--- conversation  (user, " in said
    assert "customer: When do you open" in said
    assert "turn 1" not in said


def test_sizes_alone_are_a_line_for_each_section(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(suite.parent.parent)
    lines = told(capsys, "greets", "--sizes").splitlines()
    assert lines[0].startswith("turn 0, properties (ask agent/properties/1): ")
    assert all(line.startswith(("turn ", "--- ")) for line in lines if line)


def test_the_offline_model_is_asked_the_same(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "asks", "--turn", "2", "--decision", "match", "--model", "offline")
    assert "customer: When do you open" in said


def test_where_recordings_end_that_is_said(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "asks", "--turn", "2", code=1)
    assert "the conversation ends here: no recording of the decision 'properties'" in said
    assert "--model offline" in said


def test_where_a_decision_was_not_asked_those_that_were_are_named(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (suite / "agent.py").write_text(AGENT.replace(', model="openai/small"', ""))
    said = told(capsys, "greets", "--decision", "tools", code=1)
    assert said == "nothing of that was asked; asked were: turn 1 analysis, turn 1 draft, turn 1 match\n"
