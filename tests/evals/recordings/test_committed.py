"""Recordings as committed text: stable, reviewable, and hard to lose."""

import errno
import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.engine.domain.tool import ToolResult
from understudy.engine.domain.values import digest
from understudy.evals.recordings.committed import LARGEST_FILE, Committed, recordings_file
from understudy.evals.recordings.entry import FORMAT, RecordedAsk, RecordedCall, SectionRef, entry_to_json
from understudy.evals.recordings.errors import RecordingsUnwritableError
from understudy.evals.recordings.lines import LONGEST_LINE

from .worlds import Bomb, a_file, an_entry

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def lines_of(committed: Committed) -> list[dict[str, object]]:
    return [json.loads(line) for line in committed.path.read_bytes().split(b"\n") if line]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    call = RecordedCall(arguments={"day": "Monday"}, caller={}, result=ToolResult(["9:00"], error=None), seconds=0.5)
    entries = (an_entry(A), an_entry(B, name="get_slots", body=call))
    a_file(tmp_path).write(entries, texts={})
    read = a_file(tmp_path)
    assert read.entries == {A: entries[0], B: entries[1]}
    assert read.get(A) == entries[0]
    assert read.get(C) is None
    assert read.warnings == ()


def test_a_file_belongs_to_a_suite_and_a_scenario_and_never_leaves_it(tmp_path: Path) -> None:
    assert recordings_file(tmp_path, "books-first-slot") == tmp_path / "recordings" / "books-first-slot.jsonl"
    assert recordings_file(tmp_path, "../../x").parent == tmp_path / "recordings"
    assert recordings_file(tmp_path, "_agent").name == "_agent.jsonl"


def test_entries_stand_by_trial_turn_kind_name_and_ordinal_whatever_order_they_came_in(tmp_path: Path) -> None:
    call = RecordedCall(arguments={}, caller={}, result=ToolResult(1))
    entries = [
        an_entry("1" * 64, trial=2),
        an_entry("2" * 64, turn=2),
        an_entry("3" * 64, name="a_tool", body=call),
        an_entry("4" * 64, ordinal=2),
        an_entry("5" * 64, name="draft"),
        an_entry("6" * 64),
    ]
    a_file(tmp_path / "one").write(entries)
    other = a_file(tmp_path / "other")
    for entry in reversed(entries):
        other.write([entry])
    assert [str(line["key"])[0] for line in lines_of(other)] == ["5", "6", "4", "3", "2", "1"]
    assert other.path.read_bytes() == a_file(tmp_path / "one").path.read_bytes()


def test_every_line_is_canonical_json(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry()], texts={"d" * 16: "x"})
    for line in committed.path.read_text("utf-8").split("\n")[:-1]:
        assert line == json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_a_sections_text_stands_once_before_its_first_use_and_leaves_with_its_last(tmp_path: Path) -> None:
    text = "the same transcript\u2028with a strange end of line"
    body = an_entry().body
    assert isinstance(body, RecordedAsk)
    shared = replace(body, sections=(SectionRef(name="transcript", digest=digest(text)),))
    committed = a_file(tmp_path)
    committed.write([an_entry(A, body=shared), an_entry(B, body=shared, turn=2)], texts={digest(text): text})
    assert [line["type"] for line in lines_of(committed)] == ["text", "entry", "entry"]
    assert a_file(tmp_path).texts == {digest(text): text}
    assert a_file(tmp_path).warnings == ()
    committed.write([], without={A, B})
    assert committed.path.read_bytes() == b""


def test_half_a_surrogate_pair_can_be_written(tmp_path: Path) -> None:
    body = an_entry().body
    assert isinstance(body, RecordedAsk)
    a_file(tmp_path).write([an_entry(body=replace(body, reply="\ud83d"))])
    read = a_file(tmp_path).entries["a" * 64].body
    assert isinstance(read, RecordedAsk)
    assert read.reply == "\ud83d"


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b'{"type":"entry","key":"b', "not JSON"),
        (b"<<<<<<< HEAD", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"type":"entry","format":1,"key":"b"}', "not a whole recording"),
        (b'{"type":"entry","format":0,"key":"b"}', f"recorded in format 0; this Understudy reads format {FORMAT}"),
        (b'{"type":"entry","key":"b"}', "recorded in format None"),
        (b'{"type":"entry","format":99,"key":"b"}', "recorded in format 99 by a newer Understudy"),
        (b'{"type":"text","digest":"abc","text":"x"}', "does not fit its hash"),
        (b'{"type":"letter"}', "neither 'entry' nor 'text'"),
    ],
)
def test_a_line_that_can_not_be_used_is_one_warning_with_its_place_and_leaves_the_rest(
    tmp_path: Path, bad: bytes, problem: str
) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    good = committed.path.read_bytes()
    committed.path.write_bytes(bad + b"\n" + good)
    read = a_file(tmp_path)
    assert read.entries == {A: an_entry(A)}
    assert len(read.warnings) == 1
    assert read.warnings[0].startswith(f"{committed.path}:1: ")
    assert problem in read.warnings[0]


