"""Figures over cases that were played. Pure; one for which there is nothing to count has no value, and says why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.trace import Trace
from ...engine.errors import UnknownNameError
from ..expectations.code import CodeAnswer
from ..outcome import Outcome
from .cases import Case

Unit = Literal["share", "turns", "points"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedCase:
    """A case and what came of it."""

    case: Case
    outcome: Outcome
    agent: AgentDefinition
    experience: CodeAnswer | None = None
    """What the judge made of how the agent spoke; None where it was not asked."""

    @property
    def passed(self) -> bool:
        """Whether everything that was expected came about."""
        return self.outcome.verdict == "passed"

    @property
    def is_told(self) -> bool:
        """Whether something can be said of the agent at all."""
        return self.outcome.verdict != "inconclusive"

    @property
    def was_played(self) -> bool:
        """Whether every turn was played, so that what was decided can be counted."""
        return len(self.outcome.turns) == len(self.case.says) and not self.outcome.explanation

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The turns' traces, in order."""
        return tuple(turn.trace for turn in self.outcome.turns)

    @property
    def fired(self) -> tuple[str, ...]:
        """The guidelines that fired in any turn, each once."""
        return tuple(dict.fromkeys(name for trace in self.traces for name in trace.fired))

    @property
    def tools_called(self) -> tuple[str, ...]:
        """The tools that were called, in order."""
        return tuple(tool for trace in self.traces for tool in trace.tools_called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number over all cases; `value` is None where there was nothing to count."""

    name: str
    value: float | None
    unit: Unit = "share"
    counted: str = ""
    """Of what it was made, or why there is none."""

    def __str__(self) -> str:
        if self.value is None:
            return f"none: {self.counted}"
        shown = f"{self.value * 100:.0f} %" if self.unit == "share" else f"{self.value:.1f} {self.unit}"
        return f"{shown} ({self.counted})"


def figures(played: Sequence[PlayedCase], metrics: Iterable[str]) -> dict[str, Figure]:
    """The figures of these names, in their order."""
    return {name: METRICS[name](played) for name in metrics}


def metric_names(names: Iterable[str]) -> tuple[str, ...]:
    """Figures by their names or short names. Raises UnknownNameError."""
    found: dict[str, None] = {}
    for name in names:
        known = SHORT.get(name, name)
        if known not in METRICS:
            raise UnknownNameError(kind="metric", name=name, known=[*METRICS, *SHORT])
        found[known] = None
    return tuple(found)


def _success(played: Sequence[PlayedCase]) -> Figure:
    told = [each.passed for each in played if each.is_told]
    return _share("success_rate", told, what="cases passed", none="no case could be told")


def _accuracy(played: Sequence[PlayedCase]) -> Figure:
    right = [_guidelines_right(each) for each in played if each.was_played and _names_guidelines(each.case)]
    return _share(
        "accuracy", right, what="cases fired what they should", none="no case that was played expects guidelines"
    )


def _names_guidelines(case: Case) -> bool:
    return case.fires is not None or bool(case.not_fires)


def _guidelines_right(each: PlayedCase) -> bool:
    """Whether the expected guidelines fired and, where a case lists them, no others; observations are no guidelines."""
    case, fired = each.case, set(each.fired)
    expected = set(case.fires or ())
    if fired & set(case.not_fires) or not expected <= fired:
        return False
    acting = {guideline.id for guideline in each.agent.guidelines if not guideline.is_observation}
    return not case.is_complete or (fired & acting) <= expected


def _tools(played: Sequence[PlayedCase]) -> Figure:
    right = [
        set(each.tools_called) == set(each.case.calls)
        for each in played
        if each.was_played and each.case.calls is not None
    ]
    name = "tool_call_accuracy"
    return _share(name, right, what="cases called the right tools", none="no case that was played expects tool calls")


def _compliance(played: Sequence[PlayedCase]) -> Figure:
    traces = [trace for each in played for trace in each.traces]
    followed = [True for trace in traces for name in trace.followed if name in trace.fired]
    followed += [False for trace in traces for name in trace.not_followed if name in trace.fired]
    none = "of no guideline that fired it was found out whether the reply follows it"
    return _share("guideline_compliance", followed, what="guidelines that fired were followed", none=none)


def _efficiency(played: Sequence[PlayedCase]) -> Figure:
    turns = [len(each.traces) for each in played if each.passed]
    return _mean("turn_efficiency", turns, unit="turns", counted="cases that passed", none="no case passed")


def _experience(played: Sequence[PlayedCase]) -> Figure:
    judged = [each.experience for each in played if each.experience is not None]
    told = [answer.verdict == "passed" for answer in judged if answer.verdict != "inconclusive"]
    why = next((answer.explanation for answer in judged if answer.verdict == "inconclusive"), "")
    none = f"the judge could not tell: {why}" if judged else "no conversation was played that could be judged"
    return _share("user_experience", told, what="conversations the judge is content with", none=none)


def _satisfaction(played: Sequence[PlayedCase]) -> Figure:
    ratings = [each.case.rating for each in played if each.case.rating is not None]
    none = "no case comes with a rating that a customer gave"
    return _mean("user_satisfaction", ratings, unit="points", counted="ratings", none=none)


def _share(name: str, found: Sequence[bool], *, what: str, none: str) -> Figure:
    if not found:
        return Figure(name=name, value=None, counted=none)
    return Figure(name=name, value=sum(found) / len(found), counted=f"{sum(found)} of {len(found)} {what}")


def _mean(name: str, found: Sequence[float], *, unit: Unit, counted: str, none: str) -> Figure:
    if not found:
        return Figure(name=name, value=None, unit=unit, counted=none)
    return Figure(name=name, value=sum(found) / len(found), unit=unit, counted=f"over {len(found)} {counted}")


METRICS: Mapping[str, Callable[[Sequence[PlayedCase]], Figure]] = {
    "success_rate": _success,
    "accuracy": _accuracy,
    "tool_call_accuracy": _tools,
    "guideline_compliance": _compliance,
    "turn_efficiency": _efficiency,
    "user_experience": _experience,
    "user_satisfaction": _satisfaction,
}
SHORT = {"compliance": "guideline_compliance", "efficiency": "turn_efficiency", "success": "success_rate"}
USUAL = ("success_rate", "accuracy", "tool_call_accuracy", "guideline_compliance", "turn_efficiency")
"""What is told where nobody chose."""
