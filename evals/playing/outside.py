"""Those outside of a conversation who are asked about it: authors' checks, the judge, an embedder."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...engine import AskRecord, HashingEmbedder
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.session import Session
from ..expectations.code import CodeAnswer
from ..expectations.kinds import Expectation
from ..expectations.outside import KeptSecret, ReplyJudged, ReplySimilar, SimulationReached, SimulationTurns
from ..outcome import AskBeside, Outcome, Simulation, TurnOutcome
from ..scenario import Expected, Scenario
from .cast import Cast
from .checks import CodeChecks, folder_of
from .judging import Hearing, judged
from .leaking import leak_answer
from .likeness import likeness
from .simulations import simulation_answer

NOTHING_SAID = CodeAnswer(verdict="failed", explanation="the agent said nothing that could be judged")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What they are asked about: a turn (the newest), or the whole conversation so far."""

    outcome: Outcome
    """All that was played until now."""
    session: Session
    turns: tuple[TurnOutcome, ...]
    """The turns that it is about."""
    of_turn: bool

    @classmethod
    def turn(cls, outcome: Outcome, session: Session, *, turn: TurnOutcome) -> "About":
        """About one turn."""
        return cls(outcome=outcome, session=session, turns=(turn,), of_turn=True)

    @classmethod
    def conversation(cls, outcome: Outcome, session: Session) -> "About":
        """About all that was said."""
        return cls(outcome=outcome, session=session, turns=outcome.turns, of_turn=False)


@dataclass(slots=True, kw_only=True)
class Outside:
    """Who is asked in one trial, and what that took."""

    scenario: Scenario
    agent: AgentDefinition
    cast: Cast
    code: CodeChecks
    simulations: list[Simulation] = field(default_factory=list[Simulation])
    """How customers fared who were played so far."""
    asks: list[AskBeside] = field(default_factory=list[AskBeside])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    """Texts of prompts' sections and of answers by digest."""

    async def answers(self, expected: Iterable[Expected], about: About) -> dict[str, CodeAnswer]:
        """What they say of expectations, by what each is asked by."""
        wanted = tuple(expected)
        folder, seconds = folder_of(self.scenario), self.scenario.turn_limit
        found = await self.code.answers(wanted, about.outcome, folder=folder, seconds=seconds)
        with self.cast.onlooking():
            # Told apart by content: the same criterion twice is asked once, and ordinals stay in the order of the file.
            asked = tuple(dict.fromkeys(each.expectation for each in wanted))
            for answers in await asyncio.gather(*(self._answer(one, about) for one in asked)):
                found |= answers
        return found

    def note(self, record: AskRecord, *, turn: int) -> None:
        """Keep what was asked beside the agent's own asks."""
        self.asks += asks_beside(record, turn=turn)
        self.texts.update(record.texts)

    async def _answer(self, expectation: Expectation, about: About) -> dict[str, CodeAnswer]:
        match expectation:
            case ReplyJudged():
                return {expectation.asked: await self._judged(expectation, about)}
            case ReplySimilar():
                embedder = self.cast.embedder or HashingEmbedder()
                replies = [turn.trace.reply for turn in about.turns]
                return {expectation.asked: await likeness(expectation, replies, embedder=embedder)}
            case SimulationReached() | SimulationTurns():
                return {expectation.asked: simulation_answer(expectation, self.simulations)}
            case KeptSecret():
                patterns = (*self.scenario.redact, *(one.pattern for one in self.agent.sensitive))
                told = leak_answer(expectation, about.outcome, turns=about.turns, patterns=patterns)
                return {expectation.asked: told}
            case _:
                return {}

    async def _judged(self, expectation: ReplyJudged, about: About) -> CodeAnswer:
        said = tuple(said.text for turn in about.turns for said in turn.trace.said)
        if not said:
            return NOTHING_SAID
        turn = about.turns[-1].number
        hearing = Hearing(
            session=about.session,
            agent=self.agent,
            reply=said if about.of_turn else (),
            id=f"{turn if about.of_turn else 'whole'}/judge/{expectation.criterion}",
        )
        judgement = await judged(expectation.criterion, hearing, llm=self.cast.llm)
        for record in judgement.records:
            self.note(record, turn=turn)
        return judgement.answer


def asks_beside(record: AskRecord, *, turn: int) -> tuple[AskBeside, ...]:
    """The asks of a record, as they are kept beside those of the agent's turns."""
    pairs = zip(record.made, record.times, strict=True)
    return tuple(AskBeside(turn=turn, made=made, time=time) for made, time in pairs)
