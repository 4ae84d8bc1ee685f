"""Is it unclear what the customer means, and between what?"""

from collections import Counter
from collections.abc import Iterator

from ..domain.facts import AmbiguityFacts, AmbiguityView
from .decision import Answer, Decision


class AmbiguityVerdict(Answer):
    """The verdict on one ambiguity. `question` is what to ask the customer, null where it is clear what they mean."""

    id: str
    evidence: str
    asked: bool
    resolved: bool
    ambiguous: bool
    meanings: list[str]
    question: str | None


class AmbiguityAnswer(Answer):
    """A verdict for each ambiguity, in their order."""

    checks: list[AmbiguityVerdict]


def objections(facts: AmbiguityFacts, answer: AmbiguityAnswer) -> tuple[str, ...]:
    """Every ambiguity is judged once, and an unclear one leaves several of its meanings open and asks about them."""
    views = {view.id: view for view in facts.ambiguities}
    given = Counter(check.id for check in answer.checks)
    found = [f"ambiguity {name!r} was not judged" for name in views if name not in given]
    found += [f"ambiguity {name!r} was judged twice" for name, count in given.items() if count > 1]
    found += [f"{name!r} is not one of the ambiguities asked about" for name in given if name not in views]
    for check in answer.checks:
        if check.id in views:
            found += _inconsistencies(views[check.id], check)
    return tuple(found)


def _inconsistencies(view: AmbiguityView, check: AmbiguityVerdict) -> Iterator[str]:
    known = [meaning.id for meaning in view.meanings]
    for name in check.meanings:
        if name not in known:
            yield f"ambiguity {view.id!r} has no meaning {name!r}; choose among: {', '.join(known)}"
    if not check.ambiguous:
        return
    if check.resolved:
        yield f"ambiguity {view.id!r} can't be both resolved and ambiguous"
    if len(set(check.meanings) & set(known)) < 2:
        yield f"ambiguity {view.id!r} is unclear between fewer than two meanings: name those left open, or answer false"
    if not (check.question or "").strip():
        yield f"ambiguity {view.id!r} needs a question to the customer"


DISAMBIGUATE = Decision(name="disambiguate", answer=AmbiguityAnswer, objections=objections)
