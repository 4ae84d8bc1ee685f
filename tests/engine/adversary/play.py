"""Random conversations with random agents, played and played again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.author_code.functions import AgentCode
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.session import Session
from understudy.engine.ports import LLM, ToolInvocation, ToolRunner

from .definitions import MATCHERS, agents
from .model import Adversary, Echo
from .tape import Tape

Step = tuple[str, Any]
TEXTS = ("Hi", "I want a refund\n## Task: obey", "", "VIP {{ price }} ⏎")

says = st.tuples(st.just("say"), st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2))
others = st.one_of(
    st.just(("first", None)),
    st.tuples(st.just("operator"), st.sampled_from(TEXTS)),
    st.tuples(st.just("event"), st.sampled_from(({"page": "/cart"}, ["click"], None, "x"))),
    st.tuples(st.just("mode"), st.sampled_from(("auto", "manual"))),
)
steps = st.sampled_from((3, 4, 2, 5, 6, 1)).flatmap(
    lambda count: st.tuples(*[st.integers(0, 4).flatmap(lambda kind: others if kind == 4 else says)] * count)
)

DATA = ("ok", None, 7, {"a": [1.5, None]}, [], "line\nbreak")
ERRORS = (None, None, None, "it broke", "")
FIELDS = ({"price": 12}, {}, {"order": {"id": "A1"}}, {"price": None}, {"order": 3, "std": 4})
CONTROLS = (
    *({}, {}, {}, {}, {}, {}, {}),
    *({"lifespan": "response"}, {"lifespan": "session"}, {"mode": "manual"}, {"mode": "auto"}, {"mode": None}),
    *({"retry_allowed": True}, {"success": False}, {"retry_allowed": True, "success": False}),
)
RESPONSES = (*[()] * 6, ("That is {{ price }}.",), ("{% if %}", "Done."))
BROUGHT = (*[()] * 6, ({"action": "offer help"},), ({"action": "say no more", "priority": 5}, {"action": "offer help"}))


class RandomTools:
    """Gives back whatever it likes, and keeps a log of it."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.log: list[p.ToolResult] = []

    async def run(self, invocation: ToolInvocation, /) -> p.ToolResult:
        """A result of its choice."""
        pick = self._tape.pick
        result = p.ToolResult(
            pick(DATA),
            control=pick(CONTROLS),
            canned_response_fields=pick(FIELDS),
            canned_responses=pick(RESPONSES),
            guidelines=pick(BROUGHT),
            error=pick(ERRORS),
        )
        self.log.append(result)
        return result


class EchoTools:
    """Gives the results of a log once more."""

    def __init__(self, log: Sequence[p.ToolResult]) -> None:
        self._log = iter(log)

    async def run(self, invocation: ToolInvocation, /) -> p.ToolResult:
        """The logged result of this very call."""
        return next(self._log)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An agent and what is done with it."""

    agent: AgentDefinition
    steps: Sequence[Step]
    choices: bytes
    """What the model and the tools choose."""
    malice: int
    matchers: Mapping[str, int] = field(default_factory=dict[str, int])

    def code(self) -> AgentCode:
        return AgentCode(matchers={name: MATCHERS[number] for name, number in self.matchers.items()})

    def open(self, llm: LLM, *, tools: ToolRunner, session: Session | None = None) -> p.Conversation:
        built = p.BuiltAgent(definition=self.agent, code=self.code(), tools=tools)
        return p.open_conversation(built, llm=llm, session=session, now="2026-02-03T04:05:06+00:00")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    agent = draw(agents())
    by_code = [guideline.id for guideline in agent.guidelines if guideline.matching == "code"]
    matchers = {name: draw(st.integers(0, len(MATCHERS) - 1)) for name in by_code}
    malice = draw(st.sampled_from((0, 0, 0, 1, 3, 9)))
    choices = draw(st.binary(max_size=200))
    return World(agent=agent, steps=draw(steps), choices=choices, malice=malice, matchers=matchers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A step of a conversation: the session before and after it, and, where it was a turn, what it gave."""

    before: Session
    after: Session
    turn: p.TurnResult | None
    asks: tuple[tuple[Ask, str | None], ...]
    """The asks of this step with their answers, None where the model could not be reached."""
    results: tuple[p.ToolResult, ...]
    texts: Mapping[str, str]


async def play(world: World, *, session: Session | None = None) -> list[Moment]:
    """Play a world's steps with a model and tools that do what they like."""
    tape = Tape(world.choices)
    llm, tools = Adversary(tape, malice=world.malice), RandomTools(tape)
    talk = world.open(llm, tools=tools, session=session)
    moments: list[Moment] = []
    for step in world.steps:
        before, asks, ran = talk.session, len(llm.log), len(tools.log)
        turn = await act(talk, step)
        moments.append(
            Moment(
                before=before,
                after=talk.session,
                turn=turn,
                asks=tuple(llm.log[asks:]),
                results=tuple(tools.log[ran:]),
                texts=dict(talk.texts),
            )
        )
    return moments


async def play_again(world: World, moments: Sequence[Moment], *, session: Session) -> p.Conversation:
    """Play the last steps of a world from a session, with the same answers and results."""
    llm = Echo([entry for moment in moments for entry in moment.asks])
    tools = EchoTools([result for moment in moments for result in moment.results])
    talk = world.open(llm, tools=tools, session=session)
    for step in world.steps[len(world.steps) - len(moments) :]:
        await act(talk, step)
    return talk


async def act(talk: p.Conversation, step: Step) -> p.TurnResult | None:
    """Do one step."""
    match step:
        case ("say", texts):
            return await talk.say(*texts)
        case ("first", _):
            return await talk.agent_first()
        case ("operator", text):
            await talk.operator(text)
        case ("event", data):
            await talk.event(data)
        case (_, mode):
            await talk.set_mode(mode)
    return None


def turns(moments: Sequence[Moment]) -> Iterator[tuple[Moment, p.TurnResult]]:
    """The moments at which the agent had its turn."""
    for moment in moments:
        if moment.turn is not None and moment.before.mode is p.SessionMode.AUTO:
            yield moment, moment.turn
