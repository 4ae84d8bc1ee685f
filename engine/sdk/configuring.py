"""What an author says of the length of an agent's conversations, and of what is sensitive in them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypedDict, cast

from ..domain.context_policy import ContextPolicy
from ..domain.sensitive import SensitivePattern
from ..domain.trace_context import CompressionStrategy
from ..errors import AuthoringError, UnknownNameError
from .names import here


class ContextConfig(TypedDict, total=False):
    """How long conversations may get in prompts, and what must not be forgotten."""

    max_tokens: int | None
    compression_strategy: CompressionStrategy
    important_fields: Iterable[str]


STRATEGIES = ("summarize", "trim")

SHAPES: Mapping[str, str] = {
    "card": r"\b(?:\d[ -]?){12,18}\d\b",
    "email": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",
    "iban": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    "phone": r"(?<![\w.])\+?\(?\d{1,4}\)?(?:[ .-]\(?\d{2,4}\)?){2,4}(?![\w.])",
    "ssn": r"\b\d{3}-\d{2}-\d{4}\b",
}
"""Shapes that can be declared sensitive by their name."""

Sensitive: TypeAlias = Iterable[str] | Mapping[str, str]
"""Names of shapes and regular expressions, or regular expressions by the name that placeholders are called after."""


def context_policy(config: Mapping[str, Any] | None) -> ContextPolicy:
    """What a context_config= asks for. Raises UnknownNameError for a key or a strategy that there is not."""
    config = config or {}
    for key in config:
        if key not in ContextConfig.__annotations__:
            known = ContextConfig.__annotations__
            raise UnknownNameError(kind="key of context_config", name=key, known=known, place=here())
    strategy = config.get("compression_strategy", "summarize")
    if strategy not in STRATEGIES:
        place = here()
        raise UnknownNameError(kind="compression strategy", name=str(strategy), known=STRATEGIES, place=place)
    return ContextPolicy(
        max_tokens=config.get("max_tokens"),
        strategy=strategy,
        important=tuple(config.get("important_fields", ())),
    )


def sensitive_patterns(sensitive: Sensitive | None) -> tuple[SensitivePattern, ...]:
    """What was declared sensitive. Raises AuthoringError for what is neither a shape nor a regular expression."""
    if isinstance(sensitive, Mapping):
        named = list(cast("Mapping[str, str]", sensitive).items())
    else:
        named = _named([sensitive] if isinstance(sensitive, str) else sensitive or ())
    return tuple(_pattern(name, shape) for name, shape in named)


def _named(sensitive: Iterable[str]) -> list[tuple[str, str]]:
    """Shapes by their name; a regular expression of the author's has the name `secret`."""
    return [(text, SHAPES[text]) if text in SHAPES else (_checked(text), text) for text in sensitive]


def _checked(text: str) -> str:
    if re.fullmatch(r"[a-z_]+", text):
        raise UnknownNameError(kind="shape of what is sensitive", name=text, known=SHAPES, place=here())
    return "secret"


def _pattern(name: str, shape: str) -> SensitivePattern:
    shape = SHAPES.get(shape, shape)
    try:
        found_nothing = re.compile(shape).fullmatch("") is not None
    except re.error as error:
        raise AuthoringError(here(f"the sensitive pattern {shape!r} is no regular expression: {error}")) from None
    if found_nothing:
        raise AuthoringError(here(f"the sensitive pattern {shape!r} finds the empty text; let it ask for more"))
    return SensitivePattern(name=name, pattern=shape)
