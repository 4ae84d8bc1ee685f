"""What is imported and collected lives as long as the run, so Python's garbage collector need not look through it.

It would do so again and again while scenarios are played, and ten times more when pytest ends: a fifth of a short run.
"""

import gc

import pytest


def pytest_sessionstart() -> None:
    """Let go of what an earlier run in this process left behind."""
    gc.unfreeze()


def pytest_collection_finish() -> None:
    """Set everything aside that is there before the first scenario is played."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary() -> None:
    """Put it back: other plugins, as Hypothesis does, ask the collector who still holds an object of theirs."""
    gc.unfreeze()
