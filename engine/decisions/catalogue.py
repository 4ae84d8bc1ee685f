"""Every decision there is, for whoever lists or checks them all."""

from typing import Any

from .analysis import ANALYSIS
from .consequential import CONSEQUENTIAL
from .decision import Decision
from .disambiguate import DISAMBIGUATE
from .draft import DRAFT
from .journey import JOURNEY
from .match import MATCH
from .properties import PROPERTIES
from .selection import SELECTION
from .tools import TOOLS

ALL: tuple[Decision[Any, Any], ...] = (
    ANALYSIS,
    CONSEQUENTIAL,
    DISAMBIGUATE,
    DRAFT,
    JOURNEY,
    MATCH,
    PROPERTIES,
    SELECTION,
    TOOLS,
)
"""The decisions, by name."""
