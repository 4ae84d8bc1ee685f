"""The short ways to write a guideline: a sentence, a name, a decorated function, a dictionary."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Unpack, cast, overload

from ..domain.values import JSON, Source, fold_name
from ..errors import UnknownNameError
from . import guidelines as handles
from .draft import AgentDraft
from .making import GuidelineOptions, criticality_of, make_guideline
from .names import caller, here, names_at_caller

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrittenGuideline:
    """A guideline that was written as a function. Calling it gives its text."""

    name: str
    action: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    source: Source | None = None

    def __call__(self) -> str:
        return self.action


Written: TypeAlias = str | Mapping[str, Any] | WrittenGuideline | handles.Guideline
"""A sentence or a name, a dictionary, a decorated function, or a guideline that is there already."""


@overload
def guideline(function: Callable[[], object], /) -> WrittenGuideline: ...


@overload
def guideline(
    *, condition: str | None = None, **options: Unpack[GuidelineOptions]
) -> Callable[[Callable[[], object]], WrittenGuideline]: ...


def guideline(
    function: Callable[[], object] | None = None,
    /,
    *,
    condition: str | None = None,
    **options: Unpack[GuidelineOptions],
) -> WrittenGuideline | Callable[[Callable[[], object]], WrittenGuideline]:
    """Make a function without parameters into a guideline: the text that it returns is the action, its name the id.

    The function is called once, now; one that returns nothing is read from its docstring. Further parameters are those
    of create_guideline. Raises ValueError for a function that can't be one.
    """
    said = {"condition": condition, **options} if condition is not None else dict(options)

    def make(decorated: Callable[[], object]) -> WrittenGuideline:
        name = getattr(decorated, "__name__", "guideline")
        return WrittenGuideline(name=name, action=_text(decorated, name), options=said, source=caller())

    return make(function) if function is not None else make


def _text(function: Callable[[], object], name: str) -> str:
    needed = [part for part in inspect.signature(function).parameters.values() if part.default is part.empty]
    if needed or inspect.iscoroutinefunction(function):
        what = "waits for something" if not needed else f"wants {', '.join(repr(part.name) for part in needed)}"
        raise ValueError(here(f"guideline {name!r} {what}: make it a plain function without parameters"))
    said = function()
    text = inspect.getdoc(function) if said is None else said
    if not isinstance(text, str) or not text.strip():
        raise ValueError(here(f"guideline {name!r} must return its text, or have it as its docstring"))
    return text.strip()


def add_guidelines(
    draft: AgentDraft, written: Iterable[Written] | Mapping[str, str | Mapping[str, Any]], *, journey: str | None = None
) -> list[handles.Guideline]:
    """Add guidelines in the order given, however each is written; a mapping has them by name."""
    if isinstance(written, Mapping):
        named = cast("Mapping[str, str | Mapping[str, Any]]", written)
        written = [{"name": name, **({"action": it} if isinstance(it, str) else it)} for name, it in named.items()]
    return [add_written(draft, one, journey=journey) for one in written]


def add_written(draft: AgentDraft, written: Written, *, journey: str | None = None) -> handles.Guideline:
    """Add one guideline, however it is written.

    A sentence is an action that always applies. A plain name is the guideline of that name, where the agent or the
    module that calls has one, else its words are the action. A dictionary has the keys of create_guideline and `name`.
    Raises UnknownNameError for a key that is none of these.
    """
    match written:
        case handles.Guideline():
            return written
        case WrittenGuideline():
            return _decorated(draft, written, journey=journey)
        case str():
            if _NAME.fullmatch(written.strip()):
                return _by_name(draft, written.strip(), journey=journey)
            return make_guideline(draft, action=written, journey=journey)
        case _:
            return _from_dictionary(draft, written, journey=journey)


def find_by_name(draft: AgentDraft, name: str) -> Sequence[str]:
    """Ids of the guidelines that a name may stand for; case, spaces, - and _ make no difference."""
    if name in draft.guidelines:
        return [name]
    wanted = fold_name(name)
    return [item.id for item in draft.guidelines.values() if wanted in (fold_name(item.id), fold_name(item.name))]


def _decorated(draft: AgentDraft, written: WrittenGuideline, *, journey: str | None) -> handles.Guideline:
    options = {"id": written.name, **written.options}
    return make_guideline(draft, action=written.action, journey=journey, **cast(Any, options))


def _by_name(draft: AgentDraft, name: str, *, journey: str | None) -> handles.Guideline:
    known = find_by_name(draft, name)
    if len(known) > 1:
        raise UnknownNameError(kind="guideline", name=name, several=known, place=here())
    if known:
        return handles.Guideline(draft, known[0])
    for value in names_at_caller().values():
        if isinstance(value, WrittenGuideline) and fold_name(value.name) == fold_name(name):
            return _decorated(draft, value, journey=journey)
    return make_guideline(draft, action=_words(name), id=name, journey=journey)


def _from_dictionary(draft: AgentDraft, written: Mapping[str, Any], *, journey: str | None) -> handles.Guideline:
    known = ("name", "condition", "action", *GuidelineOptions.__annotations__)
    for key in written:
        if key not in known:
            raise UnknownNameError(kind="key of a guideline", name=key, known=known, place=here())
    options = {key: value for key, value in written.items() if key not in ("name", "priority")}
    name = written.get("name")
    if name is not None and not options.get("id") and not options.get("title"):
        options["id" if _NAME.fullmatch(name) else "title"] = name
    if name is not None and not options.get("action") and options.get("matcher") is None:
        options["action"] = _words(name)
    options |= _importance(written)
    return make_guideline(draft, journey=journey, **cast(Any, options))


def _importance(written: Mapping[str, Any]) -> dict[str, JSON]:
    """A number is the priority; a word in its place says how critical the guideline is."""
    given = written.get("priority")
    if not isinstance(given, str):
        return {} if given is None else {"priority": given}
    if "criticality" in written and criticality_of(written["criticality"]) is not criticality_of(given):
        raise ValueError(
            here(
                f"a guideline is {written['criticality']!r} by its criticality and {given!r} by its priority, "
                "and words mean criticality in both: keep one of them, or make priority a number"
            )
        )
    return {"criticality": given}


def _words(name: str) -> str:
    """The words of a name: "verify_identity" is to verify identity."""
    return re.sub(r"[_\s-]+", " ", name).strip()
