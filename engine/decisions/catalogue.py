"""Every decision there is, for whoever lists or checks them all."""

from typing import Any

from .analysis import ANALYSIS
from .consequential import CONSEQUENTIAL
from .decision import Decision
from .disambiguate import DISAMBIGUATE
from .draft import DRAFT
from .follow_up import FOLLOW_UP
from .generate_field import GENERATE_FIELD
from .journey import JOURNEY
from .match import MATCH
from .preamble import PREAMBLE
from .properties import PROPERTIES
from .recompose import RECOMPOSE
from .selection import SELECTION
from .summarise import SUMMARISE
from .tools import TOOLS

ALL: tuple[Decision[Any, Any], ...] = (
    ANALYSIS,
    CONSEQUENTIAL,
    DISAMBIGUATE,
    DRAFT,
    FOLLOW_UP,
    GENERATE_FIELD,
    JOURNEY,
    MATCH,
    PREAMBLE,
    PROPERTIES,
    RECOMPOSE,
    SELECTION,
    SUMMARISE,
    TOOLS,
)
"""The decisions, by name."""
