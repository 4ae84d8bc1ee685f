"""Rendering templates that nobody has to trust: a part of Jinja's language, in its sandbox, with everything bounded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import BuiltinMethodType, MethodType
from typing import Any, TypeAlias, cast

import jinja2
from jinja2 import meta, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.filters import FILTERS  # pyright: ignore[reportUnknownVariableType]  # its values' type is left open
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS  # pyright: ignore[reportUnknownVariableType]

from ..domain.values import JSON
from .bounds import CHECKS, OPERATORS, Meter, bounded_range, braces_format, percent_format, tojson
from .faults import RenderError, Unreadable
from .language import (
    CONCAT,
    EACH,
    JINJA_FILTERS,
    JINJA_TESTS,
    SMALL,
    WEIGHED,
    Bounded,
    check_language,
    generative_names,
    standard_names,
)

MOST_OUTPUT = 20_000
"""Characters of a template, and of what it renders to."""

_METER = "(meter)"  # no name that a template could write
_FAILURES = (
    *(jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError),
)
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(
        (
            *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdecimal"),
            *("isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join", "lower", "lstrip"),
            *("partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit"),
            *("rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper"),
        )
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    LoopContext: frozenset({"changed", "cycle"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A template that can be rendered."""

    fields: frozenset[str]
    """The root names that it takes from its fields."""
    generative: tuple[str, ...]
    """The names behind `generative.`, which a model would have to word."""
    standard: frozenset[str]
    """The names behind `std.` without which it says nothing."""
    template: jinja2.Template


@lru_cache(maxsize=1024)
def read(text: str) -> Readable:
    """Read a template. Raises Unreadable."""
    if len(text) > MOST_OUTPUT:
        raise Unreadable(f"it has more than {MOST_OUTPUT:,} characters")
    try:
        tree = _SANDBOX.parse(text)
        check_language(tree)
        fields = frozenset(meta.find_undeclared_variables(tree))
        generative, standard = generative_names(tree), standard_names(tree)
        template = _SANDBOX.from_string(cast("nodes.Template", Bounded().visit(tree)))
    except TemplateSyntaxError as error:
        raise Unreadable(error.message or "it can't be read", line=error.lineno) from error
    except (RecursionError, SyntaxError, ValueError, OverflowError) as error:
        raise Unreadable(f"it can't be read: {error}") from error
    return Readable(fields=fields, generative=generative, standard=standard, template=template)


def render_readable(readable: Readable, fields: Mapping[str, JSON]) -> str:
    """Render with fields. Raises RenderError."""
    try:
        text = readable.template.render({**fields, _METER: Meter()})
    except _FAILURES as error:
        raise RenderError(str(error) or type(error).__name__) from error
    if len(text) > MOST_OUTPUT:
        raise RenderError(f"it renders to more than {MOST_OUTPUT:,} characters")
    return text


# Rendering


class _NotThere(jinja2.StrictUndefined):
    """A field that is not there, in words for people who know no Python."""

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or f"there is no field {self._undefined_name!r}"


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(OPERATORS)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        meter = _meter(context)
        meter.weigh(left, right)
        return meter.settle(OPERATORS[operator](left, right))

    def getattr(self, obj: Any, attribute: str) -> Any:
        # A field named `items` or `values` is meant before the method of that name.
        if isinstance(obj, Mapping) and attribute in obj:
            return cast("Mapping[str, Any]", obj)[attribute]
        return super().getattr(obj, attribute)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        wrapped = super().wrap_str_format(value)
        return None if wrapped is None else _Format(text=value.__self__, run=wrapped)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        for name in ("_loop_vars", "_block_vars"):  # Jinja's own, for functions that want the context
            kwargs.pop(name, None)
        meter = _meter(context)
        meter.weigh(*args, *kwargs.values())
        if isinstance(called, jinja2.Undefined):
            raise RenderError(f"{called!s} is not defined")  # str() of it raises, naming it
        if not _callable(called):
            name = getattr(called, "__name__", type(called).__name__)
            raise SecurityError(f"{name!r} can't be called in a canned response")
        if isinstance(called, BuiltinMethodType) and not isinstance(called.__self__, type):
            _check_method(called, args)
            meter.weigh(called.__self__)
        return meter.settle(called(*args, **kwargs))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    """A text's own method `format`, in bounds."""

    text: str
    run: Callable[..., str]

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        braces_format(self.text, [*args, *kwargs.values()])
        return self.run(*args, **kwargs)


def _callable(called: Any) -> bool:
    if called is bounded_range or isinstance(called, _Format):
        return True
    if not isinstance(called, BuiltinMethodType | MethodType):
        return False
    owner: object = called.__self__
    return any(isinstance(owner, kind) and called.__name__ in names for kind, names in _METHODS.items())


def _check_method(called: BuiltinMethodType, args: tuple[Any, ...]) -> None:
    match called.__name__:
        case "replace":
            CHECKS["replace"](called.__self__, *args)
        case "join":
            CHECKS["join"](*args, called.__self__)
        case _:
            pass


def _meter(context: Context) -> Meter:
    return cast("Meter", context.resolve(_METER))


def _metered(function: Callable[..., Any], check: Callable[..., None] | None = None) -> Callable[..., Any]:
    """A filter or test that pays for what it looks at and makes."""
    wants = getattr(getattr(function, "jinja_pass_arg", None), "name", "")

    @pass_context
    def run(context: Context, *args: Any, **kwargs: Any) -> Any:
        meter = _meter(context)
        meter.weigh(*args, *kwargs.values())
        if check is not None:
            check(*args, **kwargs)
        passed = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        first = (passed[wants],) if wants else ()
        return meter.settle(function(*first, *args, **kwargs))

    return run


@pass_context
def _each(context: Context, value: Any, *, weight: int) -> list[Any]:
    meter = _meter(context)
    items = list(meter.settle(value)) if not isinstance(value, list | tuple) else list(cast("list[Any]", value))
    meter.spend(weight * len(items))
    return items


@pass_context
def _say(context: Context, value: Any) -> str:
    if value is None:
        raise RenderError("one of its fields has no value")
    _meter(context).settle(value)
    return str(value)


def _concat(parts: list[Any]) -> str:
    return "".join(str(part) for part in parts)


def _same(value: Any) -> Any:
    return value


@pass_context
def _weighed(context: Context, value: Any) -> Any:
    _meter(context).weigh(value)
    return value


def _format(text: object, *args: object, **named: object) -> str:
    return percent_format(str(text), named or args)


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(undefined=_NotThere, finalize=_say, autoescape=False, optimized=False, cache_size=0)
    filters, tests = cast("_Functions", FILTERS), cast("_Functions", TESTS)
    own: _Functions = {"format": _format, "tojson": tojson, CONCAT: _concat, SMALL: _same}
    sandbox.filters = {name: _metered(filters[name], CHECKS.get(name)) for name in JINJA_FILTERS}
    sandbox.filters |= {name: _metered(function) for name, function in own.items()}
    sandbox.filters |= {EACH: _each, WEIGHED: _weighed}
    sandbox.tests = {name: _metered(tests[name]) for name in JINJA_TESTS}
    sandbox.globals = {"range": bounded_range}
    return sandbox


_Functions: TypeAlias = Mapping[str, Callable[..., Any]]
_SANDBOX = _sandbox()
