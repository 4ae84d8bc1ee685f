"""The judge: asks a model whether a criterion is met; a first no is not believed without a second opinion."""

from dataclasses import dataclass, field

from ...engine import AskRecord, Decided, JudgeAnswer, ModelError, UndecidedError, judge_reply
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.session import Session
from ...engine.ports import LLM
from ..expectations.code import CodeAnswer
from ..verdict import InconclusiveReason
from .unanswered import unanswered

VOTES = 3
"""At most; two that agree are enough."""
SAID = {"met": "yes", "not_met": "no", "cannot_tell": "can't tell"}
NAME_A_MODEL = (
    "name one that judges: --scenarios-judge-model, `judge: {model: ...}` under defaults, or evaluate(judge=...)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is judged: a conversation up to now, and in it the reply, or all that the agent said where none is given."""

    session: Session
    agent: AgentDefinition
    reply: tuple[str, ...] = ()
    id: str = ""
    """With what the ids of asks begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the judge makes of a criterion, and what was asked for it."""

    answer: CodeAnswer
    records: tuple[AskRecord, ...] = ()


@dataclass(slots=True)
class _Bench:
    """The votes on one criterion."""

    votes: list[Decided[JudgeAnswer]] = field(default_factory=list[Decided[JudgeAnswer]])

    @property
    def records(self) -> tuple[AskRecord, ...]:
        """What was asked for them."""
        return tuple(vote.record for vote in self.votes)

    def verdict(self) -> CodeAnswer | None:
        """The verdict; None while one more vote is needed."""
        said = [vote.answer.verdict for vote in self.votes]
        if said[0] == "met" or said.count("met") * 2 > VOTES:
            return CodeAnswer(verdict="passed")
        if said.count("not_met") * 2 > VOTES:
            return CodeAnswer(verdict="failed", explanation=self._told())
        if said[0] == "cannot_tell":
            return _untold(f"{self._told()}{_advice(self.votes[0].record)}")
        return _untold(f"the judge does not agree with itself\n{self._told()}") if len(said) == VOTES else None

    def _told(self) -> str:
        return "\n".join(_vote(vote.answer, number) for number, vote in enumerate(self.votes, start=1))


async def judged(criterion: str, hearing: Hearing, *, llm: LLM) -> Judgement:
    """Whether a criterion is met: a yes is believed at once, a no when two of at most three votes say so.

    Nothing is raised for a model that breaks: the criterion is then inconclusive, with the reason.
    """
    bench = _Bench()
    while True:
        try:
            vote = await judge_reply(
                hearing.session,
                hearing.agent,
                criterion=criterion,
                reply=hearing.reply,
                llm=llm,
                ask_id=f"{hearing.id}/{len(bench.votes) + 1}",
            )
        except (UndecidedError, ModelError) as error:
            broken = unanswered(error, who="the judge", undecided="judge_failed")
            return Judgement(
                answer=_untold(broken.explanation, reason=broken.reason), records=(*bench.records, *broken.records)
            )
        bench.votes.append(vote)
        if answer := bench.verdict():
            return Judgement(answer=answer, records=bench.records)


def _untold(explanation: str, *, reason: InconclusiveReason = "judge_failed") -> CodeAnswer:
    return CodeAnswer(verdict="inconclusive", explanation=explanation, reason=reason)


def _vote(answer: JudgeAnswer, number: int) -> str:
    quotes = "".join(f"\n  it goes by {quote!r}" for quote in answer.quotes)
    return f"the judge, vote {number}: {SAID[answer.verdict]}: {answer.reason}{quotes}"


def _advice(record: AskRecord) -> str:
    is_offline = any(time.source == "offline" for time in record.times)
    return f"; {NAME_A_MODEL}" if is_offline else ""
