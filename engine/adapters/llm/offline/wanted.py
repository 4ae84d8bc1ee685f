"""A parameter of a tool for which the conversation is searched."""

import re
from dataclasses import dataclass

from ....domain.tool import Parameter
from .dates import Calendar
from .places import Places
from .text import fold, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A parameter for which a text is searched."""

    parameter: Parameter
    places: Places
    rank: int = 0
    """How many parameters of the same type come before it: the second date of a message is the second one's."""
    alone: bool = True
    """Whether no other parameter of the tool has its type."""

    @property
    def label(self) -> str:
        """Name, label and description as one text."""
        part = self.parameter
        return f"{spoken(part.name)} {part.display_name} {part.description}"

    @property
    def calendar(self) -> Calendar:
        """How dates are read for this parameter."""
        past = re.search(
            r"\b(?:incident|occur\w*|happen\w*|purchas\w*|bought|birth|since|accident|loss)\b", fold(self.label)
        )
        return Calendar(now=self.places.situation.now, past=past is not None)
