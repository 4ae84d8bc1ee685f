"""The matcher of what holds in every turn."""

from ..author_code.matching import GuidelineMatchingContext
from ..domain.guideline import Guideline
from ..domain.matches import GuidelineMatch


async def MATCH_ALWAYS(context: GuidelineMatchingContext, guideline: Guideline) -> GuidelineMatch:  # noqa: N802  # the documented name
    """The matcher of guidelines that hold in every turn."""
    return GuidelineMatch(id=guideline.id, matched=True, rationale="it always applies")
