"""The matcher of what holds in every turn."""

from ..domain.guideline import Guideline
from ..services import GuidelineMatch, GuidelineMatchingContext


async def MATCH_ALWAYS(context: GuidelineMatchingContext, guideline: Guideline) -> GuidelineMatch:  # noqa: N802  # the documented name
    """The matcher of guidelines that hold in every turn."""
    return GuidelineMatch(id=guideline.id, matched=True, rationale="it always applies")
