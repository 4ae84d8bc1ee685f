"""The audit: a record for each thing that a turn's trace says was done, refused, handed over or hidden."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..asking.situation import masking_of
from ..codec import dump
from ..domain.audit import AuditedKind, AuditRecord
from ..domain.tool import ToolCall
from ..domain.turn import Turn
from ..domain.values import JSON
from ..guard import Fault, guarded
from ..masking import mask_value
from ..services import Services
from .turn_log import how_it_ended

SECONDS = 30.0
"""How long a sink may take to keep the records of a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A record without who and when."""

    kind: AuditedKind
    subject: str
    outcome: str
    detail: Mapping[str, JSON]


async def keep_audit(turn: Turn, services: Services) -> Turn:
    """Give the sink the records of a turn that is over. That it can't keep them is a note in the trace."""
    sink = services.audit
    if sink is None:
        return turn
    records = tuple(audit_records(turn, at=services.clock.now().isoformat()))
    what = f"the audit sink {type(sink).__name__}"
    kept = await guarded(lambda: sink.append(records), what=what, seconds=SECONDS)
    return turn.note(f"{what} broke: {kept}") if isinstance(kept, Fault) else turn


def audit_records(turn: Turn, *, at: str) -> Iterator[AuditRecord]:
    """The records of a turn, itself first, then in the order in which things happen in one."""
    masking = masking_of(turn)
    for entry in _entries(turn):
        record = AuditRecord(
            at=at,
            session=turn.session.id,
            turn=turn.trace.turn,
            trace_id=turn.trace_id,
            agent=turn.agent.id,
            customer=turn.session.customer.id,
            kind=entry.kind,
            subject=entry.subject,
            outcome=entry.outcome,
            detail=entry.detail,
        )
        yield replace(record, detail=mask_value(masking, dump(record)["detail"])) if masking else record


def _entries(turn: Turn) -> Iterator[_Entry]:
    yield _turn(turn)
    yield from _heard(turn)
    for guideline in turn.trace.fired:
        yield _Entry(kind="guideline", subject=guideline, outcome="fired", detail={})
    yield from _calls(turn)
    yield from _refusals(turn)
    yield from _handoffs(turn.trace.calls)
    for leak in turn.trace.context.leaks:
        yield _Entry(kind="leak", subject=str(leak.offset), outcome="hidden", detail={"pattern": leak.pattern})
    for ran in turn.trace.hooks:
        if ran.outcome == "bail":
            yield _Entry(kind="bail", subject=ran.point, outcome="bailed", detail={"hook": ran.hook})


def _turn(turn: Turn) -> _Entry:
    trace = turn.trace
    detail: dict[str, JSON] = {"dropped": dict(trace.dropped), "journeys": dict(trace.active_journeys)}
    if trace.failure:
        detail["failure"] = {"kind": trace.failure.kind, "message": trace.failure.message}
    detail["canned_responses"] = [said.canned for said in trace.said if said.canned is not None]
    return _Entry(kind="turn", subject=turn.trace_id, outcome=how_it_ended(trace), detail=detail)


def _heard(turn: Turn) -> Iterator[_Entry]:
    for flagged in turn.trace.context.flagged:
        detail: dict[str, JSON] = {"tags": list(flagged.tags)}
        yield _Entry(kind="moderation", subject=str(flagged.offset), outcome="flagged", detail=detail)


def _calls(turn: Turn) -> Iterator[_Entry]:
    for call in turn.trace.calls:
        tool = turn.agent.tool(call.tool)
        detail: dict[str, JSON] = {
            "id": call.id,
            "arguments": dict(call.arguments),
            "permission": tool.permission if tool else None,
            "because": list(call.because),
            "retried": call.retried is not None,
            "error": call.result.error,
        }
        yield _Entry(kind="tool_call", subject=call.tool, outcome="failed" if call.failed else "done", detail=detail)


def _refusals(turn: Turn) -> Iterator[_Entry]:
    for held in turn.trace.withheld:
        detail: dict[str, JSON] = {"reason": held.reason, "because": list(held.because)}
        yield _Entry(kind="refusal", subject=held.tool, outcome="withheld", detail=detail)
    for rejected in turn.trace.rejected:
        detail = {"reason": rejected.reason, "arguments": dict(rejected.arguments)}
        yield _Entry(kind="refusal", subject=rejected.tool, outcome="refused", detail=detail)


def _handoffs(calls: Iterable[ToolCall]) -> Iterator[_Entry]:
    for call in calls:
        mode = call.result.control.get("mode")
        if mode is not None:
            yield _Entry(kind="handoff", subject=call.tool, outcome=str(mode), detail={"call": call.id})
