"""The smallest facts to which an answer can be one: what an example's answer is checked against.

An example tells its situation in words, so there are no facts beside it. But whatever the situation, some answers can't
be right: a guideline judged twice, a call that should run and is not there. Supposing just what the answer speaks of,
the decision's own objections find these.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..domain.facts import (
    AmbiguityFacts,
    AmbiguityView,
    AnalysisFacts,
    ConsequentialFacts,
    DraftFacts,
    FieldFacts,
    FollowUpFacts,
    GuidelineCandidate,
    Instruction,
    JourneyFacts,
    JourneyView,
    Line,
    MatchFacts,
    PossibleMeaning,
    PreambleFacts,
    PropertyCandidate,
    PropertyFacts,
    RecomposeFacts,
    ResponseCandidate,
    SelectionFacts,
    Situation,
    Step,
    SummaryFacts,
    ToolFacts,
    ToolOffer,
)
from ..domain.tool import Parameter, Tool
from .analysis import AnalysisAnswer
from .consequential import ConsequentialAnswer
from .disambiguate import AmbiguityAnswer
from .draft import DraftAnswer
from .journey import JourneyAnswer, JourneyVerdict
from .match import MatchAnswer
from .preamble import PreambleAnswer
from .properties import PropertyAnswer
from .selection import ChoiceAnswer
from .tools import ToolsAnswer, Verdict

NOWHERE = Situation(agent_name="", agent_description="", customer_name="")


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _analysis(answer: AnalysisAnswer) -> AnalysisFacts:
    return AnalysisFacts(situation=NOWHERE, reply=(), instructions=_instructions(check.id for check in answer.checks))


def _draft(answer: DraftAnswer) -> DraftFacts:
    return DraftFacts(situation=NOWHERE, instructions=_instructions(plan.id for plan in answer.plans))


def _instructions(names: Iterable[str]) -> tuple[Instruction, ...]:
    return tuple(Instruction(id=name, action="…") for name in _once(names))


def _match(answer: MatchAnswer) -> MatchFacts:
    names = _once(check.id for check in answer.checks)
    return MatchFacts(
        situation=NOWHERE,
        candidates=tuple(GuidelineCandidate(id=name, kind="actionable", condition="…") for name in names),
    )


def _properties(answer: PropertyAnswer) -> PropertyFacts:
    names = _once(check.id for check in answer.checks)
    told = {check.id for check in answer.checks if check.internal_action is not None}
    candidates = tuple(
        PropertyCandidate(
            id=name,
            condition="…",
            action="" if name in told else "…",
            tools=("…",) if name in told else (),
        )
        for name in names
    )
    return PropertyFacts(situation=NOWHERE, candidates=candidates)


def _ambiguity(answer: AmbiguityAnswer) -> AmbiguityFacts:
    views: dict[str, AmbiguityView] = {}
    for check in answer.checks:
        meanings = tuple(PossibleMeaning(id=name, when="…") for name in _once(check.meanings))
        views[check.id] = AmbiguityView(id=check.id, condition="…", meanings=meanings)
    return AmbiguityFacts(situation=NOWHERE, ambiguities=tuple(views.values()))


def _journey(answer: JourneyAnswer) -> JourneyFacts:
    views = {step.journey: _view(step) for step in answer.steps}
    return JourneyFacts(situation=NOWHERE, journeys=tuple(views.values()))


def _view(step: JourneyVerdict) -> JourneyView:
    """A journey that can make the move, unless nothing is said of where it leads."""
    target = (step.target,) if step.target else ()
    return JourneyView(
        id=step.journey,
        title="…",
        description="",
        current="…",
        path=("…",),
        states=(),
        steps=tuple(Step(target=name) for name in target),
        visited=target,
        starts=tuple(Step(target=name) for name in target),
    )


def _tools(answer: ToolsAnswer) -> ToolFacts:
    return ToolFacts(situation=NOWHERE, offers=_offers(answer.tools))


def _consequential(answer: ConsequentialAnswer) -> ConsequentialFacts:
    return ConsequentialFacts(situation=NOWHERE, offers=_offers(answer.tools))


def _offers(verdicts: Iterable[Verdict]) -> tuple[ToolOffer, ...]:
    """The tools that are spoken of, each with the parameters that are."""
    named: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        known = named.setdefault(verdict.tool, {})
        known.update({argument.name: None for call in verdict.calls for argument in call.arguments})
    return tuple(
        ToolOffer(
            tool=Tool(
                id=tool, parameters=tuple(Parameter(name=name, type="string", required=False) for name in parameters)
            ),
            reasons=(),
        )
        for tool, parameters in named.items()
    )


def _responses(chosen: str | None) -> tuple[ResponseCandidate, ...]:
    return (ResponseCandidate(id=chosen, text="…"),) if chosen else ()


def _selection(answer: ChoiceAnswer) -> SelectionFacts:
    return SelectionFacts(situation=NOWHERE, draft="", instructions=(), candidates=_responses(answer.response))


def _follow_up(answer: ChoiceAnswer) -> FollowUpFacts:
    candidates = _responses(answer.response)
    return FollowUpFacts(situation=NOWHERE, draft="", said="", instructions=(), candidates=candidates)


def _preamble(answer: PreambleAnswer) -> PreambleFacts:
    return PreambleFacts(situation=NOWHERE, candidates=_responses(answer.response))


def _recompose(answer: object) -> RecomposeFacts:
    return RecomposeFacts(situation=NOWHERE, draft="", instructions=(), candidates=())


def _field(answer: object) -> FieldFacts:
    return FieldFacts(situation=NOWHERE, draft="", template="", field="the field")


def _summary(answer: object) -> SummaryFacts:
    return SummaryFacts(situation=NOWHERE)


def suppose(decision: str, answer: object, *, situation: str) -> Any:
    """The smallest facts to which an answer can be one, in a situation of which all that is known is told in words."""
    said = replace(NOWHERE, conversation=(Line(speaker="customer", text=situation),))
    return replace(SUPPOSED[decision](answer), situation=said)


SUPPOSED: Mapping[str, Callable[[Any], Any]] = {
    "analysis": _analysis,
    "consequential": _consequential,
    "disambiguate": _ambiguity,
    "draft": _draft,
    "follow_up": _follow_up,
    "generate_field": _field,
    "journey": _journey,
    "match": _match,
    "preamble": _preamble,
    "properties": _properties,
    "recompose": _recompose,
    "selection": _selection,
    "summarise": _summary,
    "tools": _tools,
}
"""What makes the facts of an agent's decisions, by their names. Those of a judge or a customer are not the agent's."""
