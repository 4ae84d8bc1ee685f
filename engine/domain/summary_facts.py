"""What a summary of an older part of a conversation is made from."""

from dataclasses import dataclass

from .situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """What must be remembered of this part of a conversation, word for word, and what of the rest, in short?"""

    situation: Situation
    """Its conversation is the part that is summarised; its summary is that of what came before."""
    wanted: tuple[str, ...] = ()
    """Names of facts to look for, such as `order_id`."""
