"""What every test of this project shares: pytester, and how Hypothesis searches."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_profile_loaded = False


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Load our Hypothesis profile before the first test file that uses Hypothesis is imported.

    Hypothesis takes a third of a second to import, which scenarios and most test files need not pay.
    """
    global _profile_loaded
    if not _profile_loaded and b"hypothesis" in module_path.read_bytes():
        _load_hypothesis_profile()
        _profile_loaded = True


def _load_hypothesis_profile() -> None:
    hypothesis = pytest.importorskip("hypothesis", reason="property tests need the extra 'dev'")
    hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None)
    hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
