"""Tools: what a model may know of them, what was called, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Required, TypedDict, cast

from .modes import Criticality
from .values import JSON, Source, canonical_json

ParameterType = Literal["string", "integer", "number", "boolean", "date", "datetime", "enum", "array", "object"]
ValueSource = Literal["any", "context", "customer"]
Permission = Literal["read", "write", "admin"]
PERMISSIONS: tuple[Permission, ...] = ("read", "write", "admin")
"""From the lowest to the highest."""


class ToolOverlap(StrEnum):
    """With which other tools a tool is decided: those it is said to overlap, none, or in sight of them all."""

    AUTO = "auto"
    NONE = "none"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a tool, as a model sees it and as its value is checked."""

    name: str
    type: ParameterType
    required: bool = True
    item: ParameterType | None = None
    """The type of the items of an array."""
    choices: tuple[str, ...] = ()
    provided: bool = False
    """Whether code says at the time of the call what may be chosen, and nothing else may."""
    description: str = ""
    examples: tuple[str, ...] = ()
    display_name: str = ""
    significance: str = ""
    source: ValueSource = "any"
    hidden: bool = False
    precedence: int | None = None
    schema: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """JSON Schema of a nested object, empty otherwise."""

    @property
    def label(self) -> str:
        """What a customer would call it."""
        return self.display_name or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that an agent may call."""

    id: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    consequential: bool = False
    permission: Permission = "read"
    overlap: ToolOverlap = ToolOverlap.AUTO
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)

    def parameter(self, name: str) -> Parameter | None:
        """Look up a parameter by its name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


class TransientGuideline(TypedDict, total=False):
    """A guideline that a tool's result brings: it holds for the turn in which the tool ran."""

    action: Required[str]
    condition: str
    description: str
    priority: int
    criticality: Criticality | Literal["low", "medium", "high"]


CONTROL_KEYS = ("mode", "lifespan", "retry_allowed", "success", "message", "session")


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gives back.

    `data` (any JSON value) is all that a model sees, or `error` in its place. `metadata` is kept for front ends and
    never shown to a model. `control` takes `mode` ("auto" or "manual"), `lifespan` ("session" or "response"),
    `retry_allowed`, `success`, `message` and `session` (a mapping of what is to be different about it: metadata,
    unset_metadata, labels, remove_labels, title, mode). `canned_response_fields` are values that canned responses may
    refer to, `canned_responses` whole ones for this turn. `guidelines` hold for this turn: each is a
    TransientGuideline. Raises TypeError where one of these two is no list, ValueError for a guideline that can't be.
    """

    data: JSON = None
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON], kw_only=True)
    control: Mapping[str, JSON] = field(default_factory=dict[str, JSON], kw_only=True)
    canned_responses: Sequence[str] = field(default=(), kw_only=True)
    canned_response_fields: Mapping[str, JSON] = field(default_factory=dict[str, JSON], kw_only=True)
    guidelines: Sequence[Mapping[str, JSON]] = field(default=(), kw_only=True)
    error: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("canned_responses", "guidelines"):
            given = getattr(self, name)
            if isinstance(given, str | Mapping):
                raise TypeError(f"ToolResult({name}=…) takes a list: write {name}=[{given!r}]")
            # A list that an author gave and the tuple it becomes when stored must be one and the same value.
            object.__setattr__(self, name, tuple(given))
        for guideline in self.guidelines:
            _check_guideline(guideline)

    @property
    def failed(self) -> bool:
        """Whether the call counts as failed: an error, or success=False in control. Plain data never does."""
        return self.error is not None or self.control.get("success") is False

    @property
    def visible(self) -> JSON:
        """What a model sees of it."""
        return {"error": self.error} if self.error is not None else self.data


def _check_guideline(given: object) -> None:
    """Raise ValueError where what an author gave is no guideline."""
    if not isinstance(given, Mapping):
        raise ValueError(f"a guideline of a ToolResult is {given!r}: write TransientGuideline(action=…)")
    _check_fields(cast("Mapping[str, JSON]", given))


def _check_fields(given: Mapping[str, JSON]) -> None:
    known = TransientGuideline.__annotations__
    unknown = [key for key in given if key not in known]
    if unknown:
        raise ValueError(f"a guideline of a ToolResult has no {unknown[0]!r}; it may have {', '.join(known)}")
    action = given.get("action")
    if not isinstance(action, str) or not action.strip():
        raise ValueError(f"a guideline of a ToolResult needs an action in words, not {action!r}")
    for key in ("condition", "description"):
        if not isinstance(given.get(key, ""), str):
            raise ValueError(f"the {key} of a ToolResult's guideline {action!r} is {given[key]!r}: write a text")
    priority = given.get("priority", 0)
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise ValueError(f"the priority of a ToolResult's guideline {action!r} is {priority!r}: write a whole number")
    levels = [level.value for level in Criticality]
    if given.get("criticality", "medium") not in levels:
        written = given["criticality"]
        raise ValueError(
            f"the criticality of a ToolResult's guideline {action!r} is {written!r}: write one of {', '.join(levels)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call that was made, with its result."""

    id: str
    """Unique in the session and readable: turn number, tool and ordinal."""
    tool: str
    arguments: Mapping[str, JSON]
    result: ToolResult
    because: tuple[str, ...] = ()
    """The guidelines ("guideline:find-order") and states ("state:booking/book") that offered the tool."""
    retried: ToolResult | None = None
    """The failed result after which it was tried once more; `result` is what that gave."""

    @property
    def summary(self) -> str:
        """The call and what a model sees of its result, on one line."""
        outcome = "failed" if self.failed else "gave"
        return f"{self.tool} {canonical_json(self.arguments)} {outcome} {canonical_json(self.result.visible)}"

    @property
    def failed(self) -> bool:
        """Whether it failed, a failed call still being a call."""
        return self.result.failed


InsightKind = Literal["missing", "invalid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Why a tool could not run: a parameter is missing or its value is not valid."""

    kind: InsightKind
    tool: str
    parameter: Parameter
    value: str | None = None
    problem: str = ""
