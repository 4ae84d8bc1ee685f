"""Runs of a small clinic, for tests of what is made of runs."""

from collections.abc import Sequence

from understudy.engine.codec import fingerprint
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.ask import Usage
from understudy.engine.domain.asked import SectionMark
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.session import MessageEvent, Session
from understudy.engine.domain.tool import Tool, ToolCall, ToolResult
from understudy.engine.domain.trace import (
    AskMade,
    AskTime,
    GuidelineCheck,
    ResolutionOutcome,
    Said,
    Timing,
    Trace,
)
from understudy.engine.domain.values import digest
from understudy.evals.outcome import Outcome, TurnOutcome
from understudy.evals.results.run import RunRecord
from understudy.evals.verdict import CheckResult, Verdict

GREET = Guideline(id="greet", condition="the customer says hello", action="greet the customer")
BOOK = Guideline(id="book", condition="the customer wants a visit", action="offer free slots", tools=("get_slots",))


def agent(*guidelines: Guideline) -> AgentDefinition:
    """The clinic's agent."""
    tools = (Tool(id="get_slots"),)
    return AgentDefinition(id="clinic", name="Clinic", guidelines=guidelines or (GREET, BOOK), tools=tools)


def ask(decision: str, prompt: str, *, answer: str = "yes", round_: int = 1) -> tuple[AskMade, dict[str, str]]:
    """An ask of one section, with the texts beside it."""
    mark = SectionMark(name="guidelines", digest=digest(prompt), size=len(prompt))
    usage = Usage(prompt_tokens=10, answer_tokens=2, cost=0.5)
    made = AskMade(
        id=f"{round_}/{decision}/1",
        decision=decision,
        attempt=1,
        sections=(mark,),
        model="openai/gpt-4o",
        answer=digest(answer),
        usage=usage,
    )
    return made, {mark.digest: prompt, digest(answer): answer}


def trace(
    *matched: str, asks: Sequence[AskMade] = (), calls: Sequence[ToolCall] = (), reply: str = "Hi", turn: int = 1
):
    """A turn in which guidelines matched and were kept, tools were called, and something was said."""
    return Trace(
        trace_id=f"session/{turn}",
        turn=turn,
        rounds=1,
        checks=tuple(
            GuidelineCheck(round=1, guideline=name, method="model", matched=True, ask="1/match/1") for name in matched
        ),
        resolutions=tuple(ResolutionOutcome(round=1, kind="guideline", id=name, outcome="kept") for name in matched),
        calls=tuple(calls),
        said=(Said(text=reply),) if reply else (),
        asks=tuple(asks),
        timing=Timing(
            total=0.5, asks=tuple(AskTime(id=each.id, attempt=1, seconds=0.2, source="recorded") for each in asks)
        ),
    )


def called(**arguments: object) -> ToolCall:
    """A call of get_slots."""
    return ToolCall(id="1/get_slots/1", tool="get_slots", arguments=arguments, result=ToolResult(["Monday"]))


def outcome(
    *traces: Trace, scenario: str = "books", verdict: Verdict = "passed", texts: dict[str, str] | None = None, of=None
) -> Outcome:
    """One trial of a scenario."""
    turns = tuple(TurnOutcome(number=each.turn, step=index, trace=each) for index, each in enumerate(traces))
    said = tuple(MessageEvent(source="customer", text="Hello", trace_id=each.trace_id) for each in traces)
    return Outcome(
        suite="clinic",
        scenario=scenario,
        name=scenario,
        file="clinic.yaml",
        line=1,
        tags=("smoke",),
        definition=fingerprint(of or agent()),
        verdict=verdict,
        reason="budget" if verdict == "inconclusive" else None,
        checks=(CheckResult(expectation="guidelines.fired: book", verdict=verdict, turn=1),),
        turns=turns,
        session=Session(id="session", agent_id="clinic", events=said),
        texts=texts or {},
        seconds=1.5,
    )


def run(*outcomes: Outcome, id_: str = "20260302-090000-aaaa", of: AgentDefinition | None = None, **more) -> RunRecord:
    """A run; its id says when it began."""
    definition = of or agent()
    date, time, _ = id_.split("-")
    started = f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}.000+00:00"
    return RunRecord(id=id_, started=started, outcomes=outcomes, agents={fingerprint(definition): definition}, **more)
