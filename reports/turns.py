"""A turn's trace as a page: what fired, what was dropped and why, journeys, tools, the draft and the asks."""

import json
from collections.abc import Iterator, Mapping

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.ask import AnswerSource
from ..engine.domain.tool import Insight, ToolCall
from ..engine.domain.trace import Composition, JourneyMove, Quality, RejectedCall, ResolutionOutcome, Trace
from ..engine.domain.values import JSON
from ..evals.outcome import Outcome, TurnOutcome
from .names import DROPPED, SOURCES, guideline_words, turn_anchor
from .pieces import Amount, Fact, Mark, Table
from .scenario_page import CheckRow, Decided, Draft, MoveRow, ToolRow, TurnPage
from .tables import counted, paid, timed, tokens, words
from .wording import count, number, seconds

FIRED = Mark(symbol="●", word="fired", tone="good")
ENTAILED = Mark(symbol="●", word="entailed", tone="good")
FOLLOWED = Mark(symbol="●", word="fired and followed", tone="good")
NOT_FOLLOWED = Mark(symbol="◐", word="fired, not followed", tone="unsure")
DROPPED_MARK = Mark(symbol="○", word="dropped")
UNMATCHED = Mark(symbol="·", word="did not match")
CALLED = Mark(symbol="✓", word="succeeded", tone="good")
CALL_FAILED = Mark(symbol="✗", word="failed", tone="bad")
NOT_CALLED = Mark(symbol="○", word="not called")


def pretty(value: JSON) -> str:
    """JSON for reading: on one line where it is short."""
    short = json.dumps(value, ensure_ascii=False, default=str)
    return short if len(short) <= 100 else json.dumps(value, ensure_ascii=False, indent=2, default=str)


def turn_page(
    outcome: Outcome, turn: TurnOutcome, *, checks: tuple[CheckRow, ...], agent: AgentDefinition | None = None
) -> TurnPage:
    """All that was decided in a turn."""
    trace = turn.trace
    return TurnPage(
        anchor=turn_anchor(outcome, turn.number),
        number=turn.number,
        summary=", ".join(_summary(turn)),
        failure=f"{trace.failure.kind.replace('_', ' ')}: {trace.failure.message}" if trace.failure else "",
        notes=trace.notes,
        checks=checks,
        fired=tuple(_fired(trace, agent)),
        dropped=tuple(_dropped(trace, agent)),
        unmatched=tuple(_unmatched(trace, agent)),
        positions=tuple(_positions(trace)),
        moves=tuple(_move(move) for move in trace.moves),
        tools=(*(_call(call, trace) for call in trace.calls), *(_rejected(call) for call in trace.rejected)),
        insights=tuple(_insight(insight) for insight in trace.insights),
        draft=_draft(trace.composition) if trace.composition else None,
        context=tuple(_context(trace)),
        asks=_asks(trace) if trace.asks else None,
        asks_sentence=_asks_sentence(trace),
    )


def source_of(trace: Trace) -> Mapping[tuple[str, int], AnswerSource]:
    """Where each ask of a turn was answered from, by id and attempt."""
    return {(time.id, time.attempt): time.source for time in trace.timing.asks}


def _summary(turn: TurnOutcome) -> Iterator[str]:
    trace = turn.trace
    if turn.simulated:
        yield "simulated customer"
    yield f"{len(trace.fired)} fired"
    if trace.dropped:
        yield f"{len(trace.dropped)} dropped"
    if trace.calls:
        yield count(len(trace.calls), "tool call")
    yield count(len(trace.asks), "ask")
    yield count(trace.rounds, "round")
    if trace.timing.total > 0:
        yield seconds(trace.timing.total)


def _defined(agent: AgentDefinition | None, guideline: str) -> str:
    return guideline_words(agent.guideline(guideline)) if agent else ""


def _rationales(trace: Trace, *, matched: bool) -> Mapping[str, str]:
    """The last verdict's grounds, for guidelines whose last verdict was that."""
    last = {check.guideline: check for check in trace.checks}
    return {check.guideline: check.rationale for check in last.values() if check.matched is matched}


def _fired(trace: Trace, agent: AgentDefinition | None) -> Iterator[Decided]:
    last = {outcome.id: outcome for outcome in trace.resolutions if outcome.kind == "guideline"}
    grounds = _rationales(trace, matched=True)
    for guideline in trace.fired:
        entailed = last[guideline].outcome == "entailed"
        why = _behind(last[guideline]) if entailed else grounds.get(guideline, "")
        mark = _fulfilment(trace, guideline) or (ENTAILED if entailed else FIRED)
        yield Decided(id=guideline, mark=mark, why=why, words=_defined(agent, guideline))


def _fulfilment(trace: Trace, guideline: str) -> Mark | None:
    if guideline in trace.followed:
        return FOLLOWED
    return NOT_FOLLOWED if guideline in trace.not_followed else None


def _dropped(trace: Trace, agent: AgentDefinition | None) -> Iterator[Decided]:
    last = {(outcome.kind, outcome.id): outcome for outcome in trace.resolutions}
    for guideline in trace.dropped:
        outcome = last["guideline", guideline]
        yield Decided(id=guideline, mark=DROPPED_MARK, why=_reason(outcome), words=_defined(agent, guideline))
    for (kind, name), outcome in last.items():
        if kind == "journey" and not outcome.stays:
            yield Decided(id=f"journey {name}", mark=DROPPED_MARK, why=_reason(outcome))


