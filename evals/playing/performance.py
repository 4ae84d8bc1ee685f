"""A scenario being played: the conversation so far, what was judged, and why it ended early where it did."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, assert_never

from ...engine import AskRecord, BuiltAgent, Conversation, TurnResult, World, open_conversation
from ...engine.domain.session import Session
from ..expectations.checking import check_conversation, check_turn
from ..outcome import AskBeside, Outcome, TurnOutcome
from ..scenario import (
    AgentFirst,
    CustomerSays,
    Expected,
    FrontEndEvent,
    OperatorSays,
    Scenario,
    SetMode,
    Simulate,
    Step,
)
from ..verdict import CheckResult, overall
from .cast import Cast
from .checks import CodeChecks
from .opening import opening_session
from .outside import About, Outside, asks_beside
from .simulations import simulate
from .stops import Stop, stop_after, too_long

TO_ITS_END = "the turn is played to its end"

Drive: TypeAlias = Callable[["Performance"], Awaitable[None]]
"""Takes a performance through its steps in place of a script."""


class Performance:
    """One trial under way: `play` takes it through the script, `judge_the_rest` judges what is left."""

    def __init__(
        self,
        scenario: Scenario,
        agent: BuiltAgent,
        *,
        cast: Cast,
        drive: Drive | None = None,
        code: CodeChecks | None = None,
    ) -> None:
        self.scenario = scenario
        self.agent = agent
        self.turns: list[TurnOutcome] = []
        self.checks: list[CheckResult] = []
        self.stop: Stop | None = None
        self.cast = cast
        self.outside = Outside(scenario=scenario, agent=agent.definition, cast=cast, code=code or CodeChecks(dict))
        self._drive = drive
        self._judged = 0
        self._talk: Conversation | None = None

    @property
    def session(self) -> Session | None:
        """The conversation as it stands, None where it was never opened."""
        return self._talk.session if self._talk else None

    @property
    def texts(self) -> Mapping[str, str]:
        """Texts of prompts' sections and of answers by digest."""
        inferring = {name: text for record in self._inferring for name, text in record.texts.items()}
        return {**inferring, **self._talk.texts, **self.outside.texts} if self._talk else {}

    @property
    def beside(self) -> tuple[AskBeside, ...]:
        """What was asked beside the agent's turns: about the agent before the first, and of those outside."""
        of_agent = (ask for record in self._inferring for ask in asks_beside(record, turn=0))
        return (*of_agent, *self.outside.asks)

    @property
    def _inferring(self) -> tuple[AskRecord, ...]:
        return self._talk.inferred.records if self._talk and self._talk.inferred else ()

    async def play(self) -> None:
        """Take every step of the script, up to one after which nothing can be said; or be driven through."""
        async with self._open() as self._talk:
            if self._drive:
                await self._drive(self)
                return
            for index, step in enumerate(self.scenario.script):
                await self.take(step, index=index)
                if self.stop:
                    return
                self._judged = index + 1

    async def take(self, step: Step, *, index: int = 0) -> TurnResult | None:
        """Take one step. The turn that came of it, None where none did or where it was cut off."""
        talk = self._talk
        assert talk is not None, "a performance is open while it is played"
        match step:
            case CustomerSays(texts=texts):
                return await self._turn(index, step=step, take=lambda: talk.say(*texts))
            case Simulate():
                await simulate(step, self, index=index)
            case AgentFirst():
                return await self._turn(index, step=step, take=talk.agent_first)
            case OperatorSays(text=text, name=name):
                await talk.operator(text, name)
            case SetMode(mode=mode):
                await talk.set_mode(mode)
            case FrontEndEvent(data=data):
                await talk.event(data)
            case _:
                assert_never(step)
        return None

    async def judge_the_rest(self) -> None:
        """Judge the conversation as a whole; of one that ended early nothing is said that its rest might change."""
        whole = self.scenario.expect
        if self.stop:
            left = [expected for step in self.scenario.script[self._judged :] for expected in _expected(step)]
            self.checks += [_not_judged(expected, self.stop) for expected in (*left, *whole)]
        elif self.session:
            agent = self.agent.definition
            answers = await self.outside.answers(whole, About.conversation(so_far(self), self.session))
            self.checks += check_conversation(whole, self.turns, session=self.session, agent=agent, answers=answers)

    def _open(self) -> Conversation:
        scenario = self.scenario
        return open_conversation(
            self.agent,
            llm=self.cast.llm,
            tools=self.cast.tools,
            retrievers=self.cast.retrievers,
            embedder=self.cast.embedder,
            inference=self.cast.inference,
            session=opening_session(scenario, self.agent),
            customer=scenario.customer,
            mode=scenario.mode,
            moderation=scenario.moderation,
            world=World(moderator=self.cast.moderator),
            labels=scenario.labels,
            metadata=scenario.metadata,
            variables=scenario.variables,
            now=scenario.now,
        )

    async def _turn(self, index: int, *, step: Step, take: Callable[[], Awaitable[TurnResult]]) -> TurnResult | None:
        number = len(self.turns) + 1
        self.cast.begin_turn(number)
        limit = asyncio.timeout(self.scenario.turn_limit)
        try:
            async with limit:
                result = await take()
        except TimeoutError:
            if not limit.expired():
                raise
            self.stop = too_long(f"turn {number}", self.cast, seconds=self.scenario.turn_limit)
            return None
        simulated = isinstance(step, CustomerSays) and step.simulated
        turn = TurnOutcome(number=number, step=index, trace=result.trace, simulated=simulated)
        if _took_place(turn):
            self.turns.append(turn)
        await self._judge(turn, _expected(step))
        return result

    async def _judge(self, turn: TurnOutcome, expected: tuple[Expected, ...]) -> None:
        failure = turn.trace.failure
        self.stop = stop_after(failure, self.cast)
        if self.stop or self._talk is None:
            return
        if failure:
            self.checks.append(
                CheckResult(expectation=TO_ITS_END, verdict="failed", turn=turn.number, explanation=failure.message)
            )
        answers = await self.outside.answers(expected, About.turn(so_far(self), self._talk.session, turn=turn))
        self.checks += check_turn(
            expected, turn, session=self._talk.session, agent=self.agent.definition, answers=answers
        )


def so_far(performance: Performance) -> Outcome:
    """The outcome of what was played until now; its verdict is that on what was judged."""
    scenario = performance.scenario
    return Outcome(
        suite=scenario.suite,
        scenario=scenario.id,
        name=scenario.name,
        file=scenario.place.file,
        line=scenario.place.line,
        tags=scenario.tags,
        agent=scenario.agent,
        verdict=overall(check.verdict for check in performance.checks),
        checks=tuple(performance.checks),
        turns=tuple(performance.turns),
        session=performance.session,
        simulations=tuple(performance.outside.simulations),
        beside=performance.beside,
        texts=performance.texts,
    )


def _took_place(turn: TurnOutcome) -> bool:
    """In manual mode the customer's messages only go on the timeline: there is a result, but no turn."""
    return bool(turn.trace.statuses or turn.trace.said or turn.trace.failure)


def _expected(step: Step) -> tuple[Expected, ...]:
    return step.expect if isinstance(step, CustomerSays | AgentFirst) else ()


def _not_judged(expected: Expected, stop: Stop) -> CheckResult:
    first = stop.explanation.partition("\n")[0]
    return CheckResult(
        expectation=expected.words,
        verdict="inconclusive",
        explanation=f"not judged, the conversation ended before: {first}",
        place=str(expected.place),
    )
