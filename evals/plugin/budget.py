"""`--scenarios-budget`: one purse for a run, also where several workers play it."""

import os
from typing import Any

import pytest

from ...engine import OwnPurse
from ...engine.ports import Purse
from ..recordings.purse import SharedPurse
from .settings import Options

PURSE = "understudy_purse"
"""Under which name workers are told where the purse is."""


def purse_for(config: pytest.Config, options: Options) -> Purse | None:
    """What may be spent on models in this process; None is no limit."""
    if options.budget is None:
        return None
    told: dict[str, str] | None = getattr(config, "workerinput", None)
    if told is not None:
        return SharedPurse(config.rootpath / told[PURSE], limit=options.budget)
    if not getattr(config.option, "numprocesses", None):
        return OwnPurse(options.budget)
    options.home.mkdir(parents=True, exist_ok=True)
    shared = SharedPurse(options.home / f"budget-{os.getpid()}.json", limit=options.budget)
    config.pluginmanager.register(_Sharing(shared), "understudy-budget")
    return shared


class _Sharing:
    """In the controller: tells workers where the purse is, and removes it in the end."""

    def __init__(self, purse: SharedPurse) -> None:
        self._purse = purse

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[PURSE] = str(self._purse.path.resolve())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self._purse.remove()
