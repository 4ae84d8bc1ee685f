"""Which guidelines apply now: always, by the author's code, or by asking a model about many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ..asking import ask_id, next_ordinal, side_by_side, with_asks
from ..decisions.decision import AskRecord, Decided, StillUndecidedError, decide
from ..decisions.match import MATCH, GuidelineVerdict, MatchAnswer
from ..domain.facts import CheckKind, GuidelineCandidate, MatchFacts
from ..domain.guideline import Guideline
from ..domain.journey import position
from ..domain.modes import Criticality
from ..domain.relationship import Endpoint
from ..domain.trace import GuidelineCheck
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import BatchPolicy, GuidelineMatch, GuidelineMatchingContext, Services
from ..situation import situation


async def match_guidelines(turn: Turn, services: Services) -> Turn:
    """Check the guidelines that can apply in this round, and remember those that do."""
    due = [guideline for guideline in turn.guidelines if _is_due(turn, guideline)]
    return await _check(turn, services, due=due)


async def match_guidelines_of(turn: Turn, services: Services, *, journeys: Iterable[str]) -> Turn:
    """Check the guidelines of journeys that were not expected to become active."""
    scoped = set(journeys)
    checked = {check.guideline for check in turn.trace.checks}
    due = [item for item in turn.guidelines if item.journey in scoped and item.id not in checked]
    return await _check(turn, services, due=due)


def _is_due(turn: Turn, guideline: Guideline) -> bool:
    if turn.round > 1 and guideline.id not in _to_reevaluate(turn):
        return False
    if guideline.journey is None or guideline.journey in turn.journeys:
        return True
    return position(turn.paths.get(guideline.journey, ())) is not None


def _to_reevaluate(turn: Turn) -> frozenset[str]:
    """Guidelines that asked to be looked at again after a tool that ran in the round before."""
    ran = {Endpoint(kind="tool", id=call.tool) for call in turn.latest}
    again = {relation.source for relation in turn.agent.relations("reevaluation") if relation.target in ran}
    ids = {end.id for end in again if end.kind == "guideline"}
    tags = {end.id for end in again if end.kind in ("tag_all", "tag_any")}
    return frozenset(ids | {item.id for item in turn.agent.guidelines if tags & set(item.tags)})


async def _check(turn: Turn, services: Services, *, due: Sequence[Guideline]) -> Turn:
    checks = [_always(turn, guideline) for guideline in due if guideline.matching == "always"]
    checks += [await _by_code(turn, services, guideline=item) for item in due if item.matching == "code"]
    decided = await _by_asking(turn, services, due=[guideline for guideline in due if guideline.matching == "model"])
    checks += [_by_model(turn, item, verdict=verdict) for item in decided for verdict in item.answer.checks]
    return _remember(with_asks(turn, [item.record for item in decided]), checks)


async def _by_asking(turn: Turn, services: Services, *, due: Sequence[Guideline]) -> list[Decided[MatchAnswer]]:
    batches = _batches([_candidate(turn, guideline) for guideline in due], services.batches)
    numbered = enumerate(batches, start=next_ordinal(turn, MATCH.name))
    answers = await side_by_side(_ask(turn, services, batch=batch, ordinal=str(number)) for number, batch in numbered)
    return [item for answer in answers for item in answer]


def _candidate(turn: Turn, guideline: Guideline) -> GuidelineCandidate:
    return GuidelineCandidate(
        id=guideline.id,
        kind=_kind(turn, guideline),
        condition=guideline.properties.rewritten_condition or guideline.condition,
        action=guideline.action,
        description=guideline.description,
        criticality=guideline.criticality,
    )


def _kind(turn: Turn, guideline: Guideline) -> CheckKind:
    if guideline.is_observation:
        return "observation"
    if guideline.properties.continuous:
        return "continuous"
    if guideline.track and guideline.id in turn.session.state.applied:
        return "customer_dependent" if guideline.properties.customer_dependent else "applied"
    return "low" if guideline.criticality is Criticality.LOW else "actionable"


def _batches(candidates: list[GuidelineCandidate], policy: BatchPolicy) -> list[list[GuidelineCandidate]]:
    """Candidates in the order given, the highly critical ones in smaller company and among themselves."""
    high = [candidate for candidate in candidates if candidate.criticality is Criticality.HIGH]
    rest = [candidate for candidate in candidates if candidate.criticality is not Criticality.HIGH]
    return [*_cut(high, policy.size_for(Criticality.HIGH)), *_cut(rest, policy.size_for(Criticality.MEDIUM))]


def _cut(candidates: list[GuidelineCandidate], size: int) -> list[list[GuidelineCandidate]]:
    """Batches of nearly equal length, none longer than size."""
    count = -(-len(candidates) // size)
    bounds = [round(index * len(candidates) / count) for index in range(count + 1)] if count else [0]
    return [candidates[start:end] for start, end in pairwise(bounds)]


async def _ask(
    turn: Turn, services: Services, *, batch: list[GuidelineCandidate], ordinal: str
) -> list[Decided[MatchAnswer]]:
    """Ask about a batch; one that stays undecided is split, until a single candidate is left."""
    facts = MatchFacts(situation=situation(turn), candidates=tuple(batch))
    try:
        name = ask_id(turn, MATCH.name, ordinal=ordinal)
        return [await decide(MATCH, facts, llm=services.llm, ask_id=name, settings=services.settings)]
    except StillUndecidedError as error:
        if len(batch) == 1:
            raise
        half = len(batch) // 2
        halves = (batch[:half], batch[half:])
        parts = await side_by_side(
            _ask(turn, services, batch=part, ordinal=f"{ordinal}.{number}")
            for number, part in enumerate(halves, start=1)
        )
        return [_without_verdicts(error.record, ordinal), *(item for part in parts for item in part)]


def _without_verdicts(record: AskRecord, ordinal: str) -> Decided[MatchAnswer]:
    """An ask that decided nothing, kept for the trace."""
    return Decided(answer=MatchAnswer(checks=[]), ask=ordinal, record=record)


def _always(turn: Turn, guideline: Guideline) -> GuidelineCheck:
    return GuidelineCheck(round=turn.round, guideline=guideline.id, method="always", matched=True)


def _by_model(turn: Turn, item: Decided[MatchAnswer], *, verdict: GuidelineVerdict) -> GuidelineCheck:
    return GuidelineCheck(
        round=turn.round,
        guideline=verdict.id,
        method="model",
        matched=verdict.applies,
        rationale=verdict.evidence,
        ask=item.ask,
    )


async def _by_code(turn: Turn, services: Services, *, guideline: Guideline) -> GuidelineCheck:
    """Let the author's matcher decide; one that breaks has not matched."""
    matcher = services.code.matchers[guideline.id]
    context = GuidelineMatchingContext(
        agent=turn.agent,
        session=turn.session,
        variables={variable.name: variable.value for variable in turn.variables},
        staged_tool_calls=turn.calls,
    )
    result = await guarded(lambda: matcher(context, guideline), what=f"the matcher of guideline {guideline.id!r}")
    matched, rationale = _verdict(result)
    return GuidelineCheck(round=turn.round, guideline=guideline.id, method="code", matched=matched, rationale=rationale)


def _verdict(result: object) -> tuple[bool, str]:
    """What a matcher says, whatever it gave back, with why."""
    match result:
        case GuidelineMatch():
            return bool(result.matched), str(result.rationale)
        case Fault():
            return False, str(result)
        case _:
            return False, f"its matcher gave back a {type(result).__name__}, not a GuidelineMatch"


def _remember(turn: Turn, checks: list[GuidelineCheck]) -> Turn:
    """The turn with verdicts in its trace, in order of declaration, and the matched ones known."""
    order = {guideline.id: index for index, guideline in enumerate(turn.guidelines)}
    ordered = tuple(sorted(checks, key=lambda check: order[check.guideline]))
    verdicts = {check.guideline: check.matched for check in ordered}
    before = set(turn.matched)
    matched = tuple(name for name in order if verdicts.get(name, name in before))
    return replace(turn, matched=matched, trace=replace(turn.trace, checks=(*turn.trace.checks, *ordered)))
