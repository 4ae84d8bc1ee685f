"""Every decision there is, for whoever lists or checks them all."""

from typing import Any

from .analysis import ANALYSIS
from .decision import Decision
from .draft import DRAFT
from .journey import JOURNEY
from .match import MATCH
from .selection import SELECTION
from .tools import TOOLS

ALL: tuple[Decision[Any, Any], ...] = (ANALYSIS, DRAFT, JOURNEY, MATCH, SELECTION, TOOLS)
"""The decisions, by name."""
