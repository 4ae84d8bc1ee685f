"""What short sign of life does the customer get while the agent thinks?"""

from ..domain.facts import PreambleFacts
from .decision import Answer, Decision

MOST_WORDS = 12


class PreambleAnswer(Answer):
    """Why, then a response's id where responses are offered, else a few words; both null to say nothing yet."""

    reason: str
    response: str | None
    message: str | None


def objections(facts: PreambleFacts, answer: PreambleAnswer) -> tuple[str, ...]:
    """One of the responses where there are any, else one short line of its own."""
    offered = [candidate.id for candidate in facts.candidates]
    if offered:
        return _of_responses(offered, answer)
    if answer.response is not None:
        return ("no responses are offered; leave the response null and write a message",)
    if answer.message is None:
        return ()
    if not answer.message.strip() or len(answer.message.splitlines()) > 1:
        return ("the message must be one line; write a few words, or null to say nothing yet",)
    words = len(answer.message.split())
    return (f"the message has {words} words; write at most {MOST_WORDS}",) if words > MOST_WORDS else ()


def _of_responses(offered: list[str], answer: PreambleAnswer) -> tuple[str, ...]:
    if answer.message is not None:
        return ("only the responses offered may be sent; leave the message null and choose one",)
    if answer.response is not None and answer.response not in offered:
        return (f"{answer.response!r} is not one of the responses offered; choose one of: {', '.join(offered)}",)
    return ()


PREAMBLE = Decision(name="preamble", answer=PreambleAnswer, objections=objections)
