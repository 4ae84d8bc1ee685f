"""The smallest worlds in which something is recorded: an ask, an entry, a counting model, a counting tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from understudy.engine.domain.ask import Ask, Reply, Section, Settings, Usage
from understudy.engine.domain.facts import MatchFacts, Situation
from understudy.engine.domain.session import Customer, Session
from understudy.engine.domain.tool import Tool, ToolResult
from understudy.engine.domain.values import JSON
from understudy.engine.ports import ToolInvocation
from understudy.evals.recordings.cache import Cache
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.entry import Entry, RecordedAsk, SectionRef
from understudy.evals.recordings.redaction import Redaction
from understudy.evals.recordings.trial import Mode, Trial, TrialRecordings

NODE = "scenarios/clinic/booking.yaml::books"
MODEL = "openai/small"
MOMENT = "2026-01-02T03:04:05+00:00"


def an_ask(newest: str = "Hello", *, decision: str = "match", **changes: Any) -> Ask:
    situation = Situation(agent_name="A", agent_description="", customer_name="C")
    return Ask(
        id="1/match/1",
        decision=decision,
        sections=(Section(name="role", text="You judge."), Section(name="newest", text=newest)),
        schema={"type": "object"},
        facts=MatchFacts(situation=situation, candidates=()),
        **changes,
    )


def an_entry(key: str = "a" * 64, **changes: Any) -> Entry:
    body = RecordedAsk(
        attempt=1,
        model=MODEL,
        served="small-1",
        sections=(SectionRef(name="role", digest="d" * 16),),
        schema="s" * 16,
        facts="f" * 16,
        reply='{"ok": true}',
    )
    fields = {"name": "match", "turn": 1, "trial": 1, "ordinal": 1, "body": body, "recorded_at": MOMENT, **changes}
    return Entry(key=key, **fields)


def a_file(folder: Path) -> Committed:
    return Committed(folder / "recordings" / "books.jsonl", locks=folder / "locks")


def a_trial(
    folder: Path, mode: Mode = "auto", *, cache: Cache | None = None, redact: tuple[str, ...] = (), **changes: Any
) -> TrialRecordings:
    settings = changes.pop("settings", Settings(model=MODEL))
    trial = Trial(node=NODE, mode=mode, settings=settings, now=lambda: MOMENT, **changes)
    made = TrialRecordings(trial, committed=a_file(folder), cache=cache, redaction=Redaction(redact))
    made.turn = 1
    return made


@dataclass
class CountingModel:
    """Answers with how often it was asked."""

    asked: list[Ask] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def ask(self, ask: Ask, /) -> Reply:
        self.asked.append(ask)
        text = self.answers.pop(0) if self.answers else f'{{"n": {len(self.asked)}}}'
        usage = Usage(prompt_tokens=10, cached_tokens=2, answer_tokens=3, cost=0.25)
        return Reply(text=text, model="small-1", usage=usage, finish_reason="stop", seconds=1.5)


@dataclass
class CountingTools:
    """Gives back what it is told to, or how often it was run."""

    ran: list[ToolInvocation] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)

    async def run(self, invocation: ToolInvocation, /) -> ToolResult:
        self.ran.append(invocation)
        return self.results.pop(0) if self.results else ToolResult(len(self.ran))


def a_call(
    tool: str = "get_slots",
    arguments: Mapping[str, JSON] | None = None,
    *,
    consequential: bool = False,
    customer: Customer | None = None,
) -> ToolInvocation:
    session = Session(id="s", agent_id="nurse", customer=customer or Customer())
    return ToolInvocation(
        tool=Tool(id=tool, consequential=consequential), arguments=arguments or {"day": "Monday"}, session=session
    )


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._target,))
