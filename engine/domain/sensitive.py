"""What prompts, stored traces and replies must not hold: declared patterns, and placeholders for what they find."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivePattern:
    """Something that an author declared sensitive, by its shape."""

    name: str
    """What placeholders are called after, such as `card`."""
    pattern: str
    """A regular expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """Patterns, and the values that they found so far: each value has one placeholder throughout a session."""

    patterns: tuple[SensitivePattern, ...] = ()
    known: tuple[tuple[str, str], ...] = ()
    """Pairs of placeholder and value, in order of appearance."""
