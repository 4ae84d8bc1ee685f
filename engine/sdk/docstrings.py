"""Reading a docstring in Google's style: what a model is told of a tool, and of each of its parameters."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_ARGUMENTS = ("args", "arguments", "parameters", "params")
_OTHER_SECTIONS = (
    *("attributes", "example", "examples", "keyword args", "keyword arguments", "note", "notes", "raises"),
    *("return", "returns", "see also", "todo", "warning", "warnings", "warns", "yield", "yields"),
)
_HEADING = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]*):\s*")
_PARAMETER = re.compile(r"\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<text>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Docstring:
    """What a docstring says."""

    text: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


def read_docstring(written: str | None) -> Docstring:
    """Take a docstring apart: its text without the sections, and the parameters of its section `Args:`."""
    text: list[str] = []
    described: list[str] = []
    section: str | None = None
    for line in inspect.cleandoc(written or "").splitlines():
        heading = _HEADING.fullmatch(line)
        name = heading["name"].lower() if heading else ""
        if name in _ARGUMENTS or name in _OTHER_SECTIONS:
            section = name
        elif section is not None and line and not line[0].isspace():
            section = None
            text.append(line)
        elif section is None:
            text.append(line)
        elif section in _ARGUMENTS:
            described.append(line)
    return Docstring(text=_paragraphs(text), parameters=_described(described))


def _described(lines: list[str]) -> dict[str, str]:
    """The text of each parameter; a line further in than the first one goes on with the parameter before it."""
    filled = [line for line in lines if line.strip()]
    indent = min((_indent(line) for line in filled), default=0)
    parameters: dict[str, str] = {}
    current: str | None = None
    for line in filled:
        found = _PARAMETER.fullmatch(line.strip()) if _indent(line) == indent else None
        if found is not None:
            current = str(found["name"])
            parameters[current] = found["text"].strip()
        elif current is not None:
            parameters[current] = f"{parameters[current]} {line.strip()}".strip()
    return parameters


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _paragraphs(lines: list[str]) -> str:
    """The lines with at most one empty line between them, and none at either end."""
    return re.sub(r"\n\s*\n\s*(?=\n|\S)", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
