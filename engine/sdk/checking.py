"""Checking what authors hand over: each parameter has a kind, and what is of another kind is refused, all at once.

None says nothing, wherever something may be left out. What is of the right kind is handed on as it is, but lists as
tuples, and sets in an order of their own that no run changes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from ..errors import UnknownNameError, WrongKindError
from .names import here
from .tool_references import ServiceTool
from .tools import ToolEntry, ToolId

SHOWN = 40
"""Characters shown of what was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a parameter takes."""

    words: str
    """What it is, after "takes"."""
    example: str
    """What to write, after "name="."""
    fits: Callable[[object], bool]
    """Whether a value is one; of a list, whether an item is."""
    item: str = ""
    """Of a list: what an item is."""
    read: Callable[[Any], Any] | None = None
    """What makes of a value what is handed on."""
    also: Callable[[object], bool] | None = None
    """What a list may be instead."""

    def problem(self, name: str, value: object) -> str:
        """What is wrong with a value; empty where nothing is."""
        if self.is_other_than_a_list(value):
            return ""
        if not self.item:
            return "" if self.fits(value) else f"{self._takes(name, value)}: write {name}={self.example}"
        if self.fits(value):
            return f"{self._takes(name, value)}: write {name}=[{shown(value)}]"
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            return f"{self._takes(name, cast('object', value))}: write {name}={self.example}"
        return ""

    def is_other_than_a_list(self, value: object) -> bool:
        """Whether it is something that may stand in place of a list."""
        return self.also is not None and self.also(value)

    def item_problems(self, name: str, items: Iterable[object]) -> list[str]:
        """What is wrong with the items of a list."""
        wrong = [item for item in items if not self.fits(item)]
        return [f"{name}= holds {shown(item)}, which is not {self.item}: write {name}={self.example}" for item in wrong]

    def _takes(self, name: str, value: object) -> str:
        return f"{name}= takes {self.words}, not {shown(value)}"


def shown(value: object) -> str:
    """A value as a message shows it, without the place where it lies in memory."""
    if value is None or isinstance(value, str | bytes | int | float | bool | Enum):
        text = repr(value)
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return f"a {type(cast('object', value)).__name__}"
    name = next((named for part in ("__name__", "id", "name") if (named := getattr(value, part, None))), None)
    return f"the {type(value).__name__} {name!r}" if isinstance(name, str) else f"a {type(value).__name__}"


def checked(
    what: str, given: Mapping[str, Any], kinds: Mapping[str, Kind], *, required: Collection[str] = ()
) -> dict[str, Any]:
    """What was given, without what is None and may be. Raises WrongKindError, with every mistake at once."""
    problems: list[str] = []
    said: dict[str, Any] = {}
    for name, value in given.items():
        if value is None and name not in required:
            continue
        kind = kinds[name]
        problem = kind.problem(name, value)
        if not problem and kind.item and not kind.is_other_than_a_list(value):
            value = _items(cast("Iterable[object]", value))
            problems += kind.item_problems(name, value)
        problems += [problem] if problem else []
        said[name] = kind.read(value) if kind.read and not problem else value
    if problems:
        raise WrongKindError(what=what, problems=problems, place=here())
    return said


def refuse_unknown(options: Iterable[str], known: Collection[str], *, of: str) -> None:
    """Refuse an option that there is not: a misspelt one must not vanish. Raises UnknownNameError."""
    for name in options:
        if name not in known:
            raise UnknownNameError(kind=f"option of {of}", name=name, known=known, place=here())


def _items(value: Iterable[object]) -> tuple[object, ...]:
    """A list as a tuple; a set in the order of its items' words, which is the same in every run."""
    return tuple(sorted(value, key=shown)) if isinstance(value, set | frozenset) else tuple(value)


