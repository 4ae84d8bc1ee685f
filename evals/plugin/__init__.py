"""The pytest plugin: with --scenarios it collects and plays scenarios, without it keeps paid models out of tests."""

import pytest

from . import hookspecs
from .options import add_options
from .restriction import begin_run, end_run

MARK = "scenario(agent): a scenario written in Python; played with --scenarios only"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare our hooks."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Get ready for scenarios where they are asked for; elsewhere allow no model but an offline one that was named."""
    config.addinivalue_line("markers", MARK)
    if not config.getoption("scenarios"):
        begin_run("named_offline")
        return
    begin_run("any")
    # What plays scenarios is imported for those who play some.
    from .settings import read_options
    from .stage import ScenarioPlugin

    config.pluginmanager.register(ScenarioPlugin(config, options=read_options(config)), "understudy-scenarios")


def pytest_unconfigure() -> None:
    """Allow what was allowed before, for whoever called pytest from a process of their own."""
    end_run()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Play scenarios and nothing else, or everything else."""
    wanted = bool(config.getoption("scenarios"))
    sides: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        sides[item.get_closest_marker("scenario") is not None].append(item)
    if sides[not wanted]:
        config.hook.pytest_deselected(items=sides[not wanted])
        items[:] = sides[wanted]
