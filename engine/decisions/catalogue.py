"""Every decision there is, for whoever lists or checks them all."""

from typing import Any

from .analysis import ANALYSIS
from .consequential import CONSEQUENTIAL
from .customer import CUSTOMER
from .decision import Decision
from .disambiguate import DISAMBIGUATE
from .draft import DRAFT
from .follow_up import FOLLOW_UP
from .generate_field import GENERATE_FIELD
from .journey import JOURNEY
from .judge import JUDGE
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
    CUSTOMER,
    DISAMBIGUATE,
    DRAFT,
    FOLLOW_UP,
    GENERATE_FIELD,
    JOURNEY,
    JUDGE,
    MATCH,
    PREAMBLE,
    PROPERTIES,
    RECOMPOSE,
    SELECTION,
    SUMMARISE,
    TOOLS,
)
"""The decisions, by name."""

NAMES = tuple(decision.name for decision in ALL)
"""By which each may have a model of its own."""
