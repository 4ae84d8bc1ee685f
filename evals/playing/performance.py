"""A scenario being played: the conversation so far, what was judged, and why it ended early where it did."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from ...engine import BuiltAgent, Conversation, TurnResult, World, open_conversation
from ...engine.domain.session import Session
from ...engine.domain.trace import Failure
from ..expectations.checking import check_conversation, check_turn
from ..expectations.code import CodeAnswer
from ..outcome import Outcome, TurnOutcome
from ..scenario import AgentFirst, CustomerSays, Expected, FrontEndEvent, OperatorSays, Scenario, SetMode, Step
from ..verdict import CheckResult, InconclusiveReason, overall
from .cast import Cast
from .checks import CodeChecks, folder_of
from .opening import opening_session

TO_ITS_END = "the turn is played to its end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why a performance ended before its script did."""

    verdict: Literal["failed", "inconclusive"]
    explanation: str
    reason: InconclusiveReason | None = None


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
        self._cast = cast
        self._drive = drive
        self._code = code or CodeChecks(dict)
        self._judged = 0
        self._talk: Conversation | None = None

    @property
    def session(self) -> Session | None:
        """The conversation as it stands, None where it was never opened."""
        return self._talk.session if self._talk else None

    @property
    def texts(self) -> Mapping[str, str]:
        """Texts of prompts' sections and of answers by digest."""
        return dict(self._talk.texts) if self._talk else {}

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
            answers = await self._answers(whole)
            self.checks += check_conversation(whole, self.turns, session=self.session, agent=agent, answers=answers)

    def too_long(self, what: str, *, seconds: float) -> Stop:
        """The stop of something that passed its time limit: the provider's doing, or the agent's own."""
        if waiting := self._cast.llm.waiting:
            where = f"while the model was asked to decide {waiting[-1]!r}"
            return Stop(
                verdict="inconclusive", reason="time_limit", explanation=_late(what, seconds=seconds, where=where)
            )
        running = self._cast.tools.running
        where = f"while the tool {running[-1]!r} ran" if running else "in code of the agent or the engine"
        return Stop(verdict="failed", explanation=_late(what, seconds=seconds, where=where))

    def _open(self) -> Conversation:
        scenario = self.scenario
        return open_conversation(
            self.agent,
            llm=self._cast.llm,
            tools=self._cast.tools,
            retrievers=self._cast.retrievers,
            embedder=self._cast.embedder,
            inference=self._cast.inference,
            session=opening_session(scenario, self.agent),
            customer=scenario.customer,
            mode=scenario.mode,
            moderation=scenario.moderation,
            world=World(moderator=self._cast.moderator),
            labels=scenario.labels,
            metadata=scenario.metadata,
            variables=scenario.variables,
            now=scenario.now,
        )

    async def _turn(self, index: int, *, step: Step, take: Callable[[], Awaitable[TurnResult]]) -> TurnResult | None:
        number = len(self.turns) + 1
        self._cast.begin_turn(number)
        limit = asyncio.timeout(self.scenario.turn_limit)
        try:
            async with limit:
                result = await take()
        except TimeoutError:
            if not limit.expired():
                raise
            self.stop = self.too_long(f"turn {number}", seconds=self.scenario.turn_limit)
            return None
        turn = TurnOutcome(number=number, step=index, trace=result.trace)
        if _took_place(turn):
            self.turns.append(turn)
        await self._judge(turn, _expected(step))
        return result

    async def _judge(self, turn: TurnOutcome, expected: tuple[Expected, ...]) -> None:
        failure = turn.trace.failure
        self.stop = self._stop_after(failure)
        if self.stop or self._talk is None:
            return
        if failure:
            self.checks.append(
                CheckResult(expectation=TO_ITS_END, verdict="failed", turn=turn.number, explanation=failure.message)
            )
        answers = await self._answers(expected)
        self.checks += check_turn(
            expected, turn, session=self._talk.session, agent=self.agent.definition, answers=answers
        )

    async def _answers(self, expected: tuple[Expected, ...]) -> Mapping[str, CodeAnswer]:
        """What the author's own checks make of the conversation so far."""
        scenario = self.scenario
        folder, seconds = folder_of(scenario), scenario.turn_limit
        return await self._code.answers(expected, _so_far(self), folder=folder, seconds=seconds)

    def _stop_after(self, failure: Failure | None) -> Stop | None:
        if missing := self._cast.missing_stand_ins:
            return Stop(verdict="inconclusive", reason="stand_in_missing", explanation="\n".join(missing))
        if missing := self._cast.missing_recordings:
            return Stop(verdict="inconclusive", reason="recording_missing", explanation="\n\n".join(missing))
        if refused := self._cast.over_budget:
            return Stop(verdict="inconclusive", reason="budget", explanation=refused[0])
        if failure and failure.kind == "model_unavailable":
            return Stop(verdict="inconclusive", reason="model_unavailable", explanation=failure.message)
        return None


def _so_far(performance: Performance) -> Outcome:
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


def _late(what: str, *, seconds: float, where: str) -> str:
    return f"{what} took longer than its limit of {seconds:g} s and was cut off {where}"
