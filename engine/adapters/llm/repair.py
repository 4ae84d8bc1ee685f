"""Finding the JSON in a model's answer, and mending what has one meaning only.

Out of code fences, prose and a model's thinking aloud; with line breaks inside texts, commas too many, or written as
Python writes it. What is cut off is left as it came: half an answer must not be taken for a whole one.
"""

import ast
import json
import re
from collections.abc import Iterator

from ...domain.values import JSON

LONGEST = 1_000_000
"""Characters; of an answer that is longer nothing is mended."""

_THINKING = re.compile(r"\A\s*<(think|thinking)>.*?</\1>", re.DOTALL)
_BEGINS = re.compile(r"""\{\s*["'}]""")
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(\s*[}\]])', re.DOTALL)
_TEXT_OR_BRACE = {
    '"': re.compile(r'"(?:[^"\\]|\\.)*"|[{}"]', re.DOTALL),
    "'": re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}"']""", re.DOTALL),
}
_DECODER = json.JSONDecoder(strict=False)


def repaired(text: str) -> str:
    """The one JSON object in an answer. Text in which there is none, half of one or several comes back as it is."""
    if len(text) > LONGEST or _is_json_object(text):
        return text.strip() if len(text) <= LONGEST else text
    found = list(dict.fromkeys(_objects(_THINKING.sub("", text))))
    return found[0] if len(found) == 1 else text


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _objects(text: str) -> Iterator[str]:
    """Every whole object that stands for itself; none where one begins and does not end."""
    found: list[str] = []
    place = 0
    while begins := _BEGINS.search(text, place):
        object_ = _object_at(text, begins.start())
        if object_ is None:
            return
        place, written = object_
        found.append(written)
    yield from found


def _object_at(text: str, start: int) -> tuple[int, str] | None:
    """Where the object that begins here ends, and how it is to be written; None where it can't be read."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _mended(text, start)
    written = text[start:end]
    return end, written if _is_json_object(written) else json.dumps(value, ensure_ascii=False)


def _mended(text: str, start: int) -> tuple[int, str] | None:
    end = _end(text, start, quote='"')
    if end is not None:
        written = _TRAILING_COMMA.sub(lambda found: found[1] or found[2], text[start:end])
        if _is_json_object(written):
            return end, written
    end = _end(text, start, quote="'")
    value = _python(text[start:end]) if end is not None else None
    return None if end is None or value is None else (end, json.dumps(value, ensure_ascii=False))


def _end(text: str, start: int, *, quote: str) -> int | None:
    """Where the braces that open here are closed; what stands in quotes is no brace."""
    depth = 0
    for part in _TEXT_OR_BRACE[quote].finditer(text, start):
        if part[0] == "{":
            depth += 1
        elif part[0] == "}":
            depth -= 1
            if depth == 0:
                return part.end()
        elif len(part[0]) == 1:
            return None  # a text that begins and does not end
    return None


def _python(written: str) -> JSON:
    """The mapping that Python's own notation stands for, None where it is none that JSON could hold."""
    try:
        value = ast.literal_eval(written)
        json.dumps(value, allow_nan=False)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, dict) and all(isinstance(name, str) for name in value) else None  # pyright: ignore[reportUnknownVariableType]
