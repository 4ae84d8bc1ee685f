"""Scenarios, recordings, verdicts and results: the harness around the engine.

`from understudy.evals import evaluate, evaluate_async, Evaluation` plays cases from Python; `Outcome` is what checks in
code are given; `ReportSection` is what plugins add to a report.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .evaluation.evaluating import evaluate, evaluate_async
    from .evaluation.result import Evaluation
    from .outcome import Outcome
    from .sections import ReportSection

__all__ = ["Evaluation", "Outcome", "ReportSection", "evaluate", "evaluate_async"]

_HOMES = {
    "Evaluation": "evaluation.result",
    "Outcome": "outcome",
    "ReportSection": "sections",
    "evaluate": "evaluation.evaluating",
    "evaluate_async": "evaluation.evaluating",
}


def __getattr__(name: str) -> Any:
    # Every run of pytest imports this package; what plays cases is imported by those who do.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
