"""Which guidelines apply now: always, by the author's code and strategies, or by asking a model about many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..asking.asks import ask_id, next_ordinal, side_by_side, with_asks
from ..asking.situation import situation
from ..author_calls.handlers import SECONDS, call_code
from ..author_calls.strategies import Group, groups, judge
from ..author_code.matching import GuidelineMatchingContext
from ..decisions.decision import AskRecord, StillUndecidedError, decide
from ..decisions.match import MATCH, GuidelineVerdict
from ..domain.facts import CheckKind, GuidelineCandidate, MatchFacts
from ..domain.guideline import Guideline
from ..domain.journey import position
from ..domain.matches import GuidelineMatch
from ..domain.modes import Criticality
from ..domain.relationship import Endpoint
from ..domain.trace import GuidelineCheck
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import BatchPolicy, Services


async def match_guidelines(turn: Turn, services: Services) -> Turn:
    """Check the guidelines that can apply in this round, and remember those that do."""
    due = [guideline for guideline in turn.guidelines if _is_due(turn, guideline)]
    return await _check(turn, services, due=due)


async def match_guidelines_of(turn: Turn, services: Services, *, journeys: Iterable[str], by_code: bool = True) -> Turn:
    """Check the guidelines of journeys that start; not `by_code`, without running their authors' matchers."""
    scoped = set(journeys)
    checked = {check.guideline for check in turn.trace.checks}
    due = [item for item in turn.guidelines if item.journey in scoped and item.id not in checked]
    due = [item for item in due if by_code or item.matching != "code"]
    return await _check(turn, services, due=due)


async def match_only(turn: Turn, services: Services, *, due: Sequence[Guideline]) -> Turn:
    """Check these guidelines of the turn and no others."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Verdicts on some guidelines, with what has to be noted beside them."""

    checks: tuple[GuidelineCheck, ...] = ()
    record: AskRecord = AskRecord()
    note: str = ""


async def _check(turn: Turn, services: Services, *, due: Sequence[Guideline]) -> Turn:
    """Ask about batches while matchers and strategies run."""
    asked = [_candidate(turn, guideline) for guideline in due if guideline.matching == "model"]
    numbered = enumerate(_batches(asked, services.batches), start=next_ordinal(turn, MATCH.name))
    judging = [_ask(turn, services, batch=batch, ordinal=str(number)) for number, batch in numbered]
    judging += [_by_code(turn, services, guideline=item) for item in due if item.matching == "code"]
    grouped = groups(services.code.strategies, [item for item in due if item.matching == "strategy"])
    judging += [_by_strategy(turn, group=group) for group in grouped]
    judged = [part for parts in await side_by_side(judging) for part in parts]
    checks = [_always(turn, guideline) for guideline in due if guideline.matching == "always"]
    checks += [check for part in judged for check in part.checks]
    for part in judged:
        turn = turn.note(part.note) if part.note else turn
    return _remember(with_asks(turn, [part.record for part in judged]), checks)