def ends(what: str, given: object, *, wants: str = "guidelines, journeys or tags") -> tuple[Any, ...]:
    """Things that can be ends of relationships. Raises WrongKindError for what can't."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        given = (given,)
    found = tuple(cast("Iterable[Any]", given))
    wrong = [item for item in found if not is_end(item)]
    if wrong:
        problems = [
            f"it takes {wants}, not {shown(item)}: pass what create_guideline() and the like gave" for item in wrong
        ]
        raise WrongKindError(what=what, problems=problems, place=here())
    return found


def is_text(value: object) -> bool:
    """Whether it is a text."""
    return isinstance(value, str)


def is_end(value: object) -> bool:
    """Whether it is something that relationships can lead to: a guideline, a journey, a tag."""
    return not isinstance(value, type) and hasattr(value, "endpoint")


def is_tag(value: object) -> bool:
    """Whether it is a tag or the name of one."""
    return isinstance(value, str) or (is_end(value) and cast(Any, value).endpoint.kind == "tag_all")


def is_tool(value: object) -> bool:
    """Whether it stands for a tool."""
    return isinstance(value, ToolEntry | ServiceTool | ToolId | str)


def is_guideline(value: object) -> bool:
    """Whether it is a guideline of an agent in the making."""
    return is_end(value) and cast(Any, value).endpoint.kind == "guideline"


def is_journey(value: object) -> bool:
    """Whether it is a journey of an agent in the making."""
    return is_end(value) and cast(Any, value).endpoint.kind == "journey"


def is_state(value: object) -> bool:
    """Whether it stands for a state of a journey: the state, a way to it, or the end of any journey."""
    return not isinstance(value, type) and getattr(value, "stands_for_a_state", False) is True


def is_mapping_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether something is a mapping, and its values are what they should be."""

    def check(value: object) -> bool:
        return isinstance(value, Mapping) and all(map(fits, cast("Mapping[str, object]", value).values()))

    return check


def is_list_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether something is a list, and its items are what they should be."""

    def check(value: object) -> bool:
        return isinstance(value, list | tuple) and all(map(fits, cast("list[object]", value)))

    return check


def is_written(value: object) -> bool:
    """Whether a guideline may be written so: as a text, a mapping, a handle, or what @guideline made of a function."""
    return isinstance(value, str | Mapping) or is_guideline(value) or (callable(value) and hasattr(value, "action"))


def is_whole(value: object) -> bool:
    """Whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_strategy(value: object) -> bool:
    """Whether it judges groups of guidelines: a function, or an object with a method `match`."""
    return not isinstance(value, type) and (callable(value) or callable(getattr(value, "match", None)))


def choice_of(kind: type[Enum]) -> Kind:
    """One of the members of an enumeration, or its value."""
    values = [member.value for member in kind]
    members = " or ".join(f"{kind.__name__}.{member.name}" for member in kind)
    example = f"p.{kind.__name__}.{next(iter(kind)).name}"
    return Kind(words=members, example=example, fits=lambda value: value in values, read=kind)


def having(words: str, method: str) -> Kind:
    """Something that is told by what it has."""
    return Kind(
        words=words,
        example=f"p.{words.split()[-1]}(…)",
        fits=lambda value: hasattr(value, method) and not isinstance(value, type),
    )


TEXT = Kind(words="a text", example='"…"', fits=is_text)
NAME = Kind(
    words="a text that is not empty", example='"…"', fits=lambda value: is_text(value) and bool(str(value).strip())
)
TEXTS = Kind(words="a list of texts", item="a text", example='["…"]', fits=is_text)
IDS = Kind(words="a list of ids", item="the id of a canned response", example='["an-id"]', fits=is_text)
TAG = Kind(words="a tag or the name of one", example='"vip"', fits=is_tag)
TAGS = Kind(words="a list of tags", item="a tag or the name of one", example='["vip"]', fits=is_tag)
TOOL = Kind(words="a tool", example="my_tool", fits=is_tool)
TOOLS = Kind(
    words="a list of tools",
    item="a tool (a function decorated with @p.tool, or a tool's name)",
    example="[my_tool]",
    fits=is_tool,
)
TARGETS = Kind(
    words="a list of guidelines and journeys",
    item="a guideline, a journey or a tag",
    example="[a_guideline]",
    fits=is_end,
)
WHOLE = Kind(words="a whole number", example="1", fits=is_whole)
FLAG = Kind(words="True or False", example="True", fits=lambda value: isinstance(value, bool))
MAPPING = Kind(words="a mapping", example='{"key": "value"}', fits=lambda value: isinstance(value, Mapping))
CODE = Kind(words="a function", example="my_function", fits=callable)
STRATEGY = Kind(words="a function or an object with a method match()", example="my_strategy", fits=is_strategy)
