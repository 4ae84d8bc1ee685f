"""An outcome as a page: the conversation as it went, and beside each turn what was decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias, assert_never

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.ask import Usage
from ..engine.domain.session import CustomEvent, Event, EventSource, MessageEvent, StatusEvent, ToolEvent
from ..engine.domain.trace import Said
from ..evals.outcome import Outcome, Simulation, TurnOutcome
from ..evals.verdict import CheckResult
from .names import (
    MARKS,
    REASONS,
    REMEDIES,
    answered_by,
    offline_notice,
    scenario_anchor,
    scenario_name,
    stale_notice,
    turn_anchor,
)
from .pieces import Fact, Ranked, Strip
from .scenario_page import Bubble, CheckRow, Exchange, ScenarioPage, Speaker
from .turns import pretty, turn_page
from .wording import count, money, number, seconds

Agents: TypeAlias = Mapping[str, AgentDefinition]
"""The definitions as played, by fingerprint."""

SPEAKERS: Mapping[EventSource, Speaker] = {
    "customer": "customer",
    "customer_ui": "front end",
    "human_agent": "operator",
    "human_agent_on_behalf_of_ai_agent": "operator",
    "ai_agent": "agent",
    "system": "system",
}


def scenario_pages(
    outcomes: tuple[Outcome, ...], agents: Agents, *, strips: Mapping[tuple[str, str], Strip] | None = None
) -> tuple[ScenarioPage, ...]:
    """A page for each trial, each linked with its neighbours."""
    links = [Ranked(anchor=scenario_anchor(each), name=scenario_name(each), text="") for each in outcomes]
    around = zip([None, *links[:-1]], outcomes, [*links[1:], None], strict=True) if outcomes else ()
    return tuple(
        replace(
            _page(outcome, agents.get(outcome.definition)),
            earlier=earlier,
            later=later,
            strip=(strips or {}).get((outcome.suite, outcome.scenario)),
        )
        for earlier, outcome, later in around
    )


def check_row(outcome: Outcome, check: CheckResult) -> CheckRow:
    """An expectation with a link to the turn that it is about."""
    played = any(turn.number == check.turn for turn in outcome.turns)
    return CheckRow(
        words=check.expectation,
        mark=MARKS[check.verdict],
        explanation=check.explanation,
        place=check.place,
        turn=check.turn,
        anchor=turn_anchor(outcome, check.turn) if check.turn is not None and played else "",
    )


def _page(outcome: Outcome, agent: AgentDefinition | None) -> ScenarioPage:
    return ScenarioPage(
        anchor=scenario_anchor(outcome),
        suite=outcome.suite,
        name=scenario_name(outcome),
        mark=MARKS[outcome.verdict],
        explanation=": ".join(filter(None, [REASONS[outcome.reason] if outcome.reason else "", outcome.explanation])),
        remedy=REMEDIES[outcome.reason] if outcome.reason else "",
        notice=" ".join(filter(None, [offline_notice((outcome,)), stale_notice((outcome,))])),
        facts=tuple(fact for fact in _facts(outcome) if fact.text),
        checks=tuple(check_row(outcome, check) for check in outcome.checks),
        exchanges=exchanges(outcome, agent),
    )


def _facts(outcome: Outcome) -> Iterator[Fact]:
    usage = outcome.usage
    tokens = f"{number(usage.prompt_tokens)} in, {number(usage.answer_tokens)} out"
    yield Fact(name="Scenario", text=f"{outcome.suite}/{outcome.scenario}")
    yield Fact(name="File", text=f"{outcome.file}:{outcome.line}")
    yield Fact(name="Tags", text=", ".join(outcome.tags))
    yield Fact(name="Agent", text=outcome.agent)
    yield Fact(name="Model", text=outcome.model)
    yield Fact(name="Answers from", text=answered_by(outcome.answered_by))
    yield Fact(name="Stale", text=", ".join(outcome.stale))
    yield Fact(name="Took", text=f"{count(len(outcome.turns), 'turn')}, {count(outcome.asks, 'ask')}")
    yield Fact(name="Tokens", text=f"{tokens}, {money(usage.cost)}" if usage.prompt_tokens else "not counted")
    yield Fact(name="Inferred when the agent was built", text=_beside(outcome, "properties"))
    yield Fact(name="Judge", text=_beside(outcome, "judge"))
    yield Fact(name="Simulated customer", text=_beside(outcome, "customer"))
    yield from (Fact(name="Simulated", text=_fared(simulation)) for simulation in outcome.simulations)
    yield Fact(name="Time", text=seconds(outcome.seconds))


def _beside(outcome: Outcome, who: str) -> str:
    """What was asked beside the agent, and what it cost."""
    made = [ask.made for ask in outcome.beside if ask.who == who]
    usage = sum((ask.usage for ask in made), Usage())
    cost = f", {money(usage.cost)}" if usage.prompt_tokens else ""
    return f"{count(len(made), 'ask')}{cost}" if made else ""


def _fared(simulation: Simulation) -> str:
    ended = simulation.ended.replace("_", " ")
    return f"{simulation.goal}: {ended} after {count(simulation.turns, 'turn')}; {simulation.why}"


def exchanges(outcome: Outcome, agent: AgentDefinition | None = None) -> tuple[Exchange, ...]:
    """The conversation cut at the agent's turns: what came before each, the turn, and what the agent said in it."""
    events = outcome.session.events if outcome.session else ()
    owners = _owners(outcome, events)
    starts = [_start(owners, index) for index in range(len(outcome.turns))]
    cuts = [0, *starts, len(events)]
    loose = [_bubbles(events[low:high], owners[low:high], owner=None) for low, high in pairwise(cuts)]
    turns = (
        Exchange(
            before=_simulated(loose[index]) if turn.simulated else loose[index],
            turn=turn_page(outcome, turn, checks=_checks(outcome, turn), agent=agent),
            replies=_bubbles(events, owners, owner=index) or tuple(_said(said) for said in turn.trace.said),
        )
        for index, turn in enumerate(outcome.turns)
    )
    return (*turns, *((Exchange(before=loose[-1]),) if loose[-1] else ()))


