"""Canned responses in bulk: read from YAML, JSON or CSV, with every mistake told at once, by file and line."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from ..composition.canned import fields_of
from ..domain.journey import Problem
from ..domain.values import JSON, Source
from ..errors import AuthoringError, DefinitionError, TemplateError, UnknownNameError, closest
from .draft import AgentDraft
from .knowledge import ResponseOptions, make_response
from .names import caller
from .response_fields import WANTED, check_taken, field_problem, fields_from

KEYS = ("template", "id", "signals", "tags", "metadata", "fields", "field_dependencies")
LISTS = ("signals", "tags", "field_dependencies")
TOP = "canned_responses"
"""The key under which a file may have its list, where that is not all of it."""
SEPARATOR = "|"
"""What stands between several values in one cell of a CSV file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A canned response as a file has it: values by key, with where it stands."""

    values: Mapping[str, JSON]
    source: Source
    is_misnamed: bool = False
    """Whether a key was told that probably is the template under another name."""


@dataclass(slots=True)
class Reading:
    """A file being read, and what is wrong with it."""

    file: str
    problems: list[Problem] = field(default_factory=list[Problem])

    def problem(self, line: int, text: str) -> None:
        """Write down what is wrong in a line."""
        self.problems.append(Problem(text=text, source=Source(file=self.file, line=line)))


def load_responses(draft: AgentDraft, file: str | Path) -> tuple[str, ...]:
    """Add the canned responses of a file, and give their ids in order. Nothing is added where anything is wrong.

    Raises DefinitionError with every mistake, AuthoringError where there is no such file or it can't be read at all.
    """
    path = _found(file)
    reading = Reading(str(file))
    entries = list(_entries(path, reading))
    taken = {name: str(made.source) for name, made in draft.responses.items()}
    for entry in entries:
        _check(entry, reading, taken=taken)
    if reading.problems:
        problems = sorted(reading.problems, key=lambda problem: problem.source.line if problem.source else 0)
        raise DefinitionError(agent=draft.settings.id, problems=tuple(problems))
    return tuple(_add(draft, entry) for entry in entries)


def _found(file: str | Path) -> Path:
    """The file: beside the author's module, where it is there, else below the working directory."""
    made_at = caller()
    beside = Path(made_at.file).parent / file if made_at else Path(file)
    path = beside if beside.is_file() else Path(file)
    if path.suffix.lower() not in READERS:
        known = ", ".join(READERS)
        raise AuthoringError(f"{made_at}: canned responses are read from {known}; {str(file)!r} is none of these")
    if not path.is_file():
        raise AuthoringError(f"{made_at}: there is no file {str(file)!r}, beside this module or in {Path.cwd()}")
    return path


def _entries(path: Path, reading: Reading) -> Iterator[Entry]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{reading.file}: it is not written in UTF-8 ({error.reason}); save it as UTF-8") from None
    return READERS[path.suffix.lower()](text, reading)


def _of_csv(text: str, reading: Reading) -> Iterator[Entry]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    line = 2
    _check_keys(rows.fieldnames or (), reading, line=1)
    if "template" not in (rows.fieldnames or ()):
        reading.problem(1, "the first line names the columns, and no 'template' is among them")
        return
    try:
        for row in rows:
            yield Entry(values=_cells(row, reading, line=line), source=Source(file=reading.file, line=line))
            line = rows.line_num + 1
    except csv.Error as error:
        reading.problem(line, f"this is no line of CSV: {error}")


def _cells(row: Mapping[str | None, Any], reading: Reading, *, line: int) -> dict[str, JSON]:
    """A row's values: lists are separated by |, metadata and fields are JSON, and an empty cell says nothing."""
    if None in row:
        reading.problem(line, "there are more values than columns; put what holds a comma between double quotes")
    cells = {name: cell for name, cell in row.items() if name in KEYS and cell and cell.strip()}
    values: dict[str, JSON] = {}
    for name, cell in cells.items():
        if name in LISTS:
            values[str(name)] = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
        elif name in ("metadata", "fields"):
            values[name] = _json(cell, reading, line=line, what=name)
        else:
            values[str(name)] = cell
    return values


def _json(cell: str, reading: Reading, *, line: int, what: str) -> JSON:
    try:
        return json.loads(cell)
    except ValueError as error:
        written = '{"button": "Start"}' if what == "metadata" else '[{"name": "reason"}]'
        reading.problem(line, f"{what} is no JSON ({error}); write it as {written}")
        return {} if what == "metadata" else []


def _of_json(text: str, reading: Reading) -> Iterator[Entry]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        reading.problem(error.lineno, f"this is no JSON: {error.msg}")
        return iter(())
    # YAML knows JSON, and says where each part of it stands; tabs between them are all that it minds. Of the two
    # readers of YAML one does not know JSON's escapes for what takes two of them, the other not every text in a list.
    return _of_nodes(yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader), reading)


def _of_yaml(text: str, reading: Reading) -> Iterator[Entry]:
    try:
        return _of_nodes(yaml.compose(text, Loader=yaml.CSafeLoader), reading)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = error.problem or error.context
        reading.problem(min(line, len(text.splitlines())), f"this is no YAML: {why}")
        return iter(())


