"""`understudy recordings`: looking at what is recorded, and keeping it clean."""

from pathlib import Path

import pytest

from understudy.evals.commands import MISUSED, main

from .recorded import AGENT, SCENARIOS, a_suite, record


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERSTUDY_MODEL", raising=False)
    made = a_suite(tmp_path)
    assert record(tmp_path) == 9
    return made


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["recordings", *arguments]) == code
    return capsys.readouterr().out


def edit(file: Path, then: str, now: str) -> None:
    text = file.read_text()
    assert then in text
    file.write_text(text.replace(then, now))


def test_list_counts_every_file_and_what_it_cost(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "list").splitlines()
    assert lines[0].startswith("scenarios/clinic/recordings/_agent.jsonl  1 ask, openai/small, 110 tokens, $0.0100")
    assert lines[1].startswith("scenarios/clinic/recordings/asks.jsonl    5 asks, openai/small, 550 tokens, $0.0500")
    assert lines[-1] == "3 files, 9 asks, $0.0900 when recorded"
    assert len(told(capsys, "list", "greets").splitlines()) == 2


def test_list_says_how_to_record_where_nothing_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing is recorded yet" in told(capsys, "list", str(tmp_path))


def test_show_tells_the_answers_of_a_scenario_in_order(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "show", "greets").splitlines()
    assert [line.partition(" by ")[0] for line in lines[::2]] == [
        "trial 1, turn 1: analysis",
        "trial 1, turn 1: draft",
        "trial 1, turn 1: match",
    ]
    assert all(len(line) <= 104 for line in lines[1::2])
    assert len(told(capsys, "show", "greets", "--full")) > len("\n".join(lines))


