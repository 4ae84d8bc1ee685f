"""The journal of a run."""

import json
from pathlib import Path

import pytest

from understudy.engine.codec import dump
from understudy.evals.results.errors import JournalError
from understudy.evals.results.journal import Journal, JournalWarning, new_run_id, parse_journal, read_journal

from ..runs import agent, outcome, run, trace

RUN = run(label="base", revision="abc", dirty=True)


def written(folder: Path, *scenarios: str) -> Path:
    journal = Journal(folder, run=RUN)
    for scenario in scenarios:
        journal.add(outcome(trace("greet"), scenario=scenario), agent=agent())
    journal.close()
    return journal.path


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    read = read_journal(written(tmp_path, "a", "b"))
    assert (read.id, read.label, read.revision, read.dirty) == (RUN.id, "base", "abc", True)
    assert [dump(each) for each in read.outcomes] == [
        dump(outcome(trace("greet"), scenario=scenario)) for scenario in ("a", "b")
    ]
    assert read.agents == RUN.agents


def test_an_agent_is_written_once(tmp_path: Path) -> None:
    kinds = [json.loads(line)["kind"] for line in written(tmp_path, "a", "b").read_text().splitlines()]
    assert kinds == ["run", "agent", "outcome", "outcome"]


def test_a_scenario_is_on_disk_before_the_next_one_ends(tmp_path: Path) -> None:
    journal = Journal(tmp_path, run=RUN)
    journal.add(outcome(trace("greet")))
    assert len(read_journal(journal.path).outcomes) == 1
    journal.close()


def test_a_last_line_that_was_cut_off_costs_no_more_than_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "a", "b")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.warns(JournalWarning, match=r"jsonl:4: the line is cut off"):
        assert [each.scenario for each in read_journal(path).outcomes] == ["a"]


@pytest.mark.parametrize("line", [b"\xff\xfe", b"{", b"7", b'{"kind": "outcome", "outcome": {}}', b'{"kind": "song"}'])
def test_a_line_that_makes_no_sense_is_passed_over_with_its_number(tmp_path: Path, line: bytes) -> None:
    path = written(tmp_path, "a")
    path.write_bytes(path.read_bytes() + line + b"\n")
    read = parse_journal(path)
    assert len(read.run.outcomes) == 1
    (warning,) = read.warnings
    assert warning.startswith(f"{path}:4: ")


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"kind": "song"}\n')
    with pytest.raises(JournalError, match="no journal of a run"):
        parse_journal(path)


def test_a_journal_of_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace('"format":1', '"format":2'))
    with pytest.raises(JournalError, match="newer Understudy"):
        parse_journal(path)


def test_two_runs_never_share_an_id() -> None:
    assert len({new_run_id() for _ in range(20)}) == 20
