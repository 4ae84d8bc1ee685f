"""The wheel is complete: every package is listed, described and shipped with all that it needs."""

import ast
import zipfile
from pathlib import Path

import pytest

from ..packaging.building import build_wheel
from .source import ROOMS, ROOT, place, project_table, python_files, syntax

LEFT_BEHIND = {".pyc", ".pyo"}


def test_pyproject_lists_every_package() -> None:
    folders = sorted({path.parent for path in python_files(*ROOMS)})
    present = {"understudy." + place(folder).replace("/", ".") for folder in folders}
    tool = project_table()["tool"]
    assert isinstance(tool, dict)
    assert set(tool["setuptools"]["packages"]) == present


def test_every_folder_with_modules_is_a_package_with_a_docstring() -> None:
    folders = sorted({path.parent for path in python_files(*ROOMS)})
    undescribed = [place(folder) for folder in folders if not _described(folder / "__init__.py")]
    assert not undescribed


def test_each_room_tells_type_checkers_that_it_is_typed() -> None:
    assert [room for room in ROOMS if not (ROOT / room / "py.typed").is_file()] == []


def test_the_wheel_holds_every_module_template_and_asset_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(build_wheel(tmp_path)) as wheel:
        shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    present = {f"understudy/{place(path)}" for room in ROOMS for path in (ROOT / room).rglob("*") if _belongs(path)}
    assert shipped == present


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_modules_to_ship(room: str) -> None:
    assert any(python_files(room))


def _described(init: Path) -> bool:
    return init.is_file() and bool(ast.get_docstring(syntax(init)))


def _belongs(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix not in LEFT_BEHIND
