"""A budget that several processes share."""

import subprocess
import sys
from pathlib import Path

import pytest

from understudy.evals.recordings.errors import PurseUnreadableError
from understudy.evals.recordings.purse import SharedPurse

HOLD = (
    "import os, signal, sys; from pathlib import Path; from understudy.evals.recordings.purse import SharedPurse\n"
    "SharedPurse(Path(sys.argv[1]), limit=1.0).reserve(0.7); os.kill(os.getpid(), signal.SIGKILL)"
)
SPEND = (
    "import sys; from pathlib import Path; from understudy.evals.recordings.purse import SharedPurse\n"
    "purse = SharedPurse(Path(sys.argv[1]), limit=1.0); got = 0\n"
    "for _ in range(10):\n"
    "    if purse.reserve(0.1) == 'held':\n"
    "        purse.settle(0.1, spent=0.1); got += 1\n"
    "print(got)"
)


def test_what_one_sets_aside_the_other_can_not_spend(tmp_path: Path) -> None:
    one, other = (SharedPurse(tmp_path / "purse.json", limit=1.0) for _ in range(2))
    assert one.reserve(0.7) == "held"
    assert other.reserve(0.7) == "wait"
    one.settle(0.7, spent=0.2)
    assert other.reserve(0.7) == "held"
    other.settle(0.7, spent=0.7)
    assert (other.reserve(0.2), one.spent) == ("refused", pytest.approx(0.9))


def test_two_processes_together_spend_no_more_than_there_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPEND, str(tmp_path / "purse.json")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(process.communicate()[0]) for process in running) == 10
    assert SharedPurse(tmp_path / "purse.json", limit=1.0).left == pytest.approx(0.0, abs=1e-9)


def test_what_a_killed_worker_held_counts_as_spent(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", HOLD, str(tmp_path / "purse.json")], check=False)
    assert done.returncode == -9
    purse = SharedPurse(tmp_path / "purse.json", limit=1.0)
    assert (purse.reserve(0.5), purse.spent) == ("refused", pytest.approx(0.7))


def test_books_that_can_not_be_read_stop_the_spending(tmp_path: Path) -> None:
    (tmp_path / "purse.json").write_text("half a", "utf-8")
    with pytest.raises(PurseUnreadableError, match=r"purse\.json: what was spent of the budget can't be read"):
        SharedPurse(tmp_path / "purse.json", limit=1.0).reserve(0.1)


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    purse = SharedPurse(tmp_path / "purse.json", limit=1.0)
    purse.reserve(0.1)
    purse.remove()
    assert list(tmp_path.iterdir()) == []
