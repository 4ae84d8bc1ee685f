"""The smallest runs that the tests of reports are about."""

from collections.abc import Sequence

from understudy.engine.domain.ask import AnswerSource, Usage
from understudy.engine.domain.asked import SectionMark
from understudy.engine.domain.journey import ROOT, Journey, State, Transition
from understudy.engine.domain.session import Event, MessageEvent, Session
from understudy.engine.domain.trace import (
    AskMade,
    AskTime,
    GuidelineCheck,
    OutcomeKind,
    ResolutionOutcome,
    Timing,
    Trace,
)
from understudy.evals.outcome import Outcome, TurnOutcome
from understudy.evals.results.run import RunRecord
from understudy.evals.verdict import Verdict


def matched(guideline: str, outcome: OutcomeKind = "kept") -> tuple[GuidelineCheck, ResolutionOutcome]:
    check = GuidelineCheck(round=1, guideline=guideline, method="model", matched=True, rationale=f"why {guideline}")
    return check, ResolutionOutcome(round=1, kind="guideline", id=guideline, outcome=outcome)


def unmatched(guideline: str) -> GuidelineCheck:
    return GuidelineCheck(round=1, guideline=guideline, method="model", matched=False, rationale="not now")


def ask(decision: str, *, attempt: int = 1, tokens: tuple[int, int] = (0, 0), cost: float = 0.0) -> AskMade:
    usage = Usage(prompt_tokens=tokens[0], answer_tokens=tokens[1], cost=cost)
    sections = (SectionMark(name="rules", digest="d", size=100),)
    objections = () if attempt == 1 else ("no such guideline",)
    return AskMade(
        id=f"1/{decision}/1",
        decision=decision,
        attempt=attempt,
        sections=sections,
        model="m",
        answer="d",
        usage=usage,
        objections=objections,
    )


def timing(asks: Sequence[AskMade], *, source: AnswerSource = "recorded", seconds: float = 1.0) -> Timing:
    times = tuple(AskTime(id=each.id, attempt=each.attempt, seconds=seconds, source=source) for each in asks)
    return Timing(total=seconds, asks=times)


def played(*traces: Trace) -> tuple[TurnOutcome, ...]:
    return tuple(TurnOutcome(number=trace.turn, step=trace.turn - 1, trace=trace) for trace in traces)


def outcome(
    verdict: Verdict = "passed", *, scenario: str = "greets", trial: int = 1, turns: tuple[Trace, ...] = ()
) -> Outcome:
    return Outcome(
        suite="shop",
        scenario=scenario,
        name=scenario,
        file="scenarios/shop/a.yaml",
        line=3,
        trial=trial,
        verdict=verdict,
        answered_by="replayed",
        turns=played(*turns),
    )


def run(*outcomes: Outcome) -> RunRecord:
    return RunRecord(id="r1", started="2026-03-02T09:00:00+00:00", version="1.2.3", outcomes=outcomes)


def talk(*events: Event) -> Session:
    return Session(id="s", agent_id="a").with_events(*events)


def customer(text: str) -> MessageEvent:
    return MessageEvent(source="customer", text=text)


def agent(text: str, *, turn: int = 1) -> MessageEvent:
    return MessageEvent(source="ai_agent", text=text, trace_id=f"t{turn}")


def journey(*ways: tuple[str, str]) -> Journey:
    """A journey with these transitions after the one from its start to the first state named."""
    names = list(dict.fromkeys(state for way in ways for state in way))
    states = (State(id=ROOT, kind="initial"), *(State(id=name, kind="chat", action=name) for name in names))
    transitions = (
        Transition(source=ROOT, target=names[0]),
        *(Transition(source=source, target=target, condition="if so") for source, target in ways),
    )
    return Journey(id="order", title="Order", states=states, transitions=transitions)
