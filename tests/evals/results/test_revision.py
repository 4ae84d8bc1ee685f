"""Where the code stands."""

import subprocess
from pathlib import Path

from understudy.evals.results.revision import CodeState, code_state


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_checkout_says_revision_branch_and_whether_it_is_clean(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    (tmp_path / "a.txt").write_text("a")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    revision = git(tmp_path, "rev-parse", "HEAD").strip()
    assert code_state(tmp_path) == CodeState(revision=revision, branch="trunk", dirty=False)
    (tmp_path / "b.txt").write_text("b")
    assert code_state(tmp_path).dirty


def test_a_repository_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    assert code_state(tmp_path) == CodeState(revision="", branch="trunk", dirty=False)


def test_a_folder_that_is_no_checkout_has_no_state(tmp_path: Path) -> None:
    assert code_state(tmp_path) == CodeState()
    assert code_state(tmp_path / "nowhere") == CodeState()