def test_a_truncated_last_line_costs_that_line_alone(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A), an_entry(B, turn=2)])
    committed.path.write_bytes(committed.path.read_bytes()[:-40])
    read = a_file(tmp_path)
    assert list(read.entries) == [A]
    assert [warning.split(": ")[0] for warning in read.warnings] == [f"{committed.path}:2"]


def test_of_two_lines_with_one_key_the_later_is_used(tmp_path: Path) -> None:
    first, second = (json.dumps({"type": "entry", **entry_to_json(an_entry(A, turn=turn))}).encode() for turn in (1, 2))
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    committed.path.write_bytes(first + b"\n" + second + b"\n")
    read = a_file(tmp_path)
    assert read.entries[A].turn == 2
    assert len(read.warnings) == 1
    assert f"{committed.path}:2: key aaaaaaaaaaaa stands here a second time" in read.warnings[0]


def test_lines_of_a_newer_version_survive_a_write_of_this_one(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    text = {"type": "text", "digest": digest("new"), "text": "new"}
    newer = {"type": "entry", "format": FORMAT + 1, "key": B, "novel": 1}
    committed.path.write_text(f"{json.dumps(text)}\n{json.dumps(newer)}\ngarbage\n", "utf-8")
    a_file(tmp_path).write([an_entry(A)])
    assert newer in lines_of(committed)
    assert text in lines_of(committed)
    assert len(lines_of(committed)) == 3


def test_two_writers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = a_file(tmp_path), a_file(tmp_path)
    one.write([an_entry(A)])
    other.write([an_entry(B, turn=2)])
    one.write([an_entry(C, turn=3)], without={B})
    assert set(a_file(tmp_path).entries) == {A, C}
    assert set(one.entries) == {A, C}


def test_two_processes_that_record_the_same_scenario_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from understudy.evals.recordings.committed import Committed;"
        "from understudy.evals.recordings.entry import *;"
        "file = Committed(Path(sys.argv[1]), locks=Path(sys.argv[2]));"
        "call = RecordedCall(arguments={}, caller={}, result=ToolResult(1));\n"
        "for n in range(20):\n"
        "    file.write([Entry(key=f'{sys.argv[3]}{n}', name='t', turn=n, trial=1, ordinal=1, body=call)])\n"
    )
    path, locks = a_file(tmp_path).path, tmp_path / "locks"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), str(locks), name]) for name in ("x", "y")]
    assert [process.wait() for process in running] == [0, 0]
    read = a_file(tmp_path)
    assert len(read.entries) == 40
    assert read.warnings == ()


@pytest.mark.parametrize("dies_in", ["fsync", "replace"])
def test_a_process_killed_while_writing_leaves_the_old_file_whole(tmp_path: Path, dies_in: str) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    before = committed.path.read_bytes()
    code = (
        "import os, signal, sys; from pathlib import Path; from dataclasses import replace;"
        "from understudy.evals.recordings.committed import Committed;"
        "die = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL);"
        f"{'os.fsync' if dies_in == 'fsync' else 'Path.replace'} = die;"
        "file = Committed(Path(sys.argv[1]), locks=Path(sys.argv[2]));"
        "file.write([replace(entry, key='b' * 64, turn=2) for entry in file.entries.values()])"
    )
    arguments = [sys.executable, "-c", code, str(committed.path), str(tmp_path / "locks")]
    assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL
    assert committed.path.read_bytes() == before
    # The lock died with its holder, and what it left behind is in nobody's way.
    a_file(tmp_path).write([an_entry(C, turn=3)])
    assert set(a_file(tmp_path).entries) == {A, C}
    assert [path.name for path in committed.path.parent.iterdir()] == [committed.path.name]


