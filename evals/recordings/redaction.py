"""Secrets out of what is stored: found by shape, replaced by numbered placeholders, put back where they are known.

A placeholder stands for one secret throughout a trial, so two secrets never share a key. A secret first seen in a
request is numbered in the order of appearance, which is the same in every run. One that first appears in an answer or a
tool's result is numbered under the key of that recording, because answers arrive in any order: such a placeholder is
text like any other from then on, also where the secret is not known.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from ...engine.domain.values import JSON
from .errors import RedactionPatternError

Span = tuple[int, int]

REMEMBERED = 10_000
"""Texts without a secret that are known at most."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a secret looks like, and the marks of which every such secret has one; without marks it is always sought.

    To look for a mark takes a hundredth of the time that a regular expression takes, and nearly no text has one.
    """

    pattern: re.Pattern[str]
    marks: tuple[str, ...] = ()

    def spans_in(self, text: str) -> Iterator[Span]:
        """Where such secrets stand in a text."""
        return (found.span() for found in self.pattern.finditer(text))

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth looking; a loop is the quickest way to ask, and it is asked for every text."""
        for mark in self.marks:
            if mark in text:
                return True
        return not self.marks


SHAPES: tuple[Shape, ...] = tuple(
    Shape(re.compile(pattern), tuple(marks))
    for pattern, *marks in (
        (r"\bsk-[A-Za-z0-9_-]{16,}", "sk-"),
        (r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", "AKIA", "ASIA"),
        (r"\bgh[pousr]_[A-Za-z0-9]{20,}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        (r"\bgithub_pat_[A-Za-z0-9_]{20,}", "github_pat_"),
        (r"\bxox[abeprs]-[A-Za-z0-9-]{10,}", "xox"),
        (r"\bAIza[A-Za-z0-9_-]{30,}", "AIza"),
        (r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*", "eyJ"),
        (r"\b[Bb]earer [A-Za-z0-9._~+/-]{16,}=*", "earer "),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----", "-----BEGIN "),
    )
)
"""Credentials that give themselves away by their shape."""

_NUMBERED = re.compile(r"⟦secret \d+⟧")
_BORN = re.compile(r"⟦secret [0-9a-f]{8}\.\d+⟧")
_ANY = re.compile(r"⟦secret (?:[0-9a-f]{8}\.)?\d+⟧")
_LIKE_A_PLACEHOLDER = Shape(_NUMBERED, ("⟦",))


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is sought by the same patterns in every trial, and texts that hold none of it: most come again and again."""

    shapes: tuple[Shape, ...]
    clean: set[str]

    def is_clean(self, text: str) -> bool:
        """Whether a text holds no secret."""
        if text in self.clean:
            return True
        if find_secrets(text, self.shapes):
            return False
        if len(self.clean) >= REMEMBERED:
            self.clean.clear()
        self.clean.add(text)
        return True


class Redaction:
    """The secrets of one trial and the placeholders that stand for them."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._sought = _sought(tuple(patterns))
        self._placeholders: dict[tuple[str, str], str] = {}
        self._secrets: dict[str, JSON] = {}
        self._counts: dict[str, int] = {}

    def text(self, text: str, *, born: str = "") -> str:
        """The text with placeholders for its secrets; new ones are numbered under `born`, the key of a recording."""
        if self._sought.is_clean(text):
            return text
        parts: list[str] = []
        end = 0
        for start, stop in find_secrets(text, self._sought.shapes):
            parts += [text[end:start], self._placeholder(text[start:stop], born)]
            end = stop
        return "".join([*parts, text[end:]])

    def value(self, value: JSON, *, born: str = "") -> JSON:
        """A JSON value with placeholders for the secrets in its texts, its keys and its numbers."""
        if isinstance(value, str):
            return self.text(value, born=born)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._placeholder(value, born) if find_secrets(str(value), self._sought.shapes) else value
        if isinstance(value, Mapping):
            items = cast("Mapping[str, JSON]", value).items()
            return {self.text(key, born=born): self.value(item, born=born) for key, item in items}
        if isinstance(value, (list, tuple)):
            return [self.value(item, born=born) for item in cast("Sequence[JSON]", value)]
        return value

    def answer(self, text: str, *, born: str = "") -> str:
        """A model's answer with placeholders: read as JSON where it is JSON, so that escapes hide nothing."""
        try:
            answer = json.loads(text)
        except ValueError:
            return self.text(text, born=born)
        redacted = self.value(answer, born=born)
        return text if redacted == answer else json.dumps(redacted, ensure_ascii=False)

    def restore(self, text: str) -> str:
        """The text with its secrets put back; a placeholder whose secret is not known stays."""
        return _ANY.sub(lambda found: str(self._secrets.get(found[0], found[0])), text)

    def restore_value(self, value: JSON) -> JSON:
        """A JSON value with its secrets put back."""
        if isinstance(value, str):
            return self._secrets[value] if value in self._secrets else self.restore(value)
        if isinstance(value, Mapping):
            items = cast("Mapping[str, JSON]", value).items()
            return {self.restore(key): self.restore_value(item) for key, item in items}
        if isinstance(value, (list, tuple)):
            return [self.restore_value(item) for item in cast("Sequence[JSON]", value)]
        return value

    def restore_answer(self, text: str) -> str:
        """A model's answer with its secrets put back, inside JSON as JSON."""
        if not _ANY.search(text):
            return text
        try:
            answer = json.loads(text)
        except ValueError:
            return self.restore(text)
        restored = self.restore_value(answer)
        return text if restored == answer else json.dumps(restored, ensure_ascii=False)

    def forget(self, *, born: str) -> None:
        """Know no more the secrets numbered under the key of a recording: a replay does not know them either."""
        gone = [placeholder for placeholder in self._secrets if placeholder.startswith(f"⟦secret {born[:8]}.")]
        for placeholder in gone:
            del self._secrets[placeholder]
        self._placeholders = {secret: name for secret, name in self._placeholders.items() if name not in gone}

    def _placeholder(self, secret: str | int | float, born: str) -> str:
        known = (type(secret).__name__, str(secret))
        if known not in self._placeholders:
            prefix = f"{born[:8]}." if born else ""
            self._counts[prefix] = self._counts.get(prefix, 0) + 1
            placeholder = f"⟦secret {prefix}{self._counts[prefix]}⟧"
            self._placeholders[known] = placeholder
            self._secrets[placeholder] = secret
        return self._placeholders[known]


@lru_cache(maxsize=16)
def _sought(patterns: tuple[str, ...]) -> _Sought:
    return _Sought(shapes=compile_patterns(patterns), clean=set())


def compile_patterns(patterns: Iterable[str]) -> tuple[Shape, ...]:
    """The shapes of credentials and a suite's own patterns, ready. Raises RedactionPatternError for what is none."""
    compiled = list(SHAPES)
    for pattern in patterns:
        try:
            compiled.append(Shape(re.compile(pattern)))
        except re.error as error:
            raise RedactionPatternError(pattern=pattern, problem=str(error)) from None
    return tuple(compiled)


def find_secrets(text: str, shapes: Iterable[Shape]) -> list[Span]:
    """Where secrets stand in a text; those that overlap count as one, and placeholders are none.

    Text that only looks like a numbered placeholder counts as a secret: put back, it must not become another one.
    """
    sought = [shape for shape in shapes if shape.may_be_in(text)]
    if not sought and "⟦" not in text:
        return []
    kept = [found.span() for found in _BORN.finditer(text)]
    found = [span for shape in (*sought, _LIKE_A_PLACEHOLDER) for span in shape.spans_in(text)]
    merged: list[Span] = []
    for start, stop in sorted(span for span in found if span[0] < span[1]):
        if any(start < kept_stop and kept_start < stop for kept_start, kept_stop in kept):
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def left_behind(text: str, patterns: Iterable[str] = ()) -> tuple[str, ...]:
    """The secrets that a stored text still holds, for a scan of recordings: their first characters only."""
    spans = find_secrets(text, compile_patterns(patterns))
    found = (text[start:stop] for start, stop in spans)
    return tuple(f"{secret[:4]}…" for secret in found if not _NUMBERED.fullmatch(secret))