def _candidate(turn: Turn, guideline: Guideline) -> GuidelineCandidate:
    return GuidelineCandidate(
        id=guideline.id,
        kind=_kind(turn, guideline),
        condition=guideline.properties.rewritten_condition or guideline.condition,
        action=guideline.action,
        description=guideline.description,
        criticality=guideline.criticality,
        tools_for="" if guideline.action else guideline.properties.internal_action,
        customer_part=guideline.properties.customer_part if guideline.properties.customer_dependent else "",
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
    return [*_cut(high, policy.high), *_cut(rest, policy.ordinary, slack=policy.slack)]


def _cut(candidates: list[GuidelineCandidate], size: int, *, slack: int = 0) -> list[list[GuidelineCandidate]]:
    """Batches of nearly equal length, as few as hold them all when each holds `size` and all together `slack` more."""
    count = max(-(-(len(candidates) - slack) // size), 1) if candidates else 0
    bounds = [round(index * len(candidates) / count) for index in range(count + 1)] if count else [0]
    return [candidates[start:end] for start, end in pairwise(bounds)]


async def _ask(turn: Turn, services: Services, *, batch: list[GuidelineCandidate], ordinal: str) -> list[_Judged]:
    """Ask about a batch; one that stays undecided is split, until a single candidate is left."""
    facts = MatchFacts(situation=situation(turn), candidates=tuple(batch), elsewhere=_elsewhere(turn, batch))
    try:
        name = ask_id(turn, MATCH.name, ordinal=ordinal)
        decided = await decide(MATCH, facts, llm=services.llm, ask_id=name, settings=services.settings_for(MATCH.name))
    except StillUndecidedError as error:
        if len(batch) == 1:
            raise
        half = len(batch) // 2
        halves = (batch[:half], batch[half:])
        parts = await side_by_side(
            _ask(turn, services, batch=part, ordinal=f"{ordinal}.{number}")
            for number, part in enumerate(halves, start=1)
        )
        return [_Judged(record=error.record), *(item for part in parts for item in part)]
    checks = tuple(_by_model(turn, decided.ask, verdict=verdict) for verdict in decided.answer.checks)
    return [_Judged(checks=checks, record=decided.record)]


def _elsewhere(turn: Turn, batch: Sequence[GuidelineCandidate]) -> tuple[str, ...]:
    """What the agent deals with beside these guidelines: other guidelines, journeys, tools."""
    judged = {candidate.id for candidate in batch}
    others = (guideline for guideline in turn.guidelines if guideline.id not in judged)
    texts = [text for guideline in others for text in (guideline.condition, guideline.action)]
    texts += [text for journey in turn.agent.journeys for text in (journey.title, journey.description)]
    texts += [tool.description for tool in turn.agent.tools]
    return tuple(text for text in texts if text)


def _always(turn: Turn, guideline: Guideline) -> GuidelineCheck:
    return GuidelineCheck(round=turn.round, guideline=guideline.id, method="always", matched=True)


def _by_model(turn: Turn, ask: str, *, verdict: GuidelineVerdict) -> GuidelineCheck:
    return GuidelineCheck(
        round=turn.round,
        guideline=verdict.id,
        method="model",
        matched=verdict.applies,
        rationale=verdict.evidence,
        ask=ask,
    )


async def _by_code(turn: Turn, services: Services, *, guideline: Guideline) -> list[_Judged]:
    """Let the author's matcher decide. One that breaks, or says nothing that can be understood, has not matched."""
    what = f"the matcher of guideline {guideline.id!r}"
    matcher = services.code.matchers.get(guideline.id)
    if matcher is None:
        return [_broken(turn, guideline, fault=f"{what} is not there")]
    context = _context(turn)
    result = await guarded(lambda: call_code(matcher, context, guideline), what=what, seconds=SECONDS)
    if isinstance(result, Fault):
        return [_broken(turn, guideline, fault=f"{what} broke: {result}")]
    if not isinstance(result, GuidelineMatch):
        return [_broken(turn, guideline, fault=f"{what} gave {type(result).__name__} and not a GuidelineMatch")]
    return [_Judged(checks=(_coded(turn, guideline, matched=result.matched, rationale=result.rationale),))]


async def _by_strategy(turn: Turn, *, group: Group) -> list[_Judged]:
    """Let an author's strategy decide about its group."""
    said = await judge(group, _context(turn))
    checks = [
        GuidelineCheck(
            round=turn.round,
            guideline=guideline.id,
            method="strategy",
            matched=bool(match and match.matched),
            rationale=str(match.rationale) if match else said.unmatched,
            strategy=group.name,
        )
        for guideline in group.guidelines
        for match in [said.matches.get(guideline.id)]
    ]
    return [_Judged(checks=tuple(checks)), *(_Judged(note=note) for note in said.notes)]


def _context(turn: Turn) -> GuidelineMatchingContext:
    return GuidelineMatchingContext(
        agent=turn.agent,
        session=turn.session,
        variables={variable.name: variable.value for variable in turn.variables},
        staged_tool_calls=turn.calls,
        trace_id=turn.trace_id,
    )


def _broken(turn: Turn, guideline: Guideline, *, fault: str) -> _Judged:
    return _Judged(checks=(_coded(turn, guideline, matched=False, rationale=fault),), note=fault)


def _coded(turn: Turn, guideline: Guideline, *, matched: bool, rationale: str) -> GuidelineCheck:
    return GuidelineCheck(round=turn.round, guideline=guideline.id, method="code", matched=matched, rationale=rationale)


def _remember(turn: Turn, checks: list[GuidelineCheck]) -> Turn:
    """The turn with verdicts in its trace, in order of declaration, and the matched ones known."""
    order = {guideline.id: index for index, guideline in enumerate(turn.guidelines)}
    ordered = tuple(sorted(checks, key=lambda check: order[check.guideline]))
    verdicts = {check.guideline: check.matched for check in ordered}
    before = set(turn.matched)
    matched = tuple(name for name in order if verdicts.get(name, name in before))
    return replace(turn, matched=matched, trace=replace(turn.trace, checks=(*turn.trace.checks, *ordered)))