def _simulated(bubbles: tuple[Bubble, ...]) -> tuple[Bubble, ...]:
    """What was said before a turn for which a model played the customer."""
    return tuple(
        replace(bubble, note=", ".join(filter(None, ["simulated", bubble.note])))
        if bubble.speaker == "customer"
        else bubble
        for bubble in bubbles
    )


def _owners(outcome: Outcome, events: Sequence[Event]) -> list[int | None]:
    """For each event the index of the turn that emitted it, None for what came from outside."""
    turns = {turn.trace.trace_id: index for index, turn in enumerate(outcome.turns)}
    return [turns.get(event.trace_id) if event.source in ("ai_agent", "system") else None for event in events]


def _start(owners: Sequence[int | None], turn: int) -> int:
    """Where a turn begins on the timeline: at its first event, or at a later turn's where it left none."""
    found = (place for place, owner in enumerate(owners) if owner is not None and owner >= turn)
    return next(found, len(owners))


def _bubbles(events: Sequence[Event], owners: Sequence[int | None], *, owner: int | None) -> tuple[Bubble, ...]:
    theirs = (event for event, its in zip(events, owners, strict=True) if its == owner)
    return tuple(bubble for event in theirs if (bubble := _bubble(event)))


def _bubble(event: Event) -> Bubble | None:
    speaker = SPEAKERS[event.source]
    match event:
        case MessageEvent():
            notes = [
                f"canned response {event.canned}" if event.canned else "",
                *(f"flagged {tag}" for tag in event.flagged),
            ]
            note = ", ".join(filter(None, notes))
            return Bubble(speaker=speaker, name=event.participant, text=event.text, note=note)
        case CustomEvent():
            return Bubble(speaker=speaker, name="", text=pretty(event.data), note="event")
        case StatusEvent(status="error"):
            return Bubble(speaker="system", name="", text=event.detail or "the turn ended in an error", note="error")
        case StatusEvent() | ToolEvent():
            return None
        case _:
            assert_never(event)


def _said(said: Said) -> Bubble:
    return Bubble(
        speaker="agent", name="", text=said.text, note=f"canned response {said.canned}" if said.canned else ""
    )


def _checks(outcome: Outcome, turn: TurnOutcome) -> tuple[CheckRow, ...]:
    return tuple(check_row(outcome, check) for check in outcome.checks if check.turn == turn.number)
