"""Whether a value came to light: where it was said, asked or stored. What is told of it never holds the value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ...engine.codec import dump
from ...engine.domain.values import JSON
from ..expectations.code import CodeAnswer
from ..expectations.outside import KeptSecret
from ..expectations.wording import bare
from ..outcome import Outcome, TurnOutcome
from ..results.masking import FIXED, FREE, masked

MOST = 5
"""Places that are named one by one."""
STORED = "declare it (sensitive= of the agent, redact: of the scenario file) and it is masked before it is stored"


def leak_answer(
    expected: KeptSecret, outcome: Outcome, *, turns: Sequence[TurnOutcome], patterns: Sequence[str]
) -> CodeAnswer:
    """Content where the value is in none of the places; `patterns` are those of what is masked in what is stored."""
    value = bare(expected.value)
    found = [
        *(_said(value, turns) if "said" in expected.places else ()),
        *(_asked(value, turns, outcome=outcome) if "prompts" in expected.places else ()),
    ]
    stored = list(_stored(value, outcome, patterns=patterns)) if "stored" in expected.places else []
    if not found and not stored:
        return CodeAnswer(verdict="passed")
    told = [*_shown(found), *_shown(stored), *([STORED] if stored else [])]
    return CodeAnswer(verdict="failed", explanation="\n".join(told))


def _shown(places: Sequence[str]) -> list[str]:
    left = len(places) - MOST
    return [*places[:MOST], *([f"and in {left} more places"] if left > 0 else [])]


def _said(value: str, turns: Sequence[TurnOutcome]) -> Iterator[str]:
    for turn in turns:
        for number, said in enumerate(turn.trace.said, start=1):
            if value in bare(said.text):
                yield f"the agent said it in turn {turn.number}, message {number}"


def _asked(value: str, turns: Sequence[TurnOutcome], *, outcome: Outcome) -> Iterator[str]:
    for turn in turns:
        for ask in turn.trace.asks:
            for section in ask.sections:
                if value in bare(outcome.texts.get(section.digest, "")):
                    yield f"a prompt held it in turn {turn.number}: ask {ask.id}, section {section.name!r}"


def _stored(value: str, outcome: Outcome, *, patterns: Sequence[str]) -> Iterator[str]:
    kept = masked(dump(outcome), patterns=patterns)
    for path, text in _texts(kept):
        if value in bare(text):
            yield f"it would be stored at {path}"


def _texts(value: JSON, path: str = "", *, free: bool = False) -> Iterator[tuple[str, str]]:
    """Whatever in a stored outcome somebody may have put there, with the way to it; no hashes, ids and measures."""
    match value:
        case str():
            yield path, value
        case Mapping():
            for name, member in cast("Mapping[str, JSON]", value).items():
                there = f"{path}.{name}" if path else name
                if free:
                    yield f"a name in {path}", name
                if free or name not in FIXED:
                    yield from _texts(member, there, free=free or name in FREE)
        case list():
            for number, item in enumerate(cast("list[JSON]", value)):
                yield from _texts(item, f"{path}[{number}]", free=free)
        case int() | float() if free:
            yield path, f"{value}"
        case _:
            pass
