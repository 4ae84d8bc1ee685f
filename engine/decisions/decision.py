"""The one mechanism for asking a model: render, ask, read, object, ask again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..domain.ask import Ask, Reply, Section, Settings
from ..domain.trace import AskMade, AskTime, SectionMark
from ..domain.values import JSON, digest
from ..errors import ModelError, UndecidedError
from ..ports import LLM
from .prompt import render, template_digest


class Answer(BaseModel):
    """What a model answers. Fields that ask for evidence stand before those that decide."""

    model_config = ConfigDict(extra="forbid", frozen=True)


F = TypeVar("F")
A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[F, A]):
    """A kind of question: its name is also its template, its examples and its row in reports."""

    name: str
    answer: type[A]
    objections: Callable[[F, A], tuple[str, ...]]
    """What is wrong with an answer to these facts, in sentences a model can act on; empty when it is acceptable."""
    attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord:
    """The asks behind a decision, ready for the trace."""

    made: tuple[AskMade, ...] = ()
    times: tuple[AskTime, ...] = ()
    texts: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Generic[A]):
    """An acceptable answer, and the asks it took."""

    answer: A
    ask: str
    record: AskRecord


class StillUndecidedError(UndecidedError):
    """UndecidedError with the asks that were made, for whoever can do something about it."""

    def __init__(self, *, decision: str, ask: str, objections: tuple[str, ...], record: AskRecord) -> None:
        super().__init__(decision=decision, ask=ask, objections=objections)
        self.record = record


async def decide(
    decision: Decision[F, A], facts: F, *, llm: LLM, ask_id: str, settings: Settings | None = None
) -> Decided[A]:
    """Ask until an answer is acceptable. Raises UndecidedError after the last attempt, ModelError when none answers."""
    record = AskRecord()
    objections: tuple[str, ...] = ()
    for attempt in range(1, decision.attempts + 1):
        ask = Ask(
            id=ask_id,
            decision=decision.name,
            sections=render(decision.name, facts, objections=objections),
            schema=schema_of(decision.answer),
            facts=facts,  # pyright: ignore[reportArgumentType]  # F is one of the closed union of facts
            settings=settings or Settings(),
            attempt=attempt,
            template=template_digest(decision.name),
        )
        reply = await _reply(llm, ask)
        answer, objections = read_answer(decision, facts, reply=reply)
        record = _with(record, ask, reply=reply, objections=objections)
        if answer is not None and not objections:
            return Decided(answer=answer, ask=ask_id, record=record)
    raise StillUndecidedError(decision=decision.name, ask=ask_id, objections=objections, record=record)


async def _reply(llm: LLM, ask: Ask) -> Reply:
    """What the model answers. A ModelError is raised on, with a note of what was being decided."""
    try:
        return await llm.ask(ask)
    except ModelError as error:
        if repr(ask.decision) not in str(error):
            error.add_note(f"while deciding {ask.decision!r} (ask {ask.id})")
        raise


def read_answer(decision: Decision[F, A], facts: F, *, reply: Reply) -> tuple[A | None, tuple[str, ...]]:
    """Read a reply as the decision's answer, with what is wrong with it."""
    try:
        answer = decision.answer.model_validate_json(reply.text)
    except ValidationError as error:
        return None, tuple(_objection(problem) for problem in error.errors(include_url=False)[:5])
    return answer, decision.objections(facts, answer)


def _objection(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "json_invalid":
        return f"the answer was not valid JSON ({problem['msg']}); answer with one JSON object and nothing else"
    return f"the answer does not fit the schema at {place or 'its top'}: {problem['msg']}"


_schemas: dict[type[Answer], dict[str, JSON]] = {}


def schema_of(answer: type[Answer]) -> dict[str, JSON]:
    """The JSON Schema of an answer type."""
    if answer not in _schemas:
        _schemas[answer] = answer.model_json_schema()
    return _schemas[answer]


def _with(record: AskRecord, ask: Ask, *, reply: Reply, objections: tuple[str, ...]) -> AskRecord:
    marks = tuple(SectionMark(name=part.name, digest=part.digest, size=len(part.text)) for part in ask.sections)
    made = AskMade(
        id=ask.id,
        decision=ask.decision,
        attempt=ask.attempt,
        sections=marks,
        model=reply.model,
        answer=digest(reply.text),
        usage=reply.usage,
        objections=objections,
    )
    time = AskTime(id=ask.id, attempt=ask.attempt, seconds=reply.seconds, source=reply.source)
    texts = {mark.digest: part.text for mark, part in zip(marks, ask.sections, strict=True)}
    return AskRecord(
        made=(*record.made, made),
        times=(*record.times, time),
        texts={**record.texts, **texts, made.answer: reply.text},
    )


__all__ = ["Answer", "AskRecord", "Decided", "Decision", "ModelError", "Section", "decide", "read_answer", "schema_of"]
