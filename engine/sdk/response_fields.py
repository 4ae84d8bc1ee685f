"""The fields of canned responses as authors explain them: what belongs there, with examples."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from ..composition.canned import GENERATIVE, fields_of, generative_fields
from ..domain.knowledge import CannedResponseField
from ..errors import UnknownNameError, closest

FieldLike: TypeAlias = CannedResponseField | Mapping[str, Any]

KEYS = ("name", "description", "examples")
WANTED = 'a field is written as {"name": "reason", "description": "...", "examples": ["..."]}'


def is_field(value: object) -> bool:
    """Whether something explains a field: an object made for it, or a mapping that says the same."""
    return isinstance(value, CannedResponseField) or not field_problem(value)


def field_problem(given: object) -> str:
    """What is wrong with an explanation of a field; empty where nothing is."""
    if not isinstance(given, Mapping):
        return WANTED
    said = cast("Mapping[Any, Any]", given)
    for key in said:
        if key not in KEYS:
            near = closest(str(key), KEYS)
            hint = f"did you mean {near!r}?" if near else f"it may have {', '.join(KEYS)}"
            return f"a field has no {key!r}; {hint}"
    name, examples = said.get("name"), said.get("examples", ())
    if not isinstance(name, str) or not name.strip() or not isinstance(said.get("description", ""), str):
        return WANTED
    if isinstance(examples, str) or not isinstance(examples, Sequence):
        return f"examples of field {name!r} must be a list of texts, not {examples!r}"
    if not all(isinstance(item, str) for item in cast("Sequence[Any]", examples)):
        return f"examples of field {name!r} must be texts"
    return ""


def fields_from(given: Iterable[FieldLike]) -> tuple[CannedResponseField, ...]:
    """What was given, as values; a name may stand with `generative.` before it or without."""
    return tuple(_field(one) for one in given)


def _field(given: FieldLike) -> CannedResponseField:
    said: Mapping[str, Any] = (
        {"name": given.name, "description": given.description, "examples": given.examples}
        if isinstance(given, CannedResponseField)
        else given
    )
    return CannedResponseField(
        name=said["name"].removeprefix(f"{GENERATIVE}."),
        description=said.get("description", ""),
        examples=tuple(said.get("examples", ())),
    )


def names_in(template: str) -> tuple[str, ...]:
    """The fields of a template that can be explained: those that are worded, then the rest. Raises TemplateError."""
    return (*generative_fields(template), *sorted(fields_of(template) - {GENERATIVE}))


def check_taken(
    fields: Iterable[CannedResponseField], *, template: str, dependencies: Collection[str] = (), place: str = ""
) -> None:
    """Refuse an explanation of a field that the template does not take: a misspelt one would never be shown."""
    known = (*names_in(template), *dependencies)
    for one in fields:
        if one.name not in known:
            raise UnknownNameError(kind="field of the template", name=one.name, known=known, place=place)
