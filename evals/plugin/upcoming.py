"""Which scenarios this process will play next, so that they can be begun ahead of their turn."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ..playing.ahead import Coming
from .collection import ScenarioItem

MAY_NOT_RUN = ("skip", "skipif", "xfail")
"""Marks with which pytest may decide in the last moment that an item is not run."""
STEALS = "understudy_steals"
"""Under which name workers are told that what is queued for them may be taken away again."""


def upcoming(item: pytest.Item) -> Iterator[Coming]:
    """The scenarios after an item that will be played here for certain, in their order."""
    for each in _after(item):
        if isinstance(each, ScenarioItem) and not any(each.get_closest_marker(mark) for mark in MAY_NOT_RUN):
            yield Coming(node=each.nodeid, scenario=each.scenario)


def _after(item: pytest.Item) -> Sequence[pytest.Item]:
    items = item.session.items
    told: dict[str, Any] | None = getattr(item.config, "workerinput", None)
    if told is None:
        return items[items.index(item) + 1 :]
    return [items[index] for index in _queued(item.config, steals=bool(told.get(STEALS)))]


def _queued(config: pytest.Config, *, steals: bool) -> list[int]:
    """What the controller of xdist has told this worker to do next: the one item after this, and its queue."""
    worker: Any = next((each for each in config.pluginmanager.get_plugins() if hasattr(each, "nextitem_index")), None)
    following: Any = getattr(worker, "nextitem_index", None)
    if not isinstance(following, int):
        return []
    if steals:
        return [following]
    with worker.torun.lock() as queue:
        return [following, *(index for index in queue if isinstance(index, int))]


class TellsWorkers:
    """In the controller of xdist: tells workers whether others may take over what is queued for them."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Add to what a worker is told at its start."""
        node.workerinput[STEALS] = node.config.getoption("dist", "no") == "worksteal"
