"""Which guidelines a reply fulfilled, by the words of their actions."""

from ....domain.facts import AnalysisFacts, Instruction
from ....domain.values import JSON
from .heard import Heard, hear
from .lexicon import says
from .overlap import overlap, topic
from .text import fold
from .values import holds_sensitive
from .wording import Speech, offered, speeches


def answer_analysis(facts: AnalysisFacts) -> dict[str, JSON]:
    """A verdict for each guideline, in their order."""
    reply, heard = "\n".join(facts.reply), hear(facts.situation)
    checks: dict[str, JSON] = {}
    for instruction in facts.instructions:
        missed = _missed(instruction, reply, heard=heard)
        evidence = f"the reply does not do this: {missed}" if missed else "the reply does what the action says"
        checks[instruction.id] = {"id": instruction.id, "evidence": evidence, "followed": not missed}
    return {"checks": list(checks.values())}


def _missed(instruction: Instruction, reply: str, *, heard: Heard) -> str | None:
    """The first part of an action that the reply does not do."""
    if not reply.strip():
        return instruction.action or "anything"
    parts = speeches(instruction.action)
    return next((part.source for part in parts if not _is_done(part, reply, heard=heard)), None)


def _is_done(part: Speech, reply: str, *, heard: Heard) -> bool:
    if part.kind == "prohibition":
        return not holds_sensitive(reply)
    if part.kind == "report" and fold(offered(part).rstrip(".")) in fold(reply):
        return False
    if part.text and fold(part.text.rstrip(".!?")) in fold(reply):
        return True
    if part.kind == "courtesy":
        return _is_courteous(part, reply)
    if part.kind == "ask" and "?" not in reply:
        return False
    wanted = heard.topic(part.source)
    return not wanted or overlap(wanted, heard.topic(reply)).share >= 0.5


def _is_courteous(part: Speech, reply: str) -> bool:
    """Whether the reply greets, thanks or apologises as asked, in whatever words."""
    if part.text.startswith("Hello"):
        return says("greeting", reply) or "welcome" in fold(reply)
    if part.text.startswith("Thank"):
        return says("thanks", reply)
    if "sorry" in part.text:
        return any(word in fold(reply) for word in ("sorry", "apolog", "understand", "regret"))
    return overlap(topic(part.source), topic(reply)).share >= 0.5
