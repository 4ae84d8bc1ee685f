"""Reading what is expected of tools from scenario files."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, cast, get_args

from ..expectations.kinds import (
    ArgumentMode,
    CallMode,
    ExpectedCall,
    ParameterReported,
    ToolFailed,
    ToolGaveBack,
    ToolNotCalled,
    ToolsCalled,
    ToolTimes,
)
from ..scenario import Named
from .nodes import Node, Text
from .values import Item, Reader, bound, each, named, value_tests

MANNER = ("mode", "arguments")
"""Keys that say how `called` is meant."""


def tool_items(fields: dict[str, Node]) -> Iterator[tuple[str, Item]]:
    """What is expected of tools, with the key each thing stands under."""
    for key in MANNER:
        if key in fields and "called" not in fields:
            fields[key].problem(f"{key!r} says how `called` is meant, and there is no `called` beside it")
    for key, node in fields.items():
        if key == "called":
            yield from (("called", item) for item in _called(node, fields))
        elif key in TOOLS:
            yield from ((key, item) for item in TOOLS[key](node))


def _called(node: Node, fields: dict[str, Node]) -> Iterator[Item]:
    mode = _choice(fields.get("mode"), "mode", choices=get_args(CallMode)) or "superset"
    arguments = _choice(fields.get("arguments"), "arguments", choices=get_args(ArgumentMode)) or "subset"
    read = [_call(each) for each in node.items("called", may_be_empty=mode != "superset")]
    yield Item(
        expectation=ToolsCalled(
            calls=tuple(call for calls, _ in read for call in calls),
            mode=cast(CallMode, mode),
            arguments=cast(ArgumentMode, arguments),
        ),
        words=node.written if mode == "superset" else f"{node.written} ({mode})",
        place=node.place,
        names=tuple(name for _, names in read for name in names),
    )


def _choice(node: Node | None, what: str, *, choices: tuple[str, ...]) -> str | None:
    return node.one_of(what, choices) if node else None


def _call(node: Node) -> tuple[tuple[ExpectedCall, ...], tuple[Named, ...]]:
    if not node.is_map:
        texts = node.texts("a tool")
        return tuple(ExpectedCall(tool=text.text) for text in texts), named("tool", texts)
    read = [_call_with(tool, arguments) for tool, arguments in node.entries("a call")]
    if not read:
        node.problem("a call needs the tool's name")
    return tuple(call for call, _ in read), tuple(name for _, names in read for name in names)


def _call_with(tool: Text, node: Node) -> tuple[ExpectedCall, tuple[Named, ...]]:
    entries = node.entries(f"the arguments of {tool.text}")
    arguments = tuple((name.text, value_tests(value, f"the argument {name.text!r}")) for name, value in entries)
    names = named("parameter", [name for name, _ in entries], within=tool.text)
    return ExpectedCall(tool=tool.text, arguments=arguments), (*named("tool", [tool]), *names)


def by_tool(read: Callable[[Text, Node], Iterable[Item]], *, what: str) -> Reader:
    """A reader of a map from tools to what is expected of each."""
    return lambda node: (item for tool, value in node.entries(what) for item in read(tool, value))


def _times(tool: Text, node: Node) -> Iterator[Item]:
    if (times := bound(node, "times")) is not None:
        yield _of_tool(ToolTimes(tool=tool.text, times=times), tool, node=node)


def _result(tool: Text, node: Node) -> Iterator[Item]:
    yield _of_tool(ToolGaveBack(tool=tool.text, tests=value_tests(node, "a result")), tool, node=node)


def _of_tool(expectation: ToolTimes | ToolGaveBack, tool: Text, *, node: Node) -> Item:
    words = f"{{{tool.text}: {node.written}}}"
    return Item(expectation=expectation, words=words, place=tool.place, names=named("tool", [tool]))


def _reported(kind: Literal["missing", "invalid"]) -> Reader:
    def read(tool: Text, node: Node) -> Iterator[Item]:
        for parameter in node.texts("a parameter"):
            yield Item(
                expectation=ParameterReported(tool=tool.text, parameter=parameter.text, kind=kind),
                words=f"{{{tool.text}: {parameter.text}}}",
                place=parameter.place,
                names=(*named("tool", [tool]), *named("parameter", [parameter], within=tool.text)),
            )

    return by_tool(read, what=f"{kind} (a tool and its parameters)")


TOOLS: dict[str, Reader] = {
    "not_called": each(lambda name: ToolNotCalled(tool=name), what="a tool", kind="tool"),
    "times": by_tool(_times, what="times (a tool and how often)"),
    "result": by_tool(_result, what="result (a tool and its result)"),
    "failed": each(lambda name: ToolFailed(tool=name), what="a tool", kind="tool"),
    "missing": _reported("missing"),
    "invalid": _reported("invalid"),
}
TOOL_KEYS = ("called", *TOOLS, *MANNER)
