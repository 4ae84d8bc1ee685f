"""What a criterion is worth to somebody who goes by words: nothing can be told."""

from ....domain.onlooking_facts import JudgeFacts
from ....domain.values import JSON

WHY = "the offline model goes by words and can't judge what is meant"


def answer_judge(facts: JudgeFacts) -> dict[str, JSON]:
    """No verdict, whatever the criterion: a guess would pass for one."""
    return {"quotes": [], "reason": WHY, "verdict": "cannot_tell"}
