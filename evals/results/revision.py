"""Where the code stands: git's revision, branch, and whether the working tree holds more than that."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeState:
    """The state of a checkout; all empty where there is none."""

    revision: str = ""
    branch: str = ""
    """Empty on a detached head."""
    dirty: bool = False


def code_state(folder: Path) -> CodeState:
    """The state of the checkout that a folder is in. Never raises: a project without git has runs too."""
    status = _git(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=normal")
    if status is None:
        return CodeState()
    facts: dict[str, str] = {}
    dirty = False
    for line in status.splitlines():
        if line.startswith("# branch."):
            name, _, value = line.removeprefix("# branch.").partition(" ")
            facts[name] = value
        else:
            dirty = True
    branch = facts.get("head", "")
    revision = facts.get("oid", "")
    return CodeState(
        revision="" if revision == "(initial)" else revision,
        branch="" if branch == "(detached)" else branch,
        dirty=dirty,
    )


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        # No lock is taken, so that a run never stands in the way of what the author does meanwhile.
        finished = subprocess.run(
            ["git", "--no-optional-locks", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return finished.stdout if finished.returncode == 0 else None
