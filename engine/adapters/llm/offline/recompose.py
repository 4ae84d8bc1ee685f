"""A draft among canned responses: dressed in the courtesies that all of them share, and otherwise left as it is."""

from ....domain.facts import RecomposeFacts
from ....domain.values import JSON
from .text import fold, sentences


def answer_recompose(facts: RecomposeFacts) -> dict[str, JSON]:
    """The draft, with the sentences around it with which every response begins or ends."""
    texts = [sentences(candidate.text) for candidate in facts.candidates]
    first, last = _shared(texts, at=0), _shared(texts, at=-1)
    said = {fold(sentence) for sentence in sentences(facts.draft)}
    parts = [facts.draft if part is None else part for part in (first, None, last)]
    message = " ".join(part for part in parts if part and (part == facts.draft or fold(part) not in said))
    shared = " and ".join(repr(part) for part in (first, last) if part)
    return {"reason": f"all share {shared}" if shared else "they share no sentence", "message": message}


def _shared(texts: list[tuple[str, ...]], *, at: int) -> str:
    """The sentence that stands in one place in all of several responses, each of which says more than that."""
    if len(texts) < 2 or any(len(text) < 2 for text in texts):
        return ""
    found = {fold(text[at]) for text in texts}
    return texts[0][at] if len(found) == 1 else ""