def test_a_full_disk_gives_one_clear_error_and_the_file_stays(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    before = committed.path.read_bytes()
    code = (
        "import resource, sys; from pathlib import Path; from dataclasses import replace;"
        "from understudy.evals.recordings.committed import Committed;"
        "from understudy.evals.recordings.errors import RecordingsUnwritableError\n"
        "file = Committed(Path(sys.argv[1]), locks=Path(sys.argv[2]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (len(Path(sys.argv[1]).read_bytes()) + 10,) * 2)\n"
        "try: file.write([replace(entry, key='b' * 64, turn=2) for entry in file.entries.values()])\n"
        "except RecordingsUnwritableError as error: print(error)\n"
    )
    arguments = [sys.executable, "-c", code, str(committed.path), str(tmp_path / "locks")]
    said = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    assert said.startswith(f"{committed.path}: can't write 1 recording: File too large; the file is as it was.")
    assert committed.path.read_bytes() == before
    assert [path.name for path in committed.path.parent.iterdir()] == [committed.path.name]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_write_that_fails_says_where_and_why_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])

    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(RecordingsUnwritableError, match=os.strerror(code)):
            committed.write([an_entry(B, turn=2)])
    assert set(committed.entries) == {A}
    committed.write([an_entry(B, turn=2)])
    assert set(a_file(tmp_path).entries) == {A, B}


def test_a_folder_that_can_not_be_made_gives_the_same_error(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file where a folder should be", "utf-8")
    with pytest.raises(RecordingsUnwritableError, match="can't write 1 recording"):
        a_file(tmp_path).write([an_entry(A)])


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_gives_the_same_error(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    committed.path.parent.chmod(0o500)
    with pytest.raises(RecordingsUnwritableError, match="Permission denied"):
        committed.write([an_entry(B, turn=2)])
    assert set(a_file(tmp_path).entries) == {A}


def test_a_file_that_can_not_be_read_is_a_warning_and_is_not_overwritten(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.path.mkdir(parents=True)
    read = a_file(tmp_path)
    assert read.entries == {}
    assert "can't be read (Is a directory)" in read.warnings[0]
    with pytest.raises(RecordingsUnwritableError):
        read.write([an_entry(A)])


def test_writing_what_is_there_already_does_not_touch_the_file(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    before = committed.path.stat()
    a_file(tmp_path).write([an_entry(A)])
    assert committed.path.stat().st_ino == before.st_ino


def test_a_planted_pickle_or_a_compressed_bomb_is_so_many_lines_that_can_not_be_used(tmp_path: Path) -> None:
    fired = tmp_path / "fired"
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    for content in (pickle.dumps(Bomb(fired)), gzip.compress(b"\0" * 10_000_000), b"[" * 1_000_000):
        committed.path.write_bytes(content)
        read = a_file(tmp_path)
        assert read.entries == {}
        assert read.warnings
    assert not fired.exists()


def test_a_line_of_absurd_length_is_left_out(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    with committed.path.open("ab") as file:
        file.write(b'"' + b"x" * LONGEST_LINE + b'"\n')
    read = a_file(tmp_path)
    assert list(read.entries) == [A]
    assert "more than any answer; it is left out" in read.warnings[0]


def test_a_file_of_absurd_size_is_neither_read_nor_overwritten(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    with committed.path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)  # a hole: it takes no room
    read = a_file(tmp_path)
    assert "which is no recordings file" in read.warnings[0]
    with pytest.raises(RecordingsUnwritableError):
        read.write([an_entry(A)])
    assert committed.path.stat().st_size == LARGEST_FILE + 1


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.path.parent.mkdir()
    os.mkfifo(committed.path)
    assert "not a regular file" in a_file(tmp_path).warnings[0]


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    committed = a_file(tmp_path)
    committed.write([an_entry(A)])
    code = (
        "import itertools, sys; from pathlib import Path; from dataclasses import replace;"
        "from understudy.evals.recordings.committed import Committed\n"
        "file = Committed(Path(sys.argv[1]), locks=Path(sys.argv[2])); (entry,) = file.entries.values()\n"
        "for number in itertools.count():\n"
        "    file.write([replace(entry, key=f'{number:064}', turn=number)])\n"
        "    print(number, flush=True)\n"
    )
    arguments = [sys.executable, "-c", code, str(committed.path), str(tmp_path / "locks")]
    writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    done = [int(writer.stdout.readline()) for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    read = a_file(tmp_path)
    assert read.warnings == ()
    # What it said was written is there; of what it was at there is all or nothing.
    assert {f"{number:064}" for number in done} <= set(read.entries)
    a_file(tmp_path).write([an_entry(B, turn=2)])
    assert [path.name for path in committed.path.parent.iterdir()] == [committed.path.name]