def test_preview_says_what_an_edit_would_cost_before_it_is_paid(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "all 2 would replay; nothing would be asked" in told(capsys, "preview")
    edit(suite / "agent.py", "greets you", "says hello")
    said = told(capsys, "preview")
    assert "greets: would ask from the start: about 3 asks, 330 tokens, $0.0300" in said
    assert "because properties of the agent itself: the guideline 'greet' is worded differently" in said
    assert "once for all, of the agent itself: about 1 ask, 110 tokens, $0.0100" in said
    assert "2 of 2 would miss: about 9 asks, 990 tokens, $0.0900" in said


def test_preview_judges_a_new_scenario_by_the_others(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "\n  - {name: new, script: [{customer: Good morning}]}\n"
    (suite / "booking.yaml").write_text(SCENARIOS.rstrip() + more)
    said = told(capsys, "preview")
    assert "::new: would ask from turn 1 on: about 3 asks, 294 tokens, $0.0267 by what other scenarios took" in said
    assert "because match in turn 1 was never recorded" in said
    assert "1 of 3 would miss" in said


def test_preview_of_what_nothing_tells_gives_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    a_suite(tmp_path)
    said = told(capsys, "preview", "--model", "openai/large")
    assert "2 of 2 would miss: 2 of them with nothing to judge by how much" in said


def test_preview_names_another_model(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "preview", "--model", "openai/large")
    assert "another model is asked" in said
    assert "greets: would ask from the start: about 3 asks, 330 tokens, $0.0300 by what the former model took" in said
    assert "2 of 2 would miss: about 9 asks, 990 tokens, $0.0900" in said
    assert "works its answers out; nothing is recorded" in told(capsys, "preview", "--model", "offline")


def test_explain_shows_the_section_that_differs_and_the_guideline_behind_it(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "greets: replays from its recordings" in told(capsys, "explain", "greets")
    edit(suite / "agent.py", "greets you", "says hello")
    said = told(capsys, "explain", "greets")
    assert "the section 'candidates' differs (the guideline 'greet' is worded differently):" in said
    assert "+  when: the customer says hello" in said


def test_explain_tells_a_date_that_found_its_way_into_a_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    suite = a_suite(tmp_path)
    clock = suite / "clock.txt"
    dated = "pathlib.Path(__file__).with_name('clock.txt').read_text()"
    agent = "import pathlib\n" + AGENT.replace('"Books visits."', dated)
    (suite / "agent.py").write_text(agent)
    clock.write_text("Books visits. It is 2026-01-01 10:30.")
    record(tmp_path)
    clock.write_text("Books visits. It is 2026-01-02 07:15.")
    said = told(capsys, "explain", "greets")
    assert "the section 'agent' differs in a date or time alone, which is another one in every run" in said
    said = told(capsys, "preview")
    assert "because properties of the agent itself: the section 'agent' differs in a date or time alone" in said


def test_explain_names_the_variable_whose_value_differs(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = suite / "booking.yaml"
    scenarios.write_text(SCENARIOS.replace("name: greets", "name: greets, customer: {name: Ada}"))
    said = told(capsys, "explain", "greets")
    assert "the section 'variables' " in said
    assert "+Name: Ada" in said


def test_prune_removes_what_no_scenario_reads(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is nothing to remove" in told(capsys, "prune")
    edit(suite / "booking.yaml", ", {customer: When do you open}", "")
    said = told(capsys, "prune", "--dry-run")
    assert "asks.jsonl: 2 would be removed (draft in turn 2, match in turn 2)" in said
    assert "asks.jsonl: 2 removed (draft in turn 2, match in turn 2)" in told(capsys, "prune")
    assert "there is nothing to remove" in told(capsys, "prune")


def test_prune_removes_the_file_of_a_scenario_that_is_no_more(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(suite / "booking.yaml", "  - {name: greets, script: [{customer: Hello there}]}\n", "")
    assert "greets.jsonl: 3 removed" in told(capsys, "prune")
    assert not (suite / "recordings" / "greets.jsonl").exists()
    assert (suite / "recordings" / "_agent.jsonl").exists()


def test_prune_removes_what_is_left_of_an_agent_s_former_self(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(suite / "agent.py", "greets you", "says hello")
    record(suite.parent.parent)
    assert "_agent.jsonl: 1 removed" in told(capsys, "prune")


def test_prune_leaves_alone_what_does_not_replay(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (suite / "recordings" / "greets.jsonl").read_bytes()
    edit(suite / "agent.py", "greets you", "says hello")
    said = told(capsys, "prune")
    assert "greets: left as it is, for it does not replay to its end" in said
    assert (suite / "recordings" / "greets.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("sk-abcdefghijklmnopqrstuvwx", "(sk-a…)"), ("ACME-123456", "(ACME…)")],
    ids=["by its shape", "by a pattern of the suite"],
)
def test_scan_finds_a_secret_without_showing_it(
    suite: Path, capsys: pytest.CaptureFixture[str], secret: str, shown: str
) -> None:
    assert "no secret was found in 3 files" in told(capsys, "scan")
    edit(suite / "recordings" / "greets.jsonl", "Hello there", f"Hello, {secret}")
    said = told(capsys, "scan", code=1)
    assert "scenarios/clinic/recordings/greets.jsonl:" in said
    assert f"holds what looks like a secret {shown}" in said
    assert secret not in said


def test_scan_finds_a_secret_behind_escapes(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    escaped = "\\u0073k-abcdefghijklmnopqrstuvwx"
    edit(suite / "recordings" / "greets.jsonl", "Hello there", escaped)
    assert "(sk-a…)" in told(capsys, "scan", code=1)


def test_verify_names_every_line_that_is_not_right(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nothing is wrong with 3 files" in told(capsys, "verify")
    file = suite / "recordings" / "greets.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[1], lines[0], *lines[2:], "<<<<<<< HEAD"]) + "\n")
    said = told(capsys, "verify", code=1)
    assert f"greets.jsonl:{len(lines) + 1}: this line is not JSON" in said
    file.write_text("\n".join([lines[1], lines[0], *lines[2:]]) + "\n")
    assert "its lines are not as Understudy writes them" in told(capsys, "verify", code=1)


def test_a_scenario_that_there_is_not_is_answered_with_the_nearest(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recordings", "show", "greet"]) == MISUSED
    assert "did you mean 'greets'?" in capsys.readouterr().err
