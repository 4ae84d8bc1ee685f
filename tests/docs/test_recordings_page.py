"""docs/recordings.md, run from its first command to its last against a provider on this machine."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from understudy.evals.commands import main

from .. import provider
from ..loopback import loopback

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recordings.md"
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "OPENAI_API_KEY": "sk-testtesttesttesttest",
    **{f"GIT_{who}_{what}": "clinic@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command and what it is to print; … stands for anything on a line, alone on a line for any lines."""

    command: str
    printed: str


def files() -> Iterator[tuple[str, str]]:
    for _, title, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if title:
            yield title, text


def steps() -> Iterator[Step]:
    for kind, _, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                yield Step(command=command, printed=printed)


def pattern(printed: str) -> str:
    lines = printed.split("\n")[:-1]
    return "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in lines)


def test_every_command_of_the_page_does_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "UNDERSTUDY_MODEL", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for title, text in files():
        Path(title).parent.mkdir(parents=True, exist_ok=True)
        Path(title).write_text(text, "utf-8")
    Path(".gitignore").write_text(".understudy/\n__pycache__/\n.pytest_cache/\n")
    Path("pytest.ini").write_text("[pytest]\n")
    with loopback(provider.respond) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        run("git init -q && git add . && git commit -qm begin")
        for step in steps():
            printed = run(step.command)
            told = f"$ {step.command}\n{printed}\n--- the page has\n{step.printed}"
            assert re.fullmatch(pattern(step.printed), printed), told
    assert set(server.keys) == {f"Bearer {ENVIRONMENT['OPENAI_API_KEY']}"}


def run(command: str) -> str:
    """What a command prints; our own run in this process, which saves the start of another."""
    if command.startswith("understudy "):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            assert main(shlex.split(command)[1:]) == 0
        return printed.getvalue()
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_page_names_every_command_and_every_mode() -> None:
    text = PAGE.read_text("utf-8")
    for name in ("list", "show", "explain", "preview", "prune", "scan", "verify"):
        assert f"understudy recordings {name}" in text
    for mode in ("replay", "auto", "record", "refresh", "live"):
        assert f"| `{mode}`" in text
