"""Options of `pytest --scenarios`: on the command line, in an ini file, and under [tool.understudy] in pyproject.toml.

Every run of pytest declares them, so nothing is imported here that takes time.
"""

from dataclasses import dataclass

import pytest

MODES = ("replay", "auto", "record", "refresh", "live")
DATABASE = ".understudy/results.duckdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: --scenarios-NAME, the ini setting scenarios_NAME, the key NAME under [tool.understudy]."""

    name: str
    metavar: str
    help: str
    choices: tuple[str, ...] = ()
    flag: bool = False
    """Whether it is on or off and takes no value."""


OPTIONS = (
    Option(
        name="llm",
        metavar="MODE",
        choices=MODES,
        help="how recordings are used: replay (call nothing; the default where CI is set), "
        "auto (record what is missing; the default elsewhere), record (as auto, and remove what nobody reads), "
        "refresh (record all anew), live (keep nothing)",
    ),
    Option(name="model", metavar="NAME", help="the model that answers, such as offline or openai/gpt-4o"),
    Option(
        name="judge-model",
        metavar="NAME",
        help="the model that judges the criteria under reply.judge (default: the one that answers)",
    ),
    Option(
        name="unused",
        metavar="WHAT",
        choices=("warn", "fail", "ignore"),
        help="what becomes of committed recordings that nobody read: warn (the default), "
        "fail (the scenario is inconclusive), ignore",
    ),
    Option(
        name="stale",
        metavar="WHAT",
        choices=("allow", "refuse"),
        help="allow: where only a prompt's template has changed, serve the recording of the same facts, "
        "and mark the verdict as stale (default: refuse)",
    ),
    Option(name="budget", metavar="USD", help="spend no more than this on models; what could pass it is not asked"),
    Option(
        name="price",
        metavar="PROMPT/ANSWER",
        help="USD for a million tokens of prompt and of answer, for models whose price is not known: 0.15/0.60",
    ),
    Option(
        name="trials",
        metavar="N",
        help="play each scenario N times, whatever it says itself; how many must pass scales with it, rounded up "
        "(once on the offline model)",
    ),
    Option(
        name="jobs",
        metavar="N",
        help="where a model answers live, have up to N scenarios under way at once (default: 8, in each worker); "
        "1 plays them one after another",
    ),
    Option(name="cov", metavar="", flag=True, help="show at the end what of the agents' definitions was exercised"),
    Option(
        name="cov-fail-under",
        metavar="PERCENT",
        help="fail the run where the scenarios that passed exercise less than this share of the agents' definitions",
    ),
    Option(
        name="baseline",
        metavar="REF",
        help="compare the run with another and say what changed: `baseline` for what was approved and committed, "
        "a run's id or label, the file of its journal, or a git revision",
    ),
    Option(name="db", metavar="PATH", help=f"where results are kept (default: {DATABASE})"),
    Option(name="report", metavar="PATH", help="write an HTML report there"),
    Option(name="label", metavar="TEXT", help="a name for this run, by which others can refer to it"),
)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options and their ini settings."""
    group = parser.getgroup("scenarios", "rehearsing agents (Understudy)")
    group.addoption(
        "--scenarios",
        action="store_true",
        help="play scenario files and tests marked `scenario`, and nothing else; without paths those under scenarios/",
    )
    for option in OPTIONS:
        _declare(group, option)
        parser.addini(f"scenarios_{key_of(option.name)}", help=option.help, default=None)


def key_of(name: str) -> str:
    """An option's name as ini settings and [tool.understudy] have it."""
    return name.replace("-", "_")


def _declare(group: pytest.OptionGroup, option: Option) -> None:
    name, dest = f"--scenarios-{option.name}", f"scenarios_{key_of(option.name)}"
    if option.flag:
        group.addoption(name, dest=dest, action="store_true", help=option.help)
    else:
        group.addoption(name, dest=dest, metavar=option.metavar, choices=option.choices or None, help=option.help)
