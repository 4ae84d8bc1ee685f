"""What authors' code says of guidelines, and is told of them, of journeys and of states."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineMatch:
    """What a matcher or a strategy says of a guideline, and what handlers are told of one that holds."""

    id: str = ""
    matched: bool = False
    rationale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMatch:
    """A journey that is active in a turn."""

    journey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStateMatch:
    """A state in which a journey stood in a turn, how it came there, and why."""

    state_id: str
    journey_id: str
    transition_id: str | None = None
    """The way that led there in this turn, as source->target; None where the journey stayed or went back."""
    matched: bool = True
    rationale: str = ""
