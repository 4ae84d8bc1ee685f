"""What is recorded of the shipped scenarios can be read by everybody."""

from pathlib import Path

import pytest

from understudy.evals.recordings.inventory import faults_in, recordings_files, secrets_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("find", [secrets_in, faults_in])
def test_every_committed_recording_is_clean(find) -> None:
    assert [str(problem) for path in recordings_files(ROOT / "scenarios") for problem in find(path)] == []


def test_one_that_holds_a_key_is_found(tmp_path: Path) -> None:
    file = tmp_path / "recordings" / "s.jsonl"
    file.parent.mkdir()
    file.write_text('{"digest":"x","text":"the key is sk-abcdefghijklmnopqrstuvwx","type":"text"}\n', "utf-8")
    (problem,) = [problem for path in recordings_files(tmp_path) for problem in secrets_in(path)]
    assert str(problem).startswith(f"{file}:1: holds what looks like a secret (sk-a…)")
