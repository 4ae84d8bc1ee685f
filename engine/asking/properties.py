"""What is inferred of guidelines from their words, once, where their author did not state it.

Continuous guidelines are kept up, those that depend on the customer stay due until the customer did their part, and
conditions about what the agent intends are judged in another wording, because the reply does not exist yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..decisions.decision import AskRecord, Decided, StillUndecidedError, decide
from ..decisions.properties import PROPERTIES, PropertyAnswer, PropertyVerdict
from ..domain.agent import AgentDefinition
from ..domain.ask import Settings
from ..domain.facts import PropertyCandidate, PropertyFacts, Situation
from ..domain.guideline import Guideline, Properties
from ..domain.tool import Tool
from ..errors import ModelError
from ..ports import LLM
from .asks import side_by_side

BATCH = 10
"""How many guidelines share one ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """A definition in which every guideline's properties are known, and the asks that this took."""

    definition: AgentDefinition
    records: tuple[AskRecord, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be inferred, and why: such guidelines are taken as their author wrote them."""


async def infer(definition: AgentDefinition, *, llm: LLM, settings: Settings | None = None) -> Inferred:
    """Infer what authors left open. What they stated stays and is not asked about; nothing is raised.

    Asks are called agent/properties/1 and so on: they belong to the agent and not to a turn.
    """
    tools = {tool.id: tool for tool in definition.tools}
    due = [_candidate(guideline, tools=tools) for guideline in definition.guidelines if is_open(guideline)]
    batches = [due[start : start + BATCH] for start in range(0, len(due), BATCH)]
    situation = Situation(
        agent_name=definition.name,
        agent_description=definition.description,
        customer_name="",
        examples=definition.examples,
    )
    asked = await side_by_side(
        _ask(PropertyFacts(situation=situation, candidates=tuple(batch)), llm=llm, number=number, settings=settings)
        for number, batch in enumerate(batches, start=1)
    )
    verdicts = {check.id: check for item in asked for check in item.checks}
    guidelines = tuple(_with(guideline, verdicts.get(guideline.id)) for guideline in definition.guidelines)
    return Inferred(
        definition=replace(definition, guidelines=guidelines),
        records=tuple(item.record for item in asked),
        notes=tuple(item.note for item in asked if item.note),
    )


def is_open(guideline: Guideline) -> bool:
    """Whether something about a guideline is left to be inferred: of those that a model judges, what is not stated."""
    if not guideline.enabled or guideline.matching in ("code", "strategy"):
        return False
    return bool(_open(guideline))


def _open(guideline: Guideline) -> tuple[str, ...]:
    """The properties that matter for a guideline and were not stated."""
    stated = guideline.properties
    acts = bool(guideline.action) and guideline.matching == "model"
    # One that is kept up is never looked upon as applied, so nothing of the customer's is waited for.
    tracked = acts and guideline.track and not stated.continuous
    return (
        *(("continuous",) if acts and stated.continuous is None and not stated.customer_dependent else ()),
        *(("customer_dependent",) if tracked and stated.customer_dependent is None else ()),
        *(("agent_intention",) if guideline.condition and _intention_is_open(guideline) else ()),
        *(("internal_action",) if _acts_by_tools_alone(guideline) and not stated.internal_action else ()),
    )


def _acts_by_tools_alone(guideline: Guideline) -> bool:
    """Whether what is to be done when it holds can only be read from its tools."""
    return guideline.matching == "model" and bool(guideline.condition and guideline.tools) and not guideline.action


def _intention_is_open(guideline: Guideline) -> bool:
    return (
        guideline.matching == "model"
        and guideline.properties.agent_intention is None
        and not guideline.properties.rewritten_condition
    )


def _candidate(guideline: Guideline, *, tools: Mapping[str, Tool]) -> PropertyCandidate:
    return PropertyCandidate(
        id=guideline.id,
        condition=guideline.condition,
        action=guideline.action,
        description=guideline.description,
        tools=tuple(_told(tools[name]) for name in guideline.tools) if _acts_by_tools_alone(guideline) else (),
    )


def _told(tool: Tool) -> str:
    return f"{tool.id}: {tool.description}" if tool.description else tool.id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    checks: Sequence[PropertyVerdict] = ()
    record: AskRecord = AskRecord()
    note: str = ""


async def _ask(facts: PropertyFacts, *, llm: LLM, number: int, settings: Settings | None) -> _Asked:
    ids = ", ".join(candidate.id for candidate in facts.candidates)
    try:
        decided: Decided[PropertyAnswer] = await decide(
            PROPERTIES, facts, llm=llm, ask_id=f"agent/{PROPERTIES.name}/{number}", settings=settings
        )
    except StillUndecidedError as error:
        return _Asked(record=error.record, note=f"properties of {ids} were not inferred: {error}")
    except ModelError as error:
        return _Asked(note=f"properties of {ids} were not inferred: {error}")
    return _Asked(checks=decided.answer.checks, record=decided.record)


def _with(guideline: Guideline, verdict: PropertyVerdict | None) -> Guideline:
    """A guideline with what was inferred of it, as far as its author left that open."""
    if verdict is None:
        return guideline
    known = guideline.properties
    for name in _open(guideline):
        known = _filled(known, name=name, verdict=verdict)
    return replace(guideline, properties=known)


def _filled(known: Properties, *, name: str, verdict: PropertyVerdict) -> Properties:
    match name:
        case "continuous":
            return replace(known, continuous=verdict.continuous)
        case "customer_dependent" if not known.continuous:
            parts = {"customer_part": verdict.customer_part or "", "agent_part": verdict.agent_part or ""}
            stated = {part: getattr(known, part) or text for part, text in parts.items()}
            inferred = stated if verdict.customer_dependent else {}
            return replace(known, customer_dependent=verdict.customer_dependent, **inferred)
        case "agent_intention":
            rewritten = (verdict.rewritten_condition or "") if verdict.agent_intention else ""
            return replace(known, agent_intention=verdict.agent_intention, rewritten_condition=rewritten)
        case "internal_action":
            return replace(known, internal_action=verdict.internal_action or "")
        case _:
            return known
