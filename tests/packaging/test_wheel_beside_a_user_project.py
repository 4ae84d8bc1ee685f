"""Our wheel lives beside a project that has folders named engine, evals and reports of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .building import build_wheel, pip

THEIRS = ("engine", "evals", "reports")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds our wheel, installed, without what it depends on (the environment at hand has that)."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", str(folder / "site"), str(build_wheel(folder)))
    return folder / "site"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's project with packages named like our folders, and one test that imports them."""
    for name in THEIRS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"OWNER = 'their {name}'\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "test_theirs.py").write_text(
        "import engine, evals, reports\n\n"
        "def test_ours_are_ours():\n"
        "    assert [m.OWNER for m in (engine, evals, reports)] == ['their engine', 'their evals', 'their reports']\n"
    )
    return tmp_path


@pytest.mark.parametrize("room", THEIRS)
def test_their_package_and_ours_import_side_by_side(installed: Path, project: Path, room: str) -> None:
    code = f"import {room}, understudy.{room}; print({room}.OWNER); print(understudy.{room}.__file__)"
    owner, ours = _run(installed, project, "-c", code).splitlines()
    assert owner == f"their {room}"
    assert Path(ours).is_relative_to(installed)


def test_their_tests_run_with_our_plugin_installed(installed: Path, project: Path) -> None:
    assert "1 passed" in _run(installed, project, "-m", "pytest", "-q")


def test_pytest_offers_scenarios_in_their_project(installed: Path, project: Path) -> None:
    assert "--scenarios" in _run(installed, project, "-m", "pytest", "--help")


def _run(installed: Path, project: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
