"""Whether a journey may take a step: the conditions on the way, the states it would pass over."""

import re
from dataclasses import replace

from ....domain.facts import Step
from .evidence import Finding
from .lexicon import says
from .passing import passed_over
from .text import fold
from .walker import Walker
from .way_conditions import holds


def may_take(walk: Walker, step: Step) -> Finding:
    """Whether a step may be taken now."""
    for state_id in step.via:
        passed = passed_over(walk, state_id, step=step)
        if not passed.holds:
            return passed
    if not step.conditions:
        return walk.completed()
    found = [holds(walk, condition, step=step) for condition in step.conditions]
    failed = next((finding for finding in found if not finding.holds), None)
    if failed is not None:
        return replace(failed, strength=sum(finding.strength for finding in found) / len(found))
    whys = "; ".join(dict.fromkeys(finding.why for finding in found))
    return Finding(holds=True, why=whys, strength=min(finding.strength for finding in found))


def wants_out(text: str) -> bool:
    """Whether the customer gives up what is under way."""
    given_up = re.search(r"\bdo not (?:want|need|wish)\b.*\b(?:any ?more|any longer|after all)\b", fold(text))
    return says("quit", text) or given_up is not None
