"""Real conversations between customers and human agents, replayed line by line against the engine.

Takes a folder that holds `star_journeys.json` and `star_conversations.jsonl`. Teacher-forced: after each line of the
customer the engine decides, its journey state and tool call are compared with what the human agent did next, and then
the human's words, calls and results are put into the history in the place of the engine's.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import understudy.engine as p
from understudy.engine.author_code.functions import AgentCode
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.journey import Journey
from understudy.engine.domain.session import AgentState, MessageEvent, Session, ToolEvent
from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import Trace
from understudy.engine.ports import ToolInvocation

from .star_data import FIXED, START, Exchange, exchanges, read_agent, tool_id


@dataclass(slots=True, kw_only=True)
class Replayed:
    """Tool results as the human agent got them, in their order; a call without a counterpart gets null."""

    calls: list[tuple[str, Mapping[str, Any], Any]]

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        """Serve the next result of a call with the arguments that the state fixes: what was booked is no look-up."""
        for index, (tool, arguments, result) in enumerate(self.calls):
            if invocation.tool.id in (tool, tool_id(tool, {FIXED: arguments.get(FIXED)})):
                del self.calls[: index + 1]
                return ToolResult(result)
        return ToolResult(None)


@dataclass(slots=True, kw_only=True)
class Score:
    """How often the engine and the human agent agreed, by journey."""

    states: Counter[str] = field(default_factory=Counter)
    states_right: Counter[str] = field(default_factory=Counter)
    """Where the engine came to the human agent's state, or past it."""
    tools: Counter[str] = field(default_factory=Counter)
    tools_right: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    greeted: int = 0
    on_the_way: Counter[str] = field(default_factory=Counter)
    """Where the engine stopped at a state that the human agent passed over on the way to theirs."""
    faults: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The scores as text."""
        rows = [self._row(name) for name in sorted(self.states | self.tools)]
        total, right, near = self.states.total(), self.states_right.total(), self.on_the_way.total()
        rows.append(f"{'all':<18} states {right:>3}/{total:<3} ({_share(right, total)}), on the way {near:>2}")
        rows.append(f"labels outside the chart, not scored: {self.outside}")
        rows.append(f"greetings before the customer said what they want, not scored: {self.greeted}")
        return rows

    def _row(self, name: str) -> str:
        states = f"{self.states_right[name]:>3}/{self.states[name]:<3}"
        tools = f"{self.tools_right[name]:>3}/{self.tools[name]:<3}"
        return (
            f"{name:<18} states {states} ({_share(self.states_right[name], self.states[name])})"
            f", on the way {self.on_the_way[name]:>2}"
            f"   tool calls {tools} ({_share(self.tools_right[name], self.tools[name])})"
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


async def replay(raw: Mapping[str, Any], *, agent: AgentDefinition, llm: Any, score: Score) -> None:
    """Play one conversation, comparing after each line of the customer."""
    task = raw["tasks"][0]
    journey = _journey_of(agent, task)
    session = Session(id=raw["id"], agent_id=agent.id)
    for number, exchange in enumerate(exchanges(raw), start=1):
        own = session.state.paths.get(task, ())
        if exchange.customer:
            trace = await _turn(session, exchange, agent=agent, llm=llm, score=score)
            seen = Seen(trace=trace, journey=journey, visited=_visited(raw))
            _compare(seen, exchange, score=score, where=f"{raw['id']} turn {number}")
            own = trace.state.paths.get(task, ())
        session = _forced(session, exchange, number=number, journey=journey, own=own)


async def _turn(session: Session, exchange: Exchange, *, agent: AgentDefinition, llm: Any, score: Score) -> Trace:
    tools = Replayed(calls=list(exchange.calls))
    built = p.BuiltAgent(definition=agent, code=AgentCode(), tools=tools)
    talk = p.open_conversation(built, llm=llm, session=session)
    turn = await talk.say(*exchange.customer)
    score.faults += _faults(turn, talk.session)
    return turn.trace


def _faults(turn: p.TurnResult, session: Session) -> Iterator[str]:
    """What may not happen, whatever the model answers."""
    trace = turn.trace
    if trace.failure is not None:
        yield f"{trace.trace_id}: {trace.failure.message}"
    if not trace.statuses or trace.statuses[-1] != "ready:completed":
        yield f"{trace.trace_id}: the turn has no end"
    if [event.offset for event in session.events] != list(range(len(session.events))):
        yield f"{trace.trace_id}: offsets of the timeline have gaps"
    offered = {(item.tool, reason) for item in trace.offered for reason in item.because}
    for call in trace.calls:
        if not any((call.tool, reason) in offered for reason in call.because):
            yield f"{trace.trace_id}: {call.tool} was called though nothing offered it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A turn of the engine, and what it is judged by."""

    trace: Trace
    journey: Journey
    visited: frozenset[str]
    """The states that the human agent came to anywhere in the conversation."""

    @property
    def reached(self) -> list[str]:
        """The states that the engine came to in this turn; where it stayed, the state it stayed in."""
        moves = [move for move in self.trace.moves if move.journey == self.journey.id]
        return [state for move in moves for state in (*move.via, move.target or move.origin) if state is not None]

    def is_on_the_way(self, target: str) -> bool:
        """Whether the engine stands at a state that this human never comes to, though it leads to theirs."""
        at = self.reached[-1:]
        return bool(at) and at[0] not in self.visited and target in _reachable(self.journey, at[0])


