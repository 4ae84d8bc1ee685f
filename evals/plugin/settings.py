"""What a run with --scenarios was asked for: the options with what ini files and [tool.understudy] say of them."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import pytest

from ...engine.domain.values import JSON
from ...engine.errors import UnderstudyError, closest
from ..playing.booking import Unused
from ..playing.models import ENVIRONMENT, MODES, Namings, default_mode
from ..recordings.trial import Mode
from ..scenario import ModelChoice
from .options import DATABASE

JOBS = 8
"""Scenarios that are under way at once where nobody says another number."""


class SettingError(UnderstudyError):
    """A setting makes no sense. Pytest is told of it as of any misuse, by `read_options`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; paths are absolute."""

    mode: Mode
    namings: Namings
    db: Path
    report: Path | None = None
    label: str = ""
    unused: Unused = "warn"
    stale: bool = False
    budget: float | None = None
    """USD."""
    price: Mapping[str, JSON] | None = None
    """USD for a million tokens, as models take it."""
    trials: int | None = None
    """How often each scenario is played; None leaves it to the scenario."""
    jobs: int = JOBS
    """How many scenarios may be under way at once where a model answers live."""
    coverage: bool = False
    """Whether coverage is shown."""
    coverage_under: float | None = None
    """Per cent that must be exercised; None asks for nothing."""
    baseline: str = ""
    """With what the run is compared; empty where nobody asked for it."""

    @property
    def home(self) -> Path:
        """The folder beside the results: journals and the cache are there too."""
        return self.db.parent


def read_options(config: pytest.Config) -> Options:
    """What was asked for. Raises pytest.UsageError for a setting that makes no sense."""
    try:
        return _options(config)
    except SettingError as error:
        raise pytest.UsageError(str(error)) from error


def _options(config: pytest.Config) -> Options:
    table = _project_table(config.rootpath / "pyproject.toml")
    settings = _Settings(config=config, table=table)
    return Options(
        mode=_mode(settings.text("llm")),
        namings=Namings(
            command_line=_choice(config.getoption("scenarios_model")),
            project=_choice(config.getini("scenarios_model") or table.get("model")),
            environment=os.environ.get(ENVIRONMENT, ""),
            judge=_choice(config.getoption("scenarios_judge_model")),
            project_judge=_choice(config.getini("scenarios_judge_model") or table.get("judge_model")),
        ),
        db=settings.path("db") or config.rootpath / DATABASE,
        report=settings.path("report"),
        label=settings.text("label") or "",
        unused=_unused(settings.text("unused")),
        stale=_stale(settings.text("stale")),
        budget=_amount(settings.name("budget"), settings.text("budget")),
        price=_price(settings.name("price"), settings.text("price")),
        trials=_count(settings.name("trials"), settings.text("trials")),
        jobs=_count(settings.name("jobs"), settings.text("jobs"), what="scenarios") or JOBS,
        coverage=_flag(settings.text("cov")),
        coverage_under=_percent(settings.name("cov_fail_under"), settings.text("cov_fail_under")),
        baseline=settings.text("baseline") or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """The three places where an option can be set, nearest first."""

    config: pytest.Config
    table: Mapping[str, JSON]

    def name(self, name: str) -> str:
        """What an option is called where it was set: as typed on the command line, else as ini settings have it."""
        typed = self.config.getoption(f"scenarios_{name}")
        return f"--scenarios-{name.replace('_', '-')}" if typed else f"scenarios_{name}"

    def text(self, name: str) -> str | None:
        """An option's text, None where nobody set it."""
        given = self.config.getoption(f"scenarios_{name}") or self.config.getini(f"scenarios_{name}")
        if given:
            return str(given)
        value = self.table.get(name)
        # A budget of 0 is one, which nothing may pass.
        return None if value is None or value is False or value == "" else str(value)

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
    raise SettingError(
        f"scenarios_llm: {text!r} is no way to use recordings; it is one of {', '.join(MODES)}"
        + (f"; did you mean {near!r}?" if near else "")
    )


def namings_at(root: Path, *, model: str | None) -> Namings:
    """The models named for a command that is run in a project. Raises SettingError for a setting that is none."""
    table = _project_table(root / "pyproject.toml")
    return Namings(
        command_line=_choice(model),
        project=_choice(table.get("model")),
        environment=os.environ.get(ENVIRONMENT, ""),
        project_judge=_choice(table.get("judge_model")),
    )


def _unused(text: str | None) -> Unused:
    for choice in get_args(Unused):
        if text in (choice, None):
            return "warn" if text is None else choice
    raise SettingError(f"scenarios_unused: {text!r} is none of {', '.join(get_args(Unused))}")


def _stale(text: str | None) -> bool:
    if text not in (None, "allow", "refuse"):
        raise SettingError(f"scenarios_stale: {text!r} is neither allow nor refuse")
    return text == "allow"


def _flag(text: str | None) -> bool:
    return (text or "").lower() in ("true", "yes", "on", "1")


def _percent(name: str, text: str | None) -> float | None:
    amount = _amount(name, text, what="share in per cent; write one such as 80")
    if amount is not None and amount > 100:
        raise SettingError(f"{name}: {text!r} is more than everything; write at most 100")
    return amount


def _count(name: str, text: str | None, *, what: str = "trials") -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{name}: {text!r} is no number of {what}; write a whole number from 1")
    return int(text)


def _amount(name: str, text: str | None, *, what: str = "amount of USD; write one such as 0.50") -> float | None:
    if text is None:
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        raise SettingError(f"{name}: {text!r} is no {what}")
    return amount


def _price(name: str, text: str | None) -> Mapping[str, JSON] | None:
    if text is None:
        return None
    prompt, slash, answer = text.partition("/")
    if not slash:
        raise SettingError(
            f"{name}: {text!r} is no price; write USD for a million tokens of prompt and of answer: 0.15/0.60"
        )
    return {"prompt": _amount(name, prompt.strip()), "answer": _amount(name, answer.strip())}


def _choice(named: JSON) -> ModelChoice | None:
    if isinstance(named, Mapping):
        settings = dict(cast("Mapping[str, JSON]", named))
        if not isinstance(settings.get("name"), str):
            raise SettingError("[tool.understudy] model: a table needs a name, such as {name = 'openai/gpt-4o'}")
        return ModelChoice(name=settings.pop("name"), settings=settings)
    return ModelChoice(name=str(named)) if named else None


def _project_table(file: Path) -> Mapping[str, JSON]:
    if not file.is_file():
        return {}
    try:
        table: JSON = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("understudy", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file}: {error}") from error
    if not isinstance(table, Mapping):
        raise SettingError(f"{file}: [tool.understudy] must be a table")
    return cast("Mapping[str, JSON]", table)
