"""From templates to texts: fields filled in, those included that a model has to word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..asking.asks import ask_id, next_ordinal, side_by_side, with_asks
from ..asking.situation import situation
from ..decisions.decision import AskRecord, StillUndecidedError, decide
from ..decisions.generate_field import GENERATE_FIELD
from ..domain.facts import FieldFacts, ResponseCandidate
from ..domain.knowledge import CannedResponseField
from ..domain.turn import Turn
from ..domain.values import JSON
from ..errors import TemplateError
from ..services import Services
from .candidates import Candidate, available_fields
from .canned import GENERATIVE, RenderError, generative_fields, render
from .record import with_fates


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The turn with the fate of what could not be rendered, and the texts of the rest."""

    turn: Turn
    texts: tuple[ResponseCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A field of a candidate that a model has to word."""

    candidate: Candidate
    field: str

    @property
    def explained(self) -> CannedResponseField:
        """What the response's author says of it."""
        said = (one for one in self.candidate.fields if one.name == self.field)
        return next(said, CannedResponseField(name=self.field))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worded:
    """What a model made of a field; None where it knew nothing."""

    wanted: _Wanted
    value: str | None
    record: AskRecord = field(default_factory=AskRecord)


async def render_all(turn: Turn, services: Services, *, draft: str, candidates: Sequence[Candidate]) -> Rendered:
    """Render candidates. One whose template fails, or for one of whose fields there is no value, can't be said."""
    turn, worded = await _word_fields(turn, services, draft=draft, candidates=candidates)
    fields = available_fields(turn)
    texts: list[ResponseCandidate] = []
    fates: dict[str, str] = {}
    for candidate in candidates:
        values = worded.get(candidate.id, {})
        missing = [name for name, value in values.items() if value is None]
        if missing:
            fates[candidate.id] = f"nothing is known for {', '.join(f'{GENERATIVE}.{name}' for name in missing)}"
            continue
        try:
            text = render(candidate.template, {**fields, GENERATIVE: values})
        except RenderError as error:
            fates[candidate.id] = str(error)
            continue
        if text.strip():
            texts.append(ResponseCandidate(id=candidate.id, text=text, signals=candidate.signals))
        else:
            fates[candidate.id] = "it renders to nothing"
    return Rendered(turn=with_fates(turn, fates), texts=tuple(texts))


def render_plain(turn: Turn, candidates: Sequence[Candidate]) -> tuple[ResponseCandidate, ...]:
    """Render what needs no model; what can't be rendered is left out."""
    fields = available_fields(turn)
    texts: list[ResponseCandidate] = []
    for candidate in candidates:
        try:
            texts.append(ResponseCandidate(id=candidate.id, text=render(candidate.template, fields)))
        except RenderError:
            continue
    return tuple(one for one in texts if one.text.strip())


async def _word_fields(
    turn: Turn, services: Services, *, draft: str, candidates: Sequence[Candidate]
) -> tuple[Turn, Mapping[str, dict[str, JSON]]]:
    """Ask for the fields that have to be worded, each once for each response; values by response and field."""
    wanted = [_Wanted(candidate=candidate, field=name) for candidate in candidates for name in _names(candidate)]
    first = next_ordinal(turn, GENERATE_FIELD.name)
    answered = await side_by_side(
        _word(turn, services, draft=draft, wanted=one, ordinal=number) for number, one in enumerate(wanted, start=first)
    )
    values: dict[str, dict[str, JSON]] = {}
    for one in answered:
        values.setdefault(one.wanted.candidate.id, {})[one.wanted.field] = one.value
    return with_asks(turn, [one.record for one in answered]), values


def _names(candidate: Candidate) -> tuple[str, ...]:
    try:
        return generative_fields(candidate.template)
    except TemplateError:  # a tool's own; rendering says what is wrong with it
        return ()


async def _word(turn: Turn, services: Services, *, draft: str, wanted: _Wanted, ordinal: int) -> _Worded:
    """One field's value. That the model stays undecided costs the response, not the turn."""
    explained = wanted.explained
    facts = FieldFacts(
        situation=situation(turn),
        draft=draft,
        template=wanted.candidate.template,
        field=wanted.field,
        description=explained.description,
        examples=explained.examples,
    )
    name = ask_id(turn, GENERATE_FIELD.name, ordinal=ordinal)
    settings = services.settings_for(GENERATE_FIELD.name)
    try:
        decided = await decide(GENERATE_FIELD, facts, llm=services.llm, ask_id=name, settings=settings)
    except StillUndecidedError as error:
        return _Worded(wanted=wanted, value=None, record=error.record)
    return _Worded(wanted=wanted, value=decided.answer.value, record=decided.record)
