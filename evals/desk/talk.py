"""A conversation with an agent at the desk: turns that can be taken back, and branches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import assert_never

from ...engine import BuiltAgent, Conversation, Inference, TurnResult, UnderstudyError, World, open_conversation
from ...engine.ports import LLM, Moderator
from ..playing.cast import Cast, Company
from ..playing.models import ModelNamed
from ..scenario import AgentFirst, CustomerSays, FrontEndEvent, OperatorSays, OwnStep, Place, RunIt, Scenario, SetMode


class TurnTakenBackError(UnderstudyError):
    """A turn came to no good end and was taken back: the conversation stands as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken, and the turn that came of it."""

    step: OwnStep
    result: TurnResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """With whom one talks: the agent, how it is named, and the model that answers."""

    agent: BuiltAgent
    reference: str
    """The agent as it was named: agent.py:build."""
    named: ModelNamed
    llm: LLM
    scenario: Scenario
    """Who talks, and what holds from the start; it has no script."""
    inference: Inference | None = None


def setting(reference: str, *, run: Sequence[str] = (), now: str = "") -> Scenario:
    """A scenario without a script, for a conversation that nobody has written. Tools in `run` may have consequences."""
    return Scenario(
        id="chat",
        name="chat",
        suite="chat",
        place=Place(file="chat", line=1),
        agent=reference,
        script=(),
        now=now or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:00Z"),
        tools={tool: (RunIt(),) for tool in run},
    )


class Talk:
    """One conversation, and how it came to stand where it does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.taken: tuple[Taken, ...] = ()
        self._cast = Cast(desk.scenario, desk.agent, llm=desk.llm, company=Company(inference=desk.inference))
        self._talk = self._open()
        self._before: tuple[Conversation, ...] = ()
        """The conversation as it stood before each step."""

    @property
    def results(self) -> tuple[TurnResult, ...]:
        """The turns, in order."""
        return tuple(each.result for each in self.taken if each.result is not None)

    async def take(self, step: OwnStep) -> TurnResult | None:
        """Take a step. Raises TurnTakenBackError where its turn broke off, and takes it back then."""
        before, kept = await self._copy(), False
        try:
            result = await self._step(step)
            self._refuse(result)
            kept = True
        finally:  # also where somebody lost patience with the turn
            if not kept:
                self._talk = before
        self.taken = (*self.taken, Taken(step=step, result=result))
        self._before = (*self._before, before)
        return result

    def undo(self) -> Taken | None:
        """Take the last step back. Gives it; None where there is none."""
        if not self.taken:
            return None
        last, self.taken = self.taken[-1], self.taken[:-1]
        self._talk, self._before = self._before[-1], self._before[:-1]
        return last

    async def fork(self) -> "Talk":
        """A conversation of its own that begins as this one stands."""
        other = Talk(self.desk)
        other.taken, other._before = self.taken, self._before
        other._talk = await self._copy()
        return other

    async def _copy(self) -> Conversation:
        copy = self._talk.fork(session_id=self._talk.session.id)
        if copy.session.mode is not self._talk.session.mode:  # handed over since the last turn
            await copy.set_mode(self._talk.session.mode)
        return copy

    async def _step(self, step: OwnStep) -> TurnResult | None:
        match step:
            case CustomerSays(texts=texts):
                return await self._talk.say(*texts)
            case AgentFirst():
                return await self._talk.agent_first()
            case OperatorSays(text=text, name=name):
                await self._talk.operator(text, name)
            case SetMode(mode=mode):
                await self._talk.set_mode(mode)
            case FrontEndEvent(data=data):
                await self._talk.event(data)
            case _:
                assert_never(step)
        return None

    def _refuse(self, result: TurnResult | None) -> None:
        if result is None:
            return
        if refused := self._refused(result):
            raise TurnTakenBackError(
                f"the agent was about to call {' and '.join(refused)}, which has consequences, and was not let; "
                f"to let it run for real, start the chat with {' '.join(f'--run {tool}' for tool in refused)}"
            )
        if result.trace.failure:
            raise TurnTakenBackError(f"the turn ended in an error: {result.trace.failure.message}")

    def _refused(self, result: TurnResult) -> tuple[str, ...]:
        """The tools that were called and not let run."""
        known = {tool.id for tool in self.desk.agent.definition.tools if tool.consequential}
        called = dict.fromkeys(tool for tool in result.tool_calls if tool in known)
        return tuple(tool for tool in called if tool not in self.desk.scenario.tools)

    def _open(self) -> Conversation:
        desk, scenario = self.desk, self.desk.scenario
        return open_conversation(
            desk.agent,
            llm=self._cast.llm,
            tools=self._cast.tools,
            retrievers=self._cast.retrievers,
            inference=self._cast.inference,
            embedder=desk.agent.embedder if desk.named.is_recorded else None,
            customer=scenario.customer,
            moderation=scenario.moderation,
            world=World(moderator=_moderator(desk) or self._cast.moderator),
            now=scenario.now,
        )


def _moderator(desk: Desk) -> Moderator | None:
    """Who reads along for the agent, where somebody is paid for answers anyway; else words alone decide."""
    return desk.agent.moderator if desk.named.is_recorded else None


def desk_for(agent: BuiltAgent, *, scenario: Scenario, named: ModelNamed, llm: LLM) -> Desk:
    """A desk at which guidelines' properties are inferred as they are in scenarios."""
    infers = named.is_recorded and agent.infer_properties is not False
    return replace(
        Desk(agent=agent, reference=scenario.agent, named=named, llm=llm, scenario=scenario),
        inference=Inference() if infers else None,
    )
