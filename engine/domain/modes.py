"""The small closed choices that agents, guidelines and sessions make."""

from enum import StrEnum
from typing import Literal, TypeAlias, get_args


class CompositionMode(StrEnum):
    """How free the wording of a reply is."""

    FLUID = "fluid"
    COMPOSITED = "composited"
    STRICT = "strict"


class OutputMode(StrEnum):
    """Whether a reply is shown when it is complete, or while it is being written."""

    BLOCK = "block"
    STREAM = "stream"


class Criticality(StrEnum):
    """How carefully a guideline is checked and worded; not which guideline gives way (that is priority)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


ModerationMode: TypeAlias = Literal["none", "auto", "paranoid"]
"""Nobody reads along; a moderator does; or one does who also looks for attempts to talk the agent out of its rules."""

MODERATION_MODES: tuple[ModerationMode, ...] = get_args(ModerationMode)


class SessionMode(StrEnum):
    """Who answers the customer: the agent, or a human operator."""

    AUTO = "auto"
    MANUAL = "manual"


RESTRICTIVENESS = (CompositionMode.FLUID, CompositionMode.COMPOSITED, CompositionMode.STRICT)


def most_restrictive(*modes: CompositionMode) -> CompositionMode:
    """Choose the mode that governs a turn among those that apply."""
    return max(modes, key=RESTRICTIVENESS.index, default=CompositionMode.FLUID)
