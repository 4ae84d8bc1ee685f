"""What may be said of a state when a way to it is drawn, and the state that is made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, cast

from ..author_code.functions import FieldProvider, StateHandler
from ..domain.journey import State
from ..domain.modes import CompositionMode
from ..domain.values import JSON, slug
from . import kinds
from .checking import checked, refuse_unknown
from .draft import AgentDraft
from .names import caller
from .tool_references import ServiceTool, ToolRef
from .tools import ToolEntry, ToolId


class StateCode(TypedDict, total=False):
    """The author's own code for a state: what runs when it is selected or was spoken from, and what gives fields."""

    on_selected: StateHandler | None
    on_message: StateHandler | None
    canned_response_field_provider: FieldProvider | None


class WayOptions(StateCode, total=False):
    """What a transition may say of the state that it leads to."""

    tool_instruction: str | None
    description: str | None
    canned_responses: Sequence[str] | None
    composition_mode: CompositionMode | None
    labels: Iterable[str] | None
    metadata: Mapping[str, JSON] | None
    id: str | None


def name_of(made: State) -> str:
    """What a state without an id is called: after its action, its tool, or its kind."""
    if made.kind == "chat":
        return slug(made.action)
    return made.tools[0] if made.tools else made.kind


def exactly_one(origin: str, **targets: object) -> None:
    """Refuse a transition that leads nowhere or to two places."""
    given = [name for name, value in targets.items() if value is not None]
    if len(given) != 1:
        named = " and ".join(f"{name}=" for name in given) or "none of them"
        raise ValueError(
            f"transition_to() of state {origin!r} takes exactly one of {', '.join(f'{name}=' for name in targets)}; "
            f"given: {named}"
        )


def of_their_kinds(origin: str, targets: Mapping[str, object], options: WayOptions) -> WayOptions:
    """What was said of a transition, None saying nothing. Raises WrongKindError for what is of another kind."""
    said = checked(f"transition_to() of state {origin!r}", {**targets, **options}, kinds.WAY)
    return cast("WayOptions", {name: value for name, value in said.items() if name in options})


def known_options(origin: str, options: WayOptions, *, tool: bool, linked: bool) -> None:
    """Refuse what no transition has, and what does not go with its target."""
    refuse_unknown(options, WayOptions.__annotations__, of="a transition")
    if options.get("tool_instruction") is not None and not tool:
        raise ValueError(f"transition_to() of state {origin!r}: tool_instruction= goes with tool_state= only")
    said = [name for name, value in options.items() if value is not None]
    if linked and said:
        raise ValueError(
            f"transition_to(journey=…) of state {origin!r} takes a condition= and no {', '.join(said)}: "
            "give these where that journey is drawn"
        )


def new_state(chat_state: str | None, *, tools: tuple[str, ...], options: WayOptions) -> State:
    """The state that a transition makes; its id is empty where the author gave none."""
    return State(
        id=options.get("id") or "",
        kind="chat" if chat_state is not None else "tool",
        action=chat_state or options.get("tool_instruction") or "",
        tools=tools,
        description=options.get("description") or "",
        composition_mode=options.get("composition_mode"),
        canned_responses=tuple(options.get("canned_responses") or ()),
        labels=tuple(options.get("labels") or ()),
        metadata=dict(options.get("metadata") or {}),
        source=caller(),
    )


def with_options(state: State, options: WayOptions) -> State:
    """A state with what a further way to it says of it."""
    for name in ("description", "composition_mode"):
        said, has = options.get(name), getattr(state, name)
        if said and has and said != has:
            raise ValueError(f"state {state.id!r} has the {name} {has!r} already, and can't have {said!r} as well")
    return replace(
        state,
        description=state.description or options.get("description") or "",
        composition_mode=state.composition_mode or options.get("composition_mode"),
        canned_responses=_joined(state.canned_responses, options.get("canned_responses") or ()),
        labels=_joined(state.labels, options.get("labels") or ()),
    )


def _joined(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def add_code(draft: AgentDraft, name: str, options: StateCode) -> None:
    """Attach an author's code to a state (`journey/state`) or to a way (`journey/source->target`)."""
    selected, message = options.get("on_selected"), options.get("on_message")
    provider = options.get("canned_response_field_provider")
    if selected is not None:
        draft.journey_code.state_selected[name] = selected
    if message is not None:
        draft.journey_code.state_message[name] = message
    if provider is not None:
        draft.journey_code.fields[name] = provider


def as_list(tools: ToolRef | Sequence[ToolRef] | None) -> list[ToolRef]:
    """The tools of a tool state, however they were given."""
    if tools is None:
        return []
    return [tools] if isinstance(tools, ToolEntry | ServiceTool | ToolId | str) else list(tools)
