"""Which relationships decided something in a turn, and what became of tools. Pure."""

from collections.abc import Iterator
from typing import Literal, assert_never

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.relationship import Endpoint, Relationship
from ..engine.domain.trace import ResolutionOutcome, Trace


def related(trace: Trace, agent: AgentDefinition) -> Iterator[Relationship]:
    """The relationships that decided something: entailed or dropped, were depended on, asked first, looked again."""
    return (relation for relation in agent.relationships if _decided(relation, trace, agent=agent))


def tools_of(trace: Trace) -> Iterator[tuple[str, Literal["called", "failed", "missing"]]]:
    """What became of tools: called, called and failed, or held up by a parameter."""
    for call in trace.calls:
        yield call.tool, "called"
        if call.failed:
            yield call.tool, "failed"
    for insight in trace.insights:
        yield insight.tool, "missing"


def _decided(relation: Relationship, trace: Trace, *, agent: AgentDefinition) -> bool:
    source, target = (_members(agent, end) for end in (relation.source, relation.target))
    match relation.kind:
        case "entailment":
            return _found(trace, "entailed", subject=target, against=source)
        case "priority":
            return _found(trace, "lower_priority", subject=target, against=source)
        case "dependency" | "dependency_any":
            # A source that is kept was let through by what it depends on.
            return any(_key(each) in source and _depends(each, relation) for each in trace.resolutions)
        case "disambiguation":
            asked = [(each.head, each.targets) for each in trace.clarifications]
            return any(head == relation.source.id and relation.target.id in targets for head, targets in asked)
        case "reevaluation":
            again = {("guideline", check.guideline) for check in trace.checks if check.round > 1}
            return relation.target.id in trace.tools_called and bool(again & source)
        case "overlap":
            rounds = [
                {each.round for each in trace.offered if each.tool == end.id}
                for end in (relation.source, relation.target)
            ]
            return bool(rounds[0] & rounds[1])
        case _:
            assert_never(relation.kind)


def _depends(outcome: ResolutionOutcome, relation: Relationship) -> bool:
    unmet = outcome.outcome in ("unmet_dependency", "unmet_any_dependency")
    return outcome.outcome == "kept" or (unmet and relation.target.id in outcome.counterparts)


def _found(
    trace: Trace, kind: str, *, subject: frozenset[tuple[str, str]], against: frozenset[tuple[str, str]]
) -> bool:
    names = {name for _, name in against}
    return any(
        each.outcome == kind and _key(each) in subject and not names.isdisjoint(each.counterparts)
        for each in trace.resolutions
    )


def _key(outcome: ResolutionOutcome) -> tuple[str, str]:
    return outcome.kind, outcome.id


def _members(agent: AgentDefinition, end: Endpoint) -> frozenset[tuple[str, str]]:
    """Kind and id of what an end of a relationship stands for."""
    if end.kind not in ("tag_all", "tag_any"):
        return frozenset([(end.kind, end.id)])
    guidelines = (("guideline", each.id) for each in agent.guidelines if end.id in each.tags)
    journeys = (("journey", each.id) for each in agent.journeys if end.id in each.tags)
    return frozenset([*guidelines, *journeys])
