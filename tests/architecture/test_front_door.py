"""Importing the engine is cheap: it loads nothing heavy and leaves nothing on disk."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import understudy.engine as p

HEAVY = ("litellm", "pandas", "plotly", "duckdb", "diskcache", "numpy", "openai", "httpx", "pytest")


def test_importing_the_engine_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    code = "import json, sys, understudy.engine; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(_python(code, tmp_path)))
    assert loaded & set(HEAVY) == set()


def test_importing_the_engine_writes_nothing_to_disk(tmp_path: Path) -> None:
    _python("import understudy.engine", tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_public_names_are_sorted_and_all_there() -> None:
    names = list(p.__all__)
    assert names == sorted(set(names), key=_as_the_linter_sorts)
    assert [name for name in names if not hasattr(p, name)] == []


def test_a_name_that_the_front_door_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        p.no_such_name  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]


def _python(code: str, home: Path) -> str:
    """What a new interpreter prints that has only `home` to write to, as working directory too."""
    folders = {name: str(home) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    environment = {**os.environ, **folders, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _as_the_linter_sorts(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