def _reachable(journey: Journey, state: str) -> set[str]:
    found = {state}
    frontier = [state]
    while frontier:
        after = [way.target for way in journey.ways_from(frontier.pop()) if way.target not in found]
        found.update(after)
        frontier += after
    return found


def _journey_of(agent: AgentDefinition, task: str) -> Journey:
    return next(journey for journey in agent.journeys if journey.id == task)


def _visited(raw: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(event["state"] for event in raw["events"] if event["role"] == "agent" and event.get("state"))


def _compare(seen: Seen, exchange: Exchange, *, score: Score, where: str) -> None:
    trace, task, reached = seen.trace, seen.journey.id, seen.reached
    wanted = {name for name, _, _ in exchange.calls}
    called = {name.partition("-")[0] for name in trace.tools_called}
    if wanted or called:
        score.tools[task] += 1
        score.tools_right[task] += wanted == called
        if wanted != called:
            score.disagreements.append(f"{where}: called {sorted(called)}, the human {sorted(wanted)}")
    labelled = [reply for reply in exchange.replies if reply.get("state")]
    inside = [reply["state"] for reply in labelled if reply.get("in_chart")]
    score.outside += len(labelled) - len(inside)
    if not inside:
        return
    if inside[-1] == START and not reached:
        # The journey has not begun: nothing says yet that it is what the customer wants, and any agent would greet.
        score.greeted += 1
        return
    score.states[task] += 1
    score.states_right[task] += inside[-1] in reached
    score.on_the_way[task] += inside[-1] not in reached and seen.is_on_the_way(inside[-1])
    if inside[-1] not in reached:
        said = " / ".join(exchange.customer)
        score.disagreements.append(f"{where}: {said!r}: engine {reached[-1:]}, the human {inside[-1]!r}")


def _forced(session: Session, exchange: Exchange, *, number: int, journey: Journey, own: tuple[str, ...]) -> Session:
    """The session with what was really said and done; unlabelled words leave the engine's `own` path."""
    name = f"{session.id}/{number}"
    states = [reply["state"] for reply in exchange.replies if reply.get("state") and reply.get("in_chart")]
    events: list[Any] = [MessageEvent(source="customer", text=text, trace_id=name) for text in exchange.customer]
    if exchange.calls:
        calls = tuple(
            ToolCall(id=f"{name}/{index}", tool=tool, arguments=arguments, result=ToolResult(result))
            for index, (tool, arguments, result) in enumerate(exchange.calls)
        )
        events.append(ToolEvent(calls=calls, trace_id=name))
    events += [MessageEvent(source="ai_agent", text=reply["text"], trace_id=name) for reply in exchange.replies]
    before = session.state.paths.get(journey.id, ())
    known = {state.id for state in journey.states}
    labelled = tuple(state for state in states if state in known)
    path = (*before, *labelled) if labelled else own
    paths = {**session.state.paths, **({journey.id: path} if path else {})}
    state = AgentState(trace_id=name, paths=paths)
    return replace(session.with_events(*events), states=(*session.states, state), turns=number)


def main(folder: Path, *, show: int = 0) -> None:
    """Replay every conversation of a folder and print how often engine and human agreed."""
    agent = read_agent(folder)
    lines = (folder / "star_conversations.jsonl").read_text("utf-8").splitlines()
    conversations: Sequence[Mapping[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    score = Score()
    started = time.perf_counter()
    for conversation in conversations:
        asyncio.run(replay(conversation, agent=agent, llm=p.make_llm("offline"), score=score))
    seconds = time.perf_counter() - started
    print(f"{len(conversations)} conversations on the offline model, {len(conversations) / seconds:.1f} a second")
    print("\n".join(score.lines()))
    print("\n".join(score.disagreements[:show]))
    print(f"faults: {len(score.faults)}" + "".join(f"\n  {fault}" for fault in score.faults))
