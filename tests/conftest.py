"""What every test starts from: an event loop for coroutines, and an environment that says nothing to Understudy."""

import asyncio
import inspect

import pytest


@pytest.fixture(autouse=True)
def an_environment_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on a machine that is a CI job's, where nothing is asked that was not recorded, as on anybody's."""
    for name in ("CI", "UNDERSTUDY_MODEL", "UNDERSTUDY_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True
