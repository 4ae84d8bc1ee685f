"""Build our wheel from a copy of the source, so that nothing is left in the checkout and nothing stale gets in."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("pyproject.toml", "README.md", "engine", "evals", "reports")


def build_wheel(folder: Path) -> Path:
    """Build the wheel below this folder with the tools at hand (no network) and return its path."""
    checkout, built = folder / "checkout", folder / "wheel"
    checkout.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(checkout))
    (wheel,) = built.glob("understudy-*.whl")
    return wheel


def pip(*arguments: str) -> None:
    """Run pip; what it said is shown when it fails."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