def _reason(outcome: ResolutionOutcome) -> str:
    return ": ".join(filter(None, [DROPPED[outcome.outcome], _behind(outcome)]))


def _behind(outcome: ResolutionOutcome) -> str:
    return outcome.relationship or ", ".join(outcome.counterparts)


def _unmatched(trace: Trace, agent: AgentDefinition | None) -> Iterator[Decided]:
    for guideline, why in _rationales(trace, matched=False).items():
        if guideline not in trace.fired and guideline not in trace.dropped:
            yield Decided(id=guideline, mark=UNMATCHED, why=why, words=_defined(agent, guideline))


def _positions(trace: Trace) -> Iterator[Fact]:
    for at in trace.journeys:
        where = f"at {at.state}" if at.active and at.state else "active, at no state" if at.active else "not active"
        yield Fact(name=at.journey, text=where + (f" (path: {' → '.join(at.path)})" if at.path else ""))


def _move(move: JourneyMove) -> MoveRow:
    way = [state for state in (move.origin, *move.via, move.target) if state is not None]
    if move.move == "stayed":
        way = way[-1:]
    return MoveRow(journey=move.journey, word=move.move, way=" → ".join(way), why=move.rationale)


def _call(call: ToolCall, trace: Trace) -> ToolRow:
    took = dict(trace.timing.tools).get(call.id, 0.0)
    offered = f"offered by {', '.join(call.because)}" if call.because else ""
    message = call.result.control.get("message")
    notes = [offered, f"took {seconds(took)}" if took > 0 else "", f"said {message}" if message else ""]
    return ToolRow(
        tool=call.tool,
        mark=CALL_FAILED if call.failed else CALLED,
        arguments=pretty(dict(call.arguments)) if call.arguments else "",
        result=pretty(call.result.visible),
        note=", ".join(filter(None, notes)),
    )


def _rejected(call: RejectedCall) -> ToolRow:
    return ToolRow(
        tool=call.tool,
        mark=NOT_CALLED,
        arguments=pretty(dict(call.arguments)) if call.arguments else "",
        note=call.reason,
    )


def _insight(insight: Insight) -> Decided:
    mark = Mark(symbol="!", word=f"{insight.kind} parameter", tone="unsure")
    given = f"{insight.value} was given" if insight.value is not None else ""
    why = ": ".join(filter(None, [given, insight.problem])) or insight.parameter.description
    return Decided(id=f"{insight.tool}: {insight.parameter.label}", mark=mark, why=why)


def _fit(quality: Quality) -> str:
    return "no canned response fits" if quality == "none" else f"{quality} fit of the canned response"


def _draft(composition: Composition) -> Draft:
    notes = [
        _fit(composition.quality) if composition.quality else "",
        "nothing matched, so the no-match response was sent" if composition.no_match else "",
    ]
    return Draft(
        mode=composition.mode.value,
        draft=composition.draft or "",
        chosen=composition.chosen or "",
        note=", ".join(filter(None, notes)),
        considered=tuple(Fact(name=each.id, text=each.fate) for each in composition.considered),
    )


def _context(trace: Trace) -> Iterator[Fact]:
    if trace.terms:
        yield Fact(name="Terms", text=", ".join(trace.terms))
    for name, value in trace.variables.items():
        yield Fact(name=f"Variable {name}", text=pretty(value))
    for offer in trace.offered:
        yield Fact(name=f"Offered in round {offer.round}", text=f"{offer.tool} by {', '.join(offer.because)}")
    for withheld in trace.withheld:
        yield Fact(name=f"Withheld in round {withheld.round}", text=f"{withheld.tool}: {withheld.reason}")


def _asks(trace: Trace) -> Table:
    times = {(time.id, time.attempt): time for time in trace.timing.asks}
    rows: list[tuple[Amount, ...]] = []
    for ask in trace.asks:
        time = times.get((ask.id, ask.attempt))
        name = ask.id if ask.attempt == 1 else f"{ask.id}, attempt {ask.attempt}"
        used = (ask.usage.prompt_tokens, ask.usage.answer_tokens)
        texts = (name, SOURCES[time.source] if time else "", ask.model, "; ".join(ask.objections))
        rows.append(
            (
                *map(words, texts),
                counted(ask.size),
                *(tokens(each, of=sum(used)) for each in used),
                paid(ask.usage.cost),
                timed(time.seconds if time else 0.0),
            )
        )
    columns = ("Ask", "Answer from", "Model", "Objections", "Characters", "Tokens in", "Tokens out", "Cost", "Time")
    return Table(columns=columns, rows=tuple(rows), texts=4)


def _asks_sentence(trace: Trace) -> str:
    sources = dict.fromkeys(SOURCES[source] for source in source_of(trace).values())
    whole = sum(ask.usage.prompt_tokens + ask.usage.answer_tokens for ask in trace.asks)
    told = f"{number(whole)} tokens" if whole else "tokens not counted"
    return ", ".join(
        filter(None, [count(len(trace.asks), "ask"), told, f"answered: {' and '.join(sources)}" if sources else ""])
    )
