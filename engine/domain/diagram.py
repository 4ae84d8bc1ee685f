"""A journey's graph as the text of a Mermaid diagram."""

from collections.abc import Iterator

from .journey import Journey, State, Transition

INDENT = "    "


def mermaid(journey: Journey) -> str:
    """A flowchart: chat states are boxes, tool states have double sides, forks are rhombs, start and end are round."""
    return "\n".join(["flowchart TD", *(INDENT + line for line in mermaid_lines(journey))])


def mermaid_lines(journey: Journey, *, prefix: str = "s") -> Iterator[str]:
    """The states and ways of a diagram, for one that holds more than a journey; nodes' names begin so."""
    nodes = {state.id: f"{prefix}{number}" for number, state in enumerate(journey.states)}
    for state in journey.states:
        yield f"{nodes[state.id]}{_shape(state)}"
    for way in journey.transitions:
        if way.source in nodes and way.target in nodes:
            yield f"{nodes[way.source]} {_arrow(way)} {nodes[way.target]}"


def _shape(state: State) -> str:
    match state.kind:
        case "initial" | "end":
            return f'(["{_quoted(state.id)}"])'
        case "fork":
            return f'{{"{_quoted(state.id)}"}}'
        case "tool":
            return f'[["{_label(state, ", ".join(state.tools))}"]]'
        case "chat":
            return f'["{_label(state, state.action)}"]'


def _label(state: State, what: str) -> str:
    """The state's id with what happens there, unless the id says just that."""
    return _quoted(state.id) if what in ("", state.id) else f"{_quoted(state.id)}<br>{_quoted(what)}"


def _arrow(way: Transition) -> str:
    return f'-->|"{_quoted(way.condition)}"|' if way.condition else "-->"


def _quoted(text: str) -> str:
    """A text as it may stand between quotation marks in a diagram."""
    plain = " ".join(text.split())
    for sign, code in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        plain = plain.replace(sign, code)
    return plain
