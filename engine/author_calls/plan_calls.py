"""Asking a turn's plan: each time on the turn as it stands, and never to the turn's harm."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from ..author_code.engine_context import Additions, EngineContext
from ..author_code.planning import InferredCall, NullPlan, NullPlanner, Plan
from ..author_code.response_state import why_it_holds
from ..domain.matches import GuidelineMatch
from ..domain.session_changes import noting
from ..domain.trace_code import PlanTrace
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import Services
from ..tooling.proposals import Approved, Refused, Screened
from .additions import take_up
from .handlers import SECONDS

T = TypeVar("T")

HELD_BACK = "the plan held it back"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer(Generic[T]):
    """What a plan said; None where it broke, which the turn then notes."""

    turn: Turn
    value: T | None


async def _consult(
    turn: Turn, services: Services, *, what: str, ask: Callable[[EngineContext], Awaitable[T]]
) -> _Answer[T]:
    additions = Additions()
    context = EngineContext(turn=turn, additions=additions)
    with noting(additions.notes):
        value = await guarded(lambda: ask(context), what=what, seconds=SECONDS)
    turn = await take_up(turn, services, additions=additions, by="plan")
    if isinstance(value, Fault):
        return _Answer(turn=turn.note(f"{what} broke: {value}"), value=None)
    return _Answer(turn=turn, value=value)


async def make_plan(turn: Turn, services: Services) -> tuple[Turn, Services]:
    """The plan for a turn becomes one of its collaborators."""
    planner = services.code.planner
    if isinstance(planner, NullPlanner):
        return turn, services
    made = await _consult(turn, services, what="the planner's create_plan", ask=planner.create_plan)
    if made.value is None:
        return _with_plan(made.turn, PlanTrace()), services
    return _reasoned(made.turn, made.value), replace(services, plan=made.value)


async def heed_matches(turn: Turn, services: Services) -> Turn:
    """Show the plan which guidelines matched; what it took out or brought in counts from here on."""
    if not _has_plan(services):
        return turn
    matches = [
        GuidelineMatch(id=name, matched=True, rationale=why_it_holds(turn, name))
        for name in dict.fromkeys(turn.matched)
    ]
    plan = services.plan
    heard = await _consult(
        turn,
        services,
        what="the plan's on_guidelines_matched",
        ask=lambda context: plan.on_guidelines_matched(context, matches),
    )
    return _with_matches(heard.turn, {match.id for match in matches if match.matched})


def _with_matches(turn: Turn, wanted: set[str]) -> Turn:
    """The turn in which these guidelines have matched, in order of declaration."""
    known = [guideline.id for guideline in turn.guidelines]
    for name in sorted(wanted - set(known)):
        turn = turn.note(f"the plan brought in {name!r}, and no guideline of this agent is called so")
    before = set(turn.matched)
    now = tuple(name for name in known if name in wanted)
    if set(now) == before:
        return turn
    plan = turn.trace.plan or PlanTrace()
    added = tuple(name for name in now if name not in before)
    removed = tuple(name for name in known if name in before - wanted)
    plan = replace(
        plan,
        added=tuple(dict.fromkeys((*plan.added, *added))),
        removed=tuple(dict.fromkeys((*plan.removed, *removed))),
    )
    return _with_plan(replace(turn, matched=now), plan)


async def heed_resolved(turn: Turn, services: Services) -> Turn:
    """Show the plan which guidelines hold."""
    if not _has_plan(services):
        return turn
    what = "the plan's on_guidelines_resolved"
    return (await _consult(turn, services, what=what, ask=services.plan.on_guidelines_resolved)).turn


async def choose_calls(turn: Turn, services: Services, *, screened: Screened) -> tuple[Turn, Screened]:
    """Let the plan choose among the calls that are about to be made."""
    if not screened.approved or not _has_plan(services):
        return turn, screened
    plan = services.plan
    inferred = tuple(InferredCall(tool=item.tool.id, arguments=item.arguments) for item in screened.approved)
    heard = await _consult(
        turn,
        services,
        what="the plan's on_tools_inferred",
        ask=lambda context: plan.on_tools_inferred(context, inferred),
    )
    return _chosen(heard.turn, screened, inferred=inferred, chosen=heard.value)


def _chosen(
    turn: Turn, screened: Screened, *, inferred: Sequence[InferredCall], chosen: Sequence[InferredCall] | None
) -> tuple[Turn, Screened]:
    """The calls that a plan chose; all of them where it said nothing that can be understood."""
    if chosen is None or chosen is inferred:
        return turn, screened
    tools = {item.tool.id: item.tool for item in screened.approved}
    approved: list[Approved] = []
    for call in chosen:
        if call.tool in tools:
            approved.append(Approved(tool=tools[call.tool], arguments=call.arguments))
        else:
            turn = turn.note(f"the plan wants to call {call.tool!r}, which was not about to be called")
    refused = [
        Refused(tool=call.tool, arguments=call.arguments, reason=HELD_BACK) for call in inferred if call not in chosen
    ]
    return turn, replace(screened, approved=tuple(approved), refused=(*screened.refused, *refused))


async def look_ahead(turn: Turn, services: Services) -> Turn:
    """Show the plan what tools gave, and let it ask for another round."""
    if not _has_plan(services):
        return turn
    plan, calls = services.plan, turn.latest
    if calls:
        heard = await _consult(
            turn,
            services,
            what="the plan's on_tools_called",
            ask=lambda context: plan.on_tools_called(context, calls),
        )
        turn = heard.turn
    wish = await _consult(turn, services, what="the plan's needs_additional_iteration", ask=lambda _: _wish(plan))
    turn = _reasoned(wish.turn, plan)
    if not wish.value:
        return turn
    trace = turn.trace.plan or PlanTrace()
    return replace(_with_plan(turn, replace(trace, asked_for_more=trace.asked_for_more + 1)), learned=True)


def _has_plan(services: Services) -> bool:
    return type(services.plan) is not NullPlan


async def _wish(plan: Plan) -> bool:
    return plan.needs_additional_iteration


def _reasoned(turn: Turn, plan: Plan) -> Turn:
    """The turn with the plan's reasons as they are now."""
    return _with_plan(turn, replace(turn.trace.plan or PlanTrace(), reasoning=str(getattr(plan, "reasoning", ""))))


def _with_plan(turn: Turn, plan: PlanTrace) -> Turn:
    return replace(turn, trace=replace(turn.trace, plan=plan))
