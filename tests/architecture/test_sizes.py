"""Small on purpose: files, functions, classes, parameter lists and templates stay readable in one go."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .exemptions import BUILDERS, CALLED_BY_OTHERS, EXEMPTIONS, Exemption, Limit
from .measures import Definition, definitions, lines_of_code, parameters
from .source import ROOMS, ROOT, place, python_files

FILE_LINES = 300
FUNCTION_LINES = 40
CLASS_LINES = 150
PARAMETERS = 5
POSITIONAL = 2
TEMPLATE_LINES = 120
MEASURED = (*ROOMS, "benchmarks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Something that passes a limit."""

    limit: Limit
    place: str
    name: str = ""
    line: int = 1
    size: int
    allowed: int

    def __str__(self) -> str:
        named = f" {self.name!r}" if self.name else ""
        return f"{self.place}:{self.line}{named}: {self.limit} has {self.size}, at most {self.allowed}"


def test_every_file_function_class_and_parameter_list_is_small() -> None:
    _assert_nothing_exceeds(*_sizes_of_code())


def test_every_template_is_small() -> None:
    _assert_nothing_exceeds(*_sizes_of_templates())


def test_every_exemption_is_needed_and_has_a_reason() -> None:
    exceeded = {(excess.limit, excess.place, excess.name) for excess in (*_sizes_of_code(), *_sizes_of_templates())}
    idle = [exemption for exemption in EXEMPTIONS if _key(exemption) not in exceeded]
    assert not idle, f"remove from tests/architecture/exemptions.py what is no longer needed: {idle}"
    assert all(len(exemption.reason.split()) >= 4 for exemption in EXEMPTIONS)


def test_a_function_that_is_too_long_is_found() -> None:
    assert _excesses_of("def f():\n" + "    x = 1\n" * FUNCTION_LINES) == ["function"]


def test_a_docstring_does_not_count_as_length() -> None:
    assert _excesses_of('def f():\n    """Say.\n' + "\n" * 60 + '    """\n') == []


def test_a_third_parameter_by_position_and_a_sixth_at_all_are_found() -> None:
    assert _excesses_of("def f(a, b, c): ...\n") == ["positional"]
    assert _excesses_of("def f(a, *, b, c, d, e, g): ...\n") == ["parameters"]
    assert _excesses_of("class A:\n    def f(self, a, b): ...\n") == []


def _excesses_of(code: str) -> list[Limit]:
    node = ast.parse(code).body[0]
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    inner = node.body[0] if isinstance(node, ast.ClassDef) else node
    assert isinstance(inner, ast.FunctionDef)
    found = Definition(place="x.py", name="f", line=1, node=inner, in_class=inner is not node)
    return [excess.limit for excess in _sizes_of_definition(found)]


def _assert_nothing_exceeds(*excesses: Excess) -> None:
    exempt = {_key(exemption) for exemption in EXEMPTIONS}
    found = [str(excess) for excess in excesses if (excess.limit, excess.place, excess.name) not in exempt]
    assert not found, "too large (split it, or give a reason in tests/architecture/exemptions.py):\n" + "\n".join(found)


def _key(exemption: Exemption) -> tuple[Limit, str, str]:
    return exemption.limit, exemption.place, exemption.name


def _sizes_of_code() -> Iterator[Excess]:
    for path in python_files(*MEASURED):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield Excess(limit="file", place=place(path), size=lines, allowed=FILE_LINES)
        for definition in definitions(path):
            yield from _sizes_of_definition(definition)


def _sizes_of_definition(found: Definition) -> Iterator[Excess]:
    total, positional = parameters(found)
    is_class = isinstance(found.node, ast.ClassDef)
    called_by_others = found.name.rsplit(".", 1)[-1].startswith(CALLED_BY_OTHERS)
    measured: list[tuple[Limit, int, int]] = [
        ("class", lines_of_code(found.node), CLASS_LINES)
        if is_class
        else ("function", lines_of_code(found.node), FUNCTION_LINES),
        ("parameters", 0 if found.place.startswith(BUILDERS) else total, PARAMETERS),
        ("positional", 0 if called_by_others or found.place.startswith(BUILDERS) else positional, POSITIONAL),
    ]
    for limit, size, allowed in measured:
        if size > allowed:
            yield Excess(limit=limit, place=found.place, name=found.name, line=found.line, size=size, allowed=allowed)


def _sizes_of_templates() -> Iterator[Excess]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.j2")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > TEMPLATE_LINES:
                yield Excess(limit="template", place=place(path), size=lines, allowed=TEMPLATE_LINES)
