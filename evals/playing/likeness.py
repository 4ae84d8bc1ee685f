"""How alike a reply is to what it should resemble: by the agent's embedder, else by words and their parts."""

from collections.abc import Sequence
from functools import partial

from ...engine import Fault, ModelError, guarded
from ...engine.ports import Embedder, Vector
from ..expectations.code import CodeAnswer
from ..expectations.outside import ReplySimilar
from .unanswered import unanswered


async def likeness(expected: ReplySimilar, replies: Sequence[str], *, embedder: Embedder) -> CodeAnswer:
    """Whether one of the replies is near enough to one of the texts. Nothing is raised for an embedder that breaks."""
    said = [reply for reply in replies if reply.strip()]
    if not said:
        return CodeAnswer(verdict="failed", explanation="the agent said nothing that could resemble it")
    found = await guarded(partial(_vectors, (*expected.texts, *said), embedder), what="the embedder")
    if isinstance(found, Fault):
        return CodeAnswer(verdict="inconclusive", explanation=str(found), reason="judge_failed")
    if isinstance(found, CodeAnswer):
        return found
    wanted, heard = found[: len(expected.texts)], found[len(expected.texts) :]
    scored = [
        (_cosine(one, other), text, reply)
        for text, one in zip(expected.texts, wanted, strict=True)
        for reply, other in zip(said, heard, strict=True)
    ]
    best, text, reply = max(scored, key=lambda score: score[0])
    if best >= expected.at_least:
        return CodeAnswer(verdict="passed")
    nearest = "" if len(expected.texts) == 1 else f", the nearest of {len(expected.texts)} texts"
    told = f"similarity {best:.2f} to {text!r}{nearest}, expected at least {expected.at_least:g}; it said: {reply!r}"
    return CodeAnswer(verdict="failed", explanation=told)


async def _vectors(texts: Sequence[str], embedder: Embedder) -> tuple[Vector, ...] | CodeAnswer:
    try:
        return await embedder.embed(texts)
    except ModelError as error:
        broken = unanswered(error, who="the embedder", undecided="judge_failed")
        return CodeAnswer(verdict="inconclusive", explanation=broken.explanation, reason=broken.reason)


def _cosine(one: Vector, other: Vector) -> float:
    """Of vectors of length 1 the product; rounded, so that the same text is no less than itself."""
    return round(sum(left * right for left, right in zip(one, other, strict=True)), 6)
