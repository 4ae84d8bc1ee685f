"""YAML files read into nodes with their places; whatever can't be YAML is a problem like any other."""

from pathlib import Path
from typing import cast

import yaml

from ..scenario import Place
from .nodes import Node
from .problems import Findings

STANDARD_TAG = "tag:yaml.org,2002:"
STANDARD_TAGS = {
    STANDARD_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq")
}
DEEPEST = 100
"""How many lists and maps may stand inside one another."""
TOO_DEEP = "lists and maps are nested too deeply to be read"


def read_document(path: Path) -> Node:
    """The one document of a YAML file. Raises ScenarioError where there is none to read."""
    findings = Findings(path.as_posix())
    raw = _compose(_read(path, findings), findings)
    if raw is None:
        findings.add(_at(findings), "the file is empty; it needs agent and scenarios")
    else:
        _walk(raw, findings)
    findings.raise_if_any()
    return Node(cast(yaml.Node, raw), findings)


def _read(path: Path, findings: Findings) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add(_at(findings), f"the file is not UTF-8 text: {error.reason} at byte {error.start}")
    except OSError as error:
        findings.add(_at(findings), f"the file can't be read: {error.strerror}")
    findings.raise_if_any()
    return ""


def _compose(text: str, findings: Findings) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        findings.add(_at(findings, line, column=column), _explained(text, line, error=error))
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = _at(findings, before.count("\n"), column=len(before) - before.rfind("\n") - 1)
        findings.add(place, f"not YAML: {error.reason} (U+{ord(text[error.position]):04X}); remove it")
    except RecursionError:
        findings.add(_at(findings), TOO_DEEP)
    findings.raise_if_any()
    return None


def _explained(text: str, line: int, *, error: yaml.MarkedYAMLError) -> str:
    lines = text.splitlines()
    offending = lines[line] if line < len(lines) else ""
    indent = offending[: len(offending) - len(offending.lstrip())]
    if "\t" in indent:
        return "a tab stands in the indentation; YAML is indented with spaces"
    reason = " ".join(part for part in (error.context, error.problem) if part)
    shown = f": {offending.strip()!r}" if offending.strip() else ""
    return f"not YAML, {reason}{shown}"


def _walk(raw: yaml.Node, findings: Findings, *, above: tuple[yaml.Node, ...] = ()) -> None:
    node = Node(raw, findings)
    if raw.tag not in STANDARD_TAGS:
        node.problem(f"the tag {raw.tag!r} means nothing here; remove it")
    if any(raw is other for other in above):
        node.problem("an alias stands inside of what it stands for")
        return
    if len(above) > DEEPEST:
        node.problem(TOO_DEEP)
        return
    match raw:
        case yaml.SequenceNode():
            below = cast("list[yaml.Node]", raw.value)
        case yaml.MappingNode():
            below = [part for pair in cast("list[tuple[yaml.Node, yaml.Node]]", raw.value) for part in pair]
        case _:
            below = []
    for part in below:
        _walk(part, findings, above=(*above, raw))


def _at(findings: Findings, line: int = 0, *, column: int = 0) -> Place:
    return Place(file=findings.file, line=line + 1, column=column + 1)
