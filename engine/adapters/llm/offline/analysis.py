"""Which guidelines a reply fulfilled, by the words of their actions."""

import re
from typing import Literal

from ....domain.facts import AnalysisFacts, Instruction
from ....domain.values import JSON
from .heard import Heard, hear
from .lexicon import says
from .overlap import overlap, topic
from .text import fold
from .values import holds_sensitive
from .wording import Speech, offered, speeches

Missing = Literal["nothing", "manner", "substance"]

_MANNER = re.compile(
    r"(?:\w+ly )?(?:empathi[sz]e|(?:express|show|offer) (?:empathy|understanding)|be |stay |keep )", re.IGNORECASE
)


def answer_analysis(facts: AnalysisFacts) -> dict[str, JSON]:
    """A verdict for each guideline, in their order."""
    reply, heard = "\n".join(facts.reply), hear(facts.situation)
    checks: dict[str, JSON] = {}
    for instruction in facts.instructions:
        missed = _missed(instruction, reply, heard=heard)
        parts = ", ".join(part.source for part in missed)
        evidence = f"the reply does not do this: {parts}" if missed else "the reply does what the action says"
        missing = _weight(missed)
        followed = missing != "substance"
        checks[instruction.id] = {
            "id": instruction.id, "evidence": evidence, "missing": missing, "followed": followed
        }  # fmt: skip
    return {"checks": list(checks.values())}


def _missed(instruction: Instruction, reply: str, *, heard: Heard) -> tuple[Speech, ...]:
    """The parts of an action that the reply does not do."""
    if not reply.strip():
        return (Speech(kind="tell", text="", source=instruction.action or "anything"),)
    return tuple(part for part in speeches(instruction.action) if not _is_done(part, reply, heard=heard))


def _weight(missed: tuple[Speech, ...]) -> Missing:
    """What is missing of an action: feeling with somebody is a manner, whatever else there is to do is substance."""
    if not missed:
        return "nothing"
    return "manner" if all(_MANNER.match(part.source) for part in missed) else "substance"


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
