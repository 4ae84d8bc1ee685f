"""What can be expected of a turn or of a whole conversation: a closed union, one class for each kind of expectation.

Each holds for the turns it is asked of, one or all. What is expected to be (a guideline fired, a tool was called) holds
when it was so in one of them; what is expected not to be holds when it was so in none.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...engine.domain.modes import SessionMode
from .outside import OutsideExpectation
from .value_tests import Bound, ValueTests

ANY_STATES = ("…", "...")
"""What stands in an expected path for any run of states, also for none."""

DropReason = Literal[
    "unmet_dependency", "unmet_any_dependency", "lower_priority", "outranked", "inactive_journey", "disambiguated"
]
CallMode = Literal["strict", "unordered", "subset", "superset"]
"""The same calls in the same order; in any order; some of the expected ones; the expected ones and perhaps others."""
ArgumentMode = Literal["exact", "subset"]
"""Whether a call may have arguments beside the expected ones (subset) or not (exact)."""
ReplyKind = Literal["from_canned", "no_match", "silent"]
"""Every message came from a canned response; no response fitted, so that the agent said so; nothing was said."""
Quantity = Literal["asks", "tokens", "cost", "seconds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineFired:
    """It matched or was entailed, and was kept."""

    guideline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineNotFired:
    """It did not fire."""

    guideline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelinesOnly:
    """These fired and no others."""

    guidelines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineConsidered:
    """It was looked at, whatever came of it."""

    guideline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineDropped:
    """It matched or was entailed, and was dropped for this reason."""

    guideline: str
    reason: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineApplied:
    """Its action was fulfilled, now or in an earlier turn."""

    guideline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelinesInOrder:
    """They fired one after another; two in one turn are in order."""

    guidelines: tuple[str, ...]


GuidelineExpectation: TypeAlias = (
    GuidelineFired | GuidelineNotFired | GuidelinesOnly | GuidelineConsidered | GuidelineDropped | GuidelineApplied
    | GuidelinesInOrder
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyActive:
    """It was active."""

    journey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyInactive:
    """It was not active."""

    journey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyAt:
    """It is active and stands at this state at the end."""

    journey: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPath:
    """The states it went through up to the end; `…` stands for any run of states."""

    journey: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyEnded:
    """It reached its end, or was left before it."""

    journey: str
    how: Literal["completed", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyTook:
    """It went along a transition, forks and skipped states included."""

    journey: str
    transition: str
    """source->target."""


JourneyExpectation: TypeAlias = JourneyActive | JourneyInactive | JourneyAt | JourneyPath | JourneyEnded | JourneyTook


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCall:
    """A call of a tool, with tests of some of its arguments."""

    tool: str
    arguments: tuple[tuple[str, ValueTests], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolsCalled:
    """These calls were made."""

    calls: tuple[ExpectedCall, ...]
    mode: CallMode = "superset"
    arguments: ArgumentMode = "subset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolNotCalled:
    """It was not called."""

    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolTimes:
    """It was called so many times."""

    tool: str
    times: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFailed:
    """A call of it failed."""

    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolGaveBack:
    """A call of it gave back such a value, as a model sees it."""

    tool: str
    tests: ValueTests


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterReported:
    """It could not run, because the customer has not given this parameter, or not a valid value for it."""

    tool: str
    parameter: str
    kind: Literal["missing", "invalid"]


ToolExpectation: TypeAlias = ToolsCalled | ToolNotCalled | ToolTimes | ToolFailed | ToolGaveBack | ParameterReported


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEquals:
    """The whole reply is this text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyMentions:
    """One of these phrases is said."""

    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyNotMentions:
    """The phrase is not said."""

    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyMatches:
    """The regular expression is found in a reply."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyNotMatches:
    """The regular expression is not found."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCanned:
    """This canned response was said."""

    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWas:
    """Whether a reply was of a kind."""

    kind: ReplyKind
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWords:
    """How many words each reply has."""

    bound: Bound


ReplyExpectation: TypeAlias = (
    ReplyEquals | ReplyMentions | ReplyNotMentions | ReplyMatches | ReplyNotMatches | ReplyCanned | ReplyWas
    | ReplyWords
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionModeIs:
    """Who answers the customer by then."""

    mode: SessionMode


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLabelled:
    """The session has this label by then."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMetadata:
    """The session's metadata have such a value under a key."""

    key: str
    tests: ValueTests


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionVariable:
    """A variable has such a value for this customer."""

    variable: str
    tests: ValueTests


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageWithin:
    """How many asks, tokens or dollars it took, and how many seconds of waiting for the model."""

    quantity: Quantity
    bound: Bound


SessionExpectation: TypeAlias = SessionModeIs | SessionLabelled | SessionMetadata | SessionVariable

Expectation: TypeAlias = (
    GuidelineExpectation | JourneyExpectation | ToolExpectation | ReplyExpectation | SessionExpectation | UsageWithin
    | OutsideExpectation
)  # fmt: skip
