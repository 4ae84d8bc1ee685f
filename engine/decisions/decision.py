"""The one mechanism for asking a model: render, ask, read, object, ask again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..domain.ask import Ask, Reply, Section, Settings
from ..domain.asked import AskMade, AskTime, SectionMark
from ..domain.sensitive import Masking
from ..domain.situation import Situation
from ..domain.values import JSON, digest
from ..errors import ModelError, UndecidedError
from ..masking import mask, mask_sections, restore_answer
from ..ports import LLM
from .prompt import made_with, render


class Answer(BaseModel):
    """What a model answers. Fields that ask for evidence stand before those that decide."""

    # The readers of answers are built when the first answer comes: nearly all decisions are never made in one process.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


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


SettingsLike: TypeAlias = Settings | Sequence[Settings] | None
"""Settings for every attempt, or one after the other, of which the last holds for all that follow."""


async def decide(
    decision: Decision[F, A], facts: F, *, llm: LLM, ask_id: str, settings: SettingsLike = None
) -> Decided[A]:
    """Ask until an answer is acceptable. Raises UndecidedError after the last attempt, ModelError when none answers."""
    record = AskRecord()
    objections: tuple[str, ...] = ()
    ask = first_ask(decision, facts, ask_id=ask_id, settings=settings)
    for attempt in range(1, decision.attempts + 1):
        if attempt > 1:
            sections = sections_of(decision, facts, objections=objections)
            ask = replace(ask, sections=sections, settings=_settings(settings, attempt), attempt=attempt)
        reply = await _reply(llm, ask)
        answer, objections = read_answer(decision, facts, reply=reply)
        record = with_reply(record, ask, reply=as_stored(facts, reply), objections=objections)
        if answer is not None and not objections:
            return Decided(answer=answer, ask=ask_id, record=record)
    raise StillUndecidedError(decision=decision.name, ask=ask_id, objections=objections, record=record)


def first_ask(decision: Decision[F, A], facts: F, *, ask_id: str, settings: SettingsLike = None) -> Ask:
    """A decision's first ask, to which nothing was objected yet."""
    return Ask(
        id=ask_id,
        decision=decision.name,
        sections=sections_of(decision, facts),
        schema=schema_of(decision.answer),
        facts=facts,  # pyright: ignore[reportArgumentType]  # F is one of the closed union of facts
        settings=_settings(settings, 1),
        template=made_with(decision.name, facts),
    )


def sections_of(decision: Decision[F, A], facts: F, *, objections: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """A decision's prompt, with placeholders for what was declared sensitive."""
    sections = with_extra(render(decision.name, facts, objections=objections), facts)
    masking = _masking(facts)
    return mask_sections(masking, sections) if masking else sections


_AFTER_EXTRA = frozenset(("insights", "draft", "reply", "objections", "answer"))
"""What stands behind that which authors add for one turn; what stays the same from turn to turn stands before it."""


def with_extra(sections: tuple[Section, ...], facts: object) -> tuple[Section, ...]:
    """A prompt with the sections that authors' code added for this turn, after the conversation."""
    situation = getattr(facts, "situation", None)
    if not isinstance(situation, Situation) or not situation.extra:
        return sections
    extra = (Section(name=f"own:{name}", text=f"## {name}\n{text}") for name, text in situation.extra)
    cut = next((at for at, section in enumerate(sections) if section.name in _AFTER_EXTRA), len(sections))
    return (*sections[:cut], *extra, *sections[cut:])


def as_stored(facts: object, reply: Reply) -> Reply:
    """A reply with placeholders for what was declared sensitive, also where a model wrote it out."""
    masking = _masking(facts)
    return replace(reply, text=mask(masking, reply.text)) if masking else reply


def _masking(facts: object) -> Masking | None:
    situation = getattr(facts, "situation", None)
    return situation.masking if isinstance(situation, Situation) else None


def _settings(settings: SettingsLike, attempt: int) -> Settings:
    if settings is None or isinstance(settings, Settings):
        return settings or Settings()
    return settings[min(attempt, len(settings)) - 1] if settings else Settings()


async def _reply(llm: LLM, ask: Ask) -> Reply:
    """What the model answers. A ModelError is raised on, with a note of what was being decided."""
    try:
        return await llm.ask(ask)
    except ModelError as error:
        if repr(ask.decision) not in str(error):
            error.add_note(f"while deciding {ask.decision!r} (ask {ask.id})")
        raise


def read_answer(decision: Decision[F, A], facts: F, *, reply: Reply) -> tuple[A | None, tuple[str, ...]]:
    """Read a reply as the decision's answer, sensitive values put back into it, with what is wrong with it."""
    masking = _masking(facts)
    try:
        answer = decision.answer.model_validate_json(restore_answer(masking, reply.text) if masking else reply.text)
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


def with_reply(record: AskRecord, ask: Ask, *, reply: Reply, objections: tuple[str, ...]) -> AskRecord:
    """The record with one more ask and its reply."""
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
    time = AskTime(
        id=ask.id, attempt=ask.attempt, seconds=reply.seconds, source=reply.source, recorded_at=reply.recorded_at
    )
    texts = {mark.digest: part.text for mark, part in zip(marks, ask.sections, strict=True)}
    return AskRecord(
        made=(*record.made, made),
        times=(*record.times, time),
        texts={**record.texts, **texts, made.answer: reply.text},
    )


__all__ = ["Answer", "AskRecord", "Decided", "Decision", "ModelError", "Section", "decide", "read_answer", "schema_of"]
