"""What a turn's model answered, kept until the turn is over: a stage that breaks off takes its own record with it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from ..decisions.catalogue import ALL
from ..decisions.decision import AskRecord, as_stored, read_answer, with_reply
from ..domain.ask import Ask, Reply
from ..domain.turn import Turn
from ..ports import LLM, StreamingLLM
from .asks import with_asks

_DECISIONS = {decision.name: decision for decision in ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    ask: Ask
    reply: Reply


@dataclass(slots=True)
class Answered:
    """An LLM that keeps the answers of one turn."""

    llm: LLM
    answers: list[_Answer] = field(default_factory=list[_Answer])
    order: list[str] = field(default_factory=list[str])
    """Ids of asks in the order in which they were put, which does not depend on how long each took."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises what the model raises."""
        self._put(ask)
        reply = await self.llm.ask(ask)
        self._keep(ask, reply)
        return reply

    def caught_up(self, turn: Turn) -> Turn:
        """The turn with the answers in its trace that the stage which broke off had been given."""
        known = {(made.id, made.attempt) for made in turn.trace.asks}
        missed = [answer for answer in self.answers if (answer.ask.id, answer.ask.attempt) not in known]
        # What was asked ahead broke nothing off, so it does not stand last.
        missed.sort(key=lambda each: (not each.ask.ahead, self.order.index(each.ask.id), each.ask.attempt))
        return with_asks(turn, [record_of(answer.ask, answer.reply) for answer in missed])

    def _put(self, ask: Ask) -> None:
        if ask.id not in self.order:
            self.order.append(ask.id)

    def _keep(self, ask: Ask, reply: Reply) -> None:
        self.answers.append(_Answer(ask=ask, reply=reply))


class AnsweredAloud(Answered):
    """The same of a model whose answers can be had while they are being given."""

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece. Raises what the model raises."""
        assert isinstance(self.llm, StreamingLLM)
        self._put(ask)
        async for piece in self.llm.stream(ask):
            if isinstance(piece, Reply):
                self._keep(ask, piece)
            yield piece


def keeping_answers(llm: LLM) -> Answered:
    """The model, with its answers kept."""
    return AnsweredAloud(llm) if isinstance(llm, StreamingLLM) else Answered(llm)


def record_of(ask: Ask, reply: Reply) -> AskRecord:
    """The record of an answer that was used for nothing, for the stage broke off or it was asked ahead in vain."""
    decision = _DECISIONS[ask.decision]
    _, objections = read_answer(decision, ask.facts, reply=reply)
    record = with_reply(AskRecord(), ask, reply=as_stored(ask.facts, reply), objections=objections)
    return replace(record, made=tuple(replace(made, ahead="unused") for made in record.made)) if ask.ahead else record
