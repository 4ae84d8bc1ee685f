"""What a run with --scenarios was asked for: the options with what ini files and [tool.understudy] say of them."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from ...engine.domain.values import JSON
from ...engine.errors import closest
from ..playing.models import ENVIRONMENT, MODES, Namings, default_mode
from ..recordings.trial import Mode
from ..scenario import ModelChoice
from .options import DATABASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; paths are absolute."""

    mode: Mode
    namings: Namings
    db: Path
    report: Path | None = None
    label: str = ""

    @property
    def home(self) -> Path:
        """The folder beside the results: journals and the cache are there too."""
        return self.db.parent


def read_options(config: pytest.Config) -> Options:
    """What was asked for. Raises pytest.UsageError for a setting that makes no sense."""
    table = _project_table(config.rootpath / "pyproject.toml")
    settings = _Settings(config=config, table=table)
    return Options(
        mode=_mode(settings.text("llm")),
        namings=Namings(
            command_line=_choice(config.getoption("scenarios_model")),
            project=_choice(config.getini("scenarios_model") or table.get("model")),
            environment=os.environ.get(ENVIRONMENT, ""),
        ),
        db=settings.path("db") or config.rootpath / DATABASE,
        report=settings.path("report"),
        label=settings.text("label") or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """The three places where an option can be set, nearest first."""

    config: pytest.Config
    table: Mapping[str, JSON]

    def text(self, name: str) -> str | None:
        """An option's text, None where nobody set it."""
        given = self.config.getoption(f"scenarios_{name}") or self.config.getini(f"scenarios_{name}")
        return given or (str(self.table[name]) if self.table.get(name) else None)

    def path(self, name: str) -> Path | None:
        """An option's path: relative to where pytest was called on the command line, else to the project's root."""
        if given := cast("str | None", self.config.getoption(f"scenarios_{name}")):
            return self.config.invocation_params.dir / given
        text = self.text(name)
        return self.config.rootpath / text if text else None


def _mode(text: str | None) -> Mode:
    if text is None:
        return default_mode(os.environ)
    for mode in MODES:
        if mode == text:
            return mode
    near = closest(text, MODES)
    raise pytest.UsageError(
        f"scenarios_llm: {text!r} is no way to use recordings; it is one of {', '.join(MODES)}"
        + (f"; did you mean {near!r}?" if near else "")
    )


def _choice(named: JSON) -> ModelChoice | None:
    if isinstance(named, Mapping):
        settings = dict(cast("Mapping[str, JSON]", named))
        if not isinstance(settings.get("name"), str):
            raise pytest.UsageError("[tool.understudy] model: a table needs a name, such as {name = 'openai/gpt-4o'}")
        return ModelChoice(name=settings.pop("name"), settings=settings)
    return ModelChoice(name=str(named)) if named else None


def _project_table(file: Path) -> Mapping[str, JSON]:
    if not file.is_file():
        return {}
    try:
        table: JSON = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("understudy", {})
    except tomllib.TOMLDecodeError as error:
        raise pytest.UsageError(f"{file}: {error}") from error
    if not isinstance(table, Mapping):
        raise pytest.UsageError(f"{file}: [tool.understudy] must be a table")
    return cast("Mapping[str, JSON]", table)
