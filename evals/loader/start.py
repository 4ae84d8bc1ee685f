"""Reading how a conversation stands when a scenario's script begins."""

from ...engine.domain.journey import Path
from ...engine.domain.session import EventSource
from ..scenario import Earlier, Named, Start
from . import keys
from .nodes import Node
from .values import named

SPEAKERS: dict[str, EventSource] = {"customer": "customer", "agent": "ai_agent", "operator": "human_agent"}


def start(node: Node) -> tuple[Start, tuple[Named, ...]]:
    """What was said and done before, and the parts of the agent that are named in it."""
    fields = node.fields("start", keys.START)
    if node.is_empty:
        node.problem(f"start is empty; say what went before ({', '.join(keys.START)}), or leave the key out")
    applied = fields["applied"].texts("a guideline") if "applied" in fields else ()
    journeys, names = _journeys(fields["journeys"]) if "journeys" in fields else ({}, ())
    found = Start(
        history=_history(fields["history"]) if "history" in fields else (),
        applied=tuple(text.text for text in applied),
        journeys=journeys,
    )
    return found, (*named("guideline", applied), *names)


def _history(node: Node) -> tuple[Earlier, ...]:
    if not node.is_list:
        node.problem(f"history must be a list of messages such as `- customer: Hello`, not {node.kind}")
        return ()
    return tuple(message for item in node.items("history") for message in _messages(item))


def _messages(node: Node) -> tuple[Earlier, ...]:
    fields = node.fields("a message of the history", keys.MESSAGE)
    speakers = [key for key in SPEAKERS if key in fields]
    if not node.is_map or (not speakers and len(node.entries("it")) > len(fields)):
        return ()
    if len(speakers) != 1:
        has = " and ".join(map(repr, speakers)) or "none"
        node.problem(f"a message of the history has exactly one of {', '.join(SPEAKERS)}; this one has {has}")
        return ()
    if "name" in fields and speakers[0] != "operator":
        fields["name"].problem(f"'name' can't stand beside {speakers[0]!r}, only beside operator")
    name = (fields["name"].text("name") or "") if "name" in fields else ""
    texts = fields[speakers[0]].texts(f"what the {speakers[0]} said")
    return tuple(Earlier(source=SPEAKERS[speakers[0]], text=text.text, name=name) for text in texts)


def _journeys(node: Node) -> tuple[dict[str, Path], tuple[Named, ...]]:
    paths: dict[str, Path] = {}
    names: list[Named] = []
    for journey, value in node.entries("journeys (a journey and the states that it went through)"):
        states = value.texts("a state")
        paths[journey.text] = tuple(state.text for state in states)
        names += (*named("journey", [journey]), *named("state", states, within=journey.text))
    return paths, tuple(names)
