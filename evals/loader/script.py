"""Reading a scenario's script and its stand-ins for tools from scenario files."""

from ...engine.domain.modes import SessionMode
from ..scenario import (
    USUAL_TURNS,
    AgentFirst,
    CustomerSays,
    Expected,
    FrontEndEvent,
    Named,
    OperatorSays,
    Raises,
    Returns,
    RunIt,
    SetMode,
    Simulate,
    StandIn,
    Step,
)
from . import keys
from .expectations import expectations
from .nodes import Node
from .values import named

ACTIONS = tuple(keys.ACTIONS)
BESIDE = {"expect": ("customer", "agent_first"), "name": ("operator",)}
"""What may stand beside an action in a step, and beside which."""
MODES = keys.MODES
RUN = keys.RUN


def script(node: Node) -> tuple[Step, ...]:
    """The steps of a script."""
    if not node.is_list:
        node.problem(f"script must be a list of steps, not {node.kind}")
        return ()
    steps = (_step(item) for item in node.items("script", needed=True))
    return tuple(step for step in steps if step is not None)


def stand_ins(node: Node) -> tuple[dict[str, tuple[StandIn, ...]], tuple[Named, ...]]:
    """Stand-ins by tool, and the tools as they are named."""
    entries = node.entries("tools (a tool and what stands in for it)")
    found = {
        tool.text: tuple(each for item in value.items("stand-ins") if (each := _stand_in(item)) is not None)
        for tool, value in entries
    }
    return found, named("tool", [tool for tool, _ in entries])


def _step(node: Node) -> Step | None:
    fields = node.fields("a step", (*ACTIONS, *BESIDE))
    actions = [key for key in ACTIONS if key in fields]
    if not node.is_map or (not actions and _has_others(node, fields)):
        return None
    if len(actions) != 1:
        has = " and ".join(map(repr, actions)) or "none"
        node.problem(f"a step has exactly one of {', '.join(ACTIONS)}; this one has {has}")
        return None
    for key, allowed in BESIDE.items():
        if key in fields and actions[0] not in allowed:
            fields[key].problem(f"{key!r} can't stand beside {actions[0]!r}, only beside {' or '.join(allowed)}")
    return _action(actions[0], fields)


def _action(action: str, fields: dict[str, Node]) -> Step | None:
    node = fields[action]
    match action:
        case "customer":
            texts = tuple(text.text for text in node.texts("what the customer says"))
            return CustomerSays(texts=texts, expect=_expected(fields))
        case "simulate":
            return _simulate(node)
        case "agent_first":
            if node.boolean("agent_first") is False:
                node.problem("agent_first is only ever true; leave the step out")
            return AgentFirst(expect=_expected(fields))
        case "operator":
            text = node.text("what the operator says")
            name = fields["name"].text("name") if "name" in fields else ""
            return None if text is None else OperatorSays(text=text, name=name or "")
        case "mode":
            mode = node.one_of("mode", MODES)
            return None if mode is None else SetMode(mode=SessionMode(mode))
        case _:
            return _event(node)


def _simulate(node: Node) -> Simulate | None:
    fields = node.fields("simulate", keys.SIMULATE, required=("goal",))
    told = {key: fields[key].text(key) or "" for key in ("goal", "persona", "until") if key in fields}
    turns = fields["turns"].number("turns") if "turns" in fields else USUAL_TURNS
    if turns is not None and (turns < 1 or turns != int(turns)):
        fields["turns"].problem(f"turns must be a whole number from 1, not {turns:g}")
    if not told.get("goal"):
        return None
    knows = {key.text: value.json() for key, value in fields["knows"].entries("knows")} if "knows" in fields else {}
    return Simulate(**told, knows=knows, turns=int(turns or 1))


def _expected(fields: dict[str, Node]) -> tuple[Expected, ...]:
    return expectations(fields["expect"], whole=False) if "expect" in fields else ()


def _event(node: Node) -> FrontEndEvent | None:
    fields = node.fields("an event", keys.EVENT, required=("data",))
    if kind := fields.get("kind"):
        kind.one_of("kind", ("custom",))
    return FrontEndEvent(data=fields["data"].json()) if "data" in fields else None


def _stand_in(node: Node) -> StandIn | None:
    if node.scalar == RUN:
        return RunIt()
    if not node.is_map:
        node.problem(f"a stand-in is {{returns: …}}, {{raises: …}} or the word {RUN}, not {node.kind}")
        return None
    fields = node.fields("a stand-in", keys.STAND_IN)
    if not fields and _has_others(node, fields):
        return None
    if len(fields) != 1:
        node.problem(f"a stand-in has either returns or raises; this one has {'both' if fields else 'neither'}")
        return None
    if "returns" in fields:
        return Returns(data=fields["returns"].json())
    message = fields["raises"].text("raises")
    return None if message is None else Raises(message=message)


def _has_others(node: Node, fields: dict[str, Node]) -> bool:
    """Whether it has unknown keys, one of which is likely the misspelt one that is missing."""
    return len(node.entries("it")) > len(fields)