def _of_nodes(top: Any, reading: Reading) -> Iterator[Entry]:
    for node in _items(top, reading):
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            reading.problem(line, f"a canned response is written as a map with a template{_rewritten(node)}")
            continue
        pairs = cast("list[tuple[Any, Any]]", node.value)
        keys = [str(key.value) for key, _ in pairs]
        for key, name in zip((key for key, _ in pairs), keys, strict=True):
            _check_keys([name], reading, line=key.start_mark.line + 1)
            if keys.count(name) > 1:
                reading.problem(key.start_mark.line + 1, f"{name!r} stands here more than once")
        values = {name: _plain(value) for name, (_, value) in zip(keys, pairs, strict=True) if name in KEYS}
        misnamed = any(name not in KEYS and closest(name, KEYS) in (None, "template") for name in keys)
        yield Entry(values=values, source=Source(file=reading.file, line=line), is_misnamed=misnamed)


def _rewritten(node: Any) -> str:
    """How to write a response that is a mere text."""
    if node.id != "scalar" or not node.value.strip():
        return ""
    return f"; write {json.dumps({'template': node.value}, ensure_ascii=False)}"


def _items(top: Any, reading: Reading) -> Sequence[Any]:
    """The nodes of a file's list, which may stand under the key `canned_responses`."""
    pairs: Sequence[tuple[Any, Any]] = top.value if top is not None and top.id == "mapping" else ()
    under = next((value for key, value in pairs if key.value == TOP), top)
    if under is None or under.id != "sequence":
        reading.problem(1, f"canned responses are written as a list, which may stand under {TOP!r}")
        return ()
    return under.value


_WORDS: Mapping[str, JSON] = {"true": True, "false": False, "null": None, "": None}


def _plain(node: Any) -> JSON:
    """A node as JSON: what is quoted is a text, and of the rest only what JSON writes so is something else."""
    match node.id:
        case "sequence":
            return [_plain(item) for item in node.value]
        case "mapping":
            return {str(key.value): _plain(value) for key, value in node.value}
        case _:
            text = str(node.value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return text if node.style else _WORDS.get(text, _number(text))


def _number(text: str) -> JSON:
    try:
        read = json.loads(text)
    except ValueError:
        return text
    return read if isinstance(read, int | float) else text


READERS = {".yaml": _of_yaml, ".yml": _of_yaml, ".json": _of_json, ".csv": _of_csv}


def _check_keys(names: Sequence[str], reading: Reading, *, line: int) -> None:
    for name in names:
        if name not in KEYS:
            near = closest(name, KEYS)
            hint = f"; did you mean {near!r}?" if near else f"; it may have {', '.join(KEYS)}"
            reading.problem(line, f"a canned response has no {name!r}{hint}")


def _check(entry: Entry, reading: Reading, *, taken: dict[str, str]) -> None:
    """Write down what is wrong with one response."""
    values, line = entry.values, entry.source.line
    template, name = values.get("template"), values.get("id")
    if "template" not in values and entry.is_misnamed:
        pass  # told already
    elif not isinstance(template, str) or not template.strip():
        reading.problem(line, f"a canned response needs a template, and this one has {template!r}")
    else:
        _check_template(template, reading, name=name, line=line)
    for key in LISTS:
        given: Any = values.get(key, [])
        if not isinstance(given, list) or not all(isinstance(item, str) for item in cast("list[Any]", given)):
            reading.problem(line, f"{key} must be a list of texts, not {given!r}")
    _check_fields(values, reading, line=line)
    if not isinstance(values.get("metadata", {}), dict):
        reading.problem(line, f"metadata must be a map, not {values['metadata']!r}")
    if name is None:
        return
    if not isinstance(name, str) or not name.strip():
        reading.problem(line, f"an id must be a text, not {name!r}")
    elif name in taken:
        reading.problem(line, f"a canned response {name!r} was declared at {taken[name]}; give this one another id")
    else:
        taken[name] = str(entry.source)


def _check_fields(values: Mapping[str, JSON], reading: Reading, *, line: int) -> None:
    """Write down what is wrong with the fields that a response explains."""
    given: Any = values.get("fields", [])
    if not isinstance(given, list):
        reading.problem(line, f"fields must be a list, not {given!r}: {WANTED}")
        return
    items = cast("list[Any]", given)
    problems = [problem for item in items if (problem := field_problem(item))]
    for problem in problems:
        reading.problem(line, problem)
    if problems or not isinstance(values.get("template"), str):
        return
    depends: Any = values.get("field_dependencies", [])
    try:
        check_taken(fields_from(items), template=str(values["template"]), dependencies=depends)
    except UnknownNameError as error:
        reading.problem(line, str(error))
    except TemplateError:
        return  # told already


def _check_template(template: str, reading: Reading, *, name: JSON, line: int) -> None:
    try:
        fields_of(template, response=name if isinstance(name, str) else "")
    except TemplateError as error:
        reading.problem(line, str(error))


def _add(draft: AgentDraft, entry: Entry) -> str:
    options = cast("ResponseOptions", {key: value for key, value in entry.values.items() if key != "template"})
    return make_response(draft, str(entry.values["template"]), source=entry.source, **options)
