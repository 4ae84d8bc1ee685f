"""Reading a function's signature as the parameters of a tool, with everything that is wrong with it at once."""

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from ..domain.tool import Parameter, ValueSource
from ..domain.tool_context import CONTEXT_NAMES, ToolContext, is_context
from ..domain.values import JSON
from .docstrings import Docstring
from .types import UnfitTypeError, read_type


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolParameterOptions:
    """What an author says of a tool's parameter, as `Annotated[str, ToolParameterOptions(...)]`."""

    hidden: bool = False
    """Whether a missing value is never mentioned to the customer."""
    source: ValueSource = "any"
    """Who may give the value: "customer" alone, "context" alone, or "any"."""
    description: str | None = None
    significance: str | None = None
    """Why the value is needed, in words for the customer."""
    examples: Sequence[str] = field(default=(), hash=False)
    adapter: Callable[[JSON], Any] | None = None
    """Makes the function's value from the argument's JSON, sync or async, in place of the conversion by type."""
    choice_provider: Callable[..., Any] | None = None
    """Gives the allowed texts at the time of the call, sync or async; takes the context or plugin data by name."""
    precedence: int | None = None
    """Among missing and invalid parameters only those of the lowest number are spoken of."""
    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a signature says."""

    parameters: tuple[Parameter, ...] = ()
    context: str | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict[str, Any])
    options: Mapping[str, ToolParameterOptions] = field(default_factory=dict[str, ToolParameterOptions])
    mistakes: tuple[str, ...] = ()


def read_signature(function: Callable[..., Any], docstring: Docstring, *, names: Mapping[str, Any]) -> Signature:
    """Read a function's signature. `names` are those of the scope it is defined in, for annotations that are text."""
    parameters: list[Parameter] = []
    contexts: list[str] = []
    annotations: dict[str, Any] = {}
    options: dict[str, ToolParameterOptions] = {}
    mistakes: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        try:
            annotation, own = _unwrapped(_annotation(parameter, function, names=names))
            if _takes_context(parameter, annotation):
                contexts.append(parameter.name)
                continue
            read = _parameter(parameter, annotation, options=own, description=docstring.parameters.get(parameter.name))
        except UnfitTypeError as problem:
            mistakes.append(f"parameter {parameter.name!r} {problem}")
            continue
        parameters.append(read)
        annotations[parameter.name] = annotation
        options[parameter.name] = own
    if len(contexts) > 1:
        mistakes.append(f"parameters {', '.join(map(repr, contexts))} all take the context: keep one of them")
    return Signature(
        parameters=tuple(parameters),
        context=contexts[0] if contexts else None,
        annotations=annotations,
        options=options,
        mistakes=tuple(mistakes),
    )


def _takes_context(parameter: inspect.Parameter, annotation: Any) -> bool:
    """Whether it is known by its type or its name; a name with a type that a model can write is an argument."""
    if annotation is ToolContext or ToolContext in get_args(annotation):
        return True
    if parameter.name not in CONTEXT_NAMES or annotation is inspect.Parameter.empty:
        return parameter.name in CONTEXT_NAMES
    try:
        read_type(annotation)
    except UnfitTypeError:
        return True
    return False


def _annotation(parameter: inspect.Parameter, function: Callable[..., Any], *, names: Mapping[str, Any]) -> Any:
    """The parameter's annotation as an object. Raises UnfitTypeError where its text stands for nothing."""
    written: Any = parameter.annotation
    if written is inspect.Parameter.empty:
        return written
    holder = types.SimpleNamespace(__annotations__={"it": written})
    try:
        return get_type_hints(holder, getattr(function, "__globals__", {}), dict(names), include_extras=True)["it"]
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        # A name that is only imported for type checkers is enough to know the context by.
        if is_context(written) or parameter.name in CONTEXT_NAMES:
            return ToolContext
        raise UnfitTypeError(f"has the type {written!r}, which can't be read: {error}") from error


def _unwrapped(annotation: Any) -> tuple[Any, ToolParameterOptions]:
    """The annotation without our options, and these; they may stand inside of `Optional` too."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *notes = get_args(annotation)
        own = [note for note in notes if isinstance(note, ToolParameterOptions)]
        kept = tuple(note for note in notes if not isinstance(note, ToolParameterOptions))
        bare, nested = _unwrapped(inner)
        return (Annotated[(bare, *kept)] if kept else bare), (own[-1] if own else nested)
    if origin in (Union, types.UnionType):
        arms = [_unwrapped(arm) for arm in get_args(annotation)]
        found = [options for _, options in arms if options != ToolParameterOptions()]
        return Union[tuple(bare for bare, _ in arms)], (found[-1] if found else ToolParameterOptions())  # noqa: UP007
    return annotation, ToolParameterOptions()


def _parameter(
    parameter: inspect.Parameter, annotation: Any, *, options: ToolParameterOptions, description: str | None
) -> Parameter:
    """A parameter as a model sees it. Raises UnfitTypeError."""
    _check_kind(parameter)
    _check_options(options)
    if annotation is inspect.Parameter.empty:
        raise UnfitTypeError(f"has no type: write one, such as {parameter.name}: str")
    read = read_type(annotation, any_type=options.adapter is not None)
    if options.choice_provider is not None and read.type not in ("string", "array"):
        raise UnfitTypeError(f"has a choice_provider, which gives texts, but is no str: it is {read.type!r}")
    return Parameter(
        name=parameter.name,
        type=read.type,
        required=not read.optional and parameter.default is inspect.Parameter.empty,
        item=read.item,
        choices=read.choices,
        provided=options.choice_provider is not None,
        schema=read.schema,
        description=options.description or description or "",
        examples=tuple(options.examples),
        display_name=options.display_name or "",
        significance=options.significance or "",
        source=options.source,
        hidden=options.hidden,
        precedence=options.precedence,
    )


def _check_kind(parameter: inspect.Parameter) -> None:
    match parameter.kind:
        case inspect.Parameter.VAR_POSITIONAL | inspect.Parameter.VAR_KEYWORD:
            raise UnfitTypeError("takes any number of arguments: name each one, so that a model can be told of it")
        case inspect.Parameter.POSITIONAL_ONLY:
            raise UnfitTypeError("can't be given by name: remove the '/' from the signature")
        case _:
            pass
    if parameter.name in ("self", "cls") and parameter.annotation is inspect.Parameter.empty:
        raise UnfitTypeError("makes it a method: define the tool as a function outside of the class")


def _check_options(options: ToolParameterOptions) -> None:
    if options.source not in get_args(ValueSource):
        raise UnfitTypeError(f"has the source {options.source!r}: write one of {', '.join(get_args(ValueSource))}")
    examples: object = options.examples
    if isinstance(examples, str) or not all(isinstance(item, str) for item in cast("Sequence[object]", examples)):
        raise UnfitTypeError(f"has the examples {examples!r}: write a list of texts")
