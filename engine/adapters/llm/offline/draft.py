"""What the agent says: its instructions in plain words, with what tools gave back."""

from collections.abc import Iterator

from ....domain.facts import DraftFacts, Instruction, Situation
from ....domain.tool import Insight, ToolCall
from ....domain.values import JSON
from .heard import Heard, hear
from .lexicon import says
from .overlap import overlap
from .results import fields, is_empty, readable
from .telling import acts, announces, has_news, one_of, without_idle
from .text import fold, is_question
from .values import given, without_sensitive
from .wording import Speech, offered, speeches


def answer_draft(facts: DraftFacts) -> dict[str, JSON]:
    """A plan for each instruction, and the message."""
    drafting = _Drafting(facts)
    plans: list[JSON] = [{"id": item.id, "how": drafting.plan(item)} for item in facts.instructions]
    message = without_sensitive(" ".join(_unrepeated(drafting.sentences()))).strip()
    return {"plans": plans, "message": message or None}


def _unrepeated(said: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for sentence in said:
        if sentence.strip() and fold(sentence) not in seen:
            seen.add(fold(sentence))
            yield sentence


class _Drafting:
    """One message in the making."""

    def __init__(self, facts: DraftFacts) -> None:
        self._facts = facts
        self._heard = hear(facts.situation)
        self._spoken = [speech for item in facts.instructions for speech in speeches(item.action)]
        self._failed = tuple(call for call in facts.situation.calls if call.failed)
        self._succeeded = tuple(call for call in facts.situation.calls if not call.failed)

    def plan(self, instruction: Instruction) -> str:
        """How one instruction is met."""
        said = [self._said(speech) for speech in speeches(instruction.action)]
        words = without_sensitive(" ".join(text for text in said if text))
        return f"the message says: {words}" if words else "the message does nothing against it"

    def sentences(self) -> Iterator[str]:
        """The message, sentence by sentence: courtesies, failures, statements, results, questions."""
        spoken = self._spoken
        asked = [speech for speech in spoken if _asks(speech) and not self._is_done(speech)]
        yield from (self._said(speech) for speech in spoken if speech.kind == "courtesy")
        yield from (_failure(call) for call in self._failed)
        yield from (self._said(speech) for speech in spoken if speech.kind != "courtesy" and speech not in asked)
        yield self._results()
        silent = not any(speech.text for speech in spoken)
        if silent and not self._facts.insights and not self._facts.situation.calls:
            yield from _unprompted(self._facts.situation, self._heard)
        yield from without_idle(
            [
                *(_request(insight) for insight in self._facts.insights if not insight.parameter.hidden),
                *(self._said(speech) for speech in asked),
            ]
        )

    def _said(self, speech: Speech) -> str:
        """A sentence; nothing where it would claim what failed or announce what is not there."""
        if speech.kind in ("confirm", "report") and self._failed and not self._succeeded:
            return ""
        if speech.kind == "report" and speech.text.startswith("Here is "):
            return "" if self._results() else self._recalled(speech) or offered(speech)
        if speech.kind == "ask" and announces(speech) and self._failed and not self._succeeded:
            return ""
        if self._is_done(speech):
            return speech.text.replace("Could you confirm ", "I can confirm ").rstrip("?") + "."
        if speech.kind == "ask" and "confirm" in speech.text and (details := self._details()):
            return f"{speech.text.rstrip('?')} ({details})?"
        return speech.text

    def _is_done(self, speech: Speech) -> bool:
        """Whether what is to be confirmed was done by a tool in this turn, so that it is told and not asked."""
        return speech.kind == "ask" and announces(speech) and any(acts(call) for call in self._succeeded)

    def _results(self) -> str:
        stated = any(speech.kind in ("tell", "confirm", "verbatim") or self._is_done(speech) for speech in self._spoken)
        wanted = any(speech.kind == "report" for speech in self._spoken)
        told = [call for call in self._succeeded if wanted or not stated or not acts(call) or has_news(call)]
        shown = [readable(call.result.data) for call in told if not isinstance(call.result.data, bool)]
        nothing = [call for call in self._succeeded if is_empty(call.result.data) and call.result.data is not None]
        known = [text for text in (*shown, *(self._looked_up() if wanted else ())) if text]
        if known:
            return f"Here is what I found: {'; '.join(dict.fromkeys(known))}."
        return "I found nothing." if nothing and not self._failed else ""

    def _looked_up(self) -> Iterator[str]:
        """What retrievers found for this reply."""
        found = (item.result for item in self._facts.situation.retrieved)
        return (readable(result.data) for result in found if result is not None and not is_empty(result.data))

    def _recalled(self, speech: Speech) -> str:
        """What an earlier call found of what is to be told; nothing while a tool still waits for something."""
        wanted = self._heard.topic(speech.source)
        for line in reversed(self._facts.situation.conversation if not self._facts.insights else ()):
            if line.call is None or line.call.failed or is_empty(line.call.result.data):
                continue
            names = " ".join((line.call.tool, *(name for name, _ in fields(line.call.result.data)))).replace("_", " ")
            if overlap(wanted, self._heard.topic(names)).share >= 0.5:
                return f"Here is what I found: {readable(line.call.result.data)}."
        return ""

    def _details(self) -> str:
        """What the customer settled on, as far as it is a date or a time; what was acted on is settled no more."""
        for line in reversed(self._facts.situation.conversation):
            if line.call is not None and acts(line.call) and not line.call.failed:
                return ""
            if line.speaker == "customer" and (moment := given("moment", line.text)):
                return " ".join(moment)
        return ""


def _asks(speech: Speech) -> bool:
    return speech.kind == "ask" or (speech.kind == "verbatim" and speech.text.endswith("?"))


def _failure(call: ToolCall) -> str:
    # What the tool itself gives as the reason is meant to be told; an exception's text is not.
    reason = "" if "fault" in call.result.metadata else (call.result.error or "").strip().rstrip(".")
    return f"I'm sorry, that did not work: {reason}." if reason else "I'm sorry, that did not work right now."


def _request(insight: Insight) -> str:
    part = insight.parameter
    why = f" ({part.significance.rstrip('.')})" if part.significance else ""
    match insight.kind:
        case "missing":
            choices = f": {one_of(part.choices)}" if part.choices else ""
            return f"Could you tell me the {part.label}{why}{choices}?"
        case "invalid":
            value = f" {insight.value!r}" if insight.value else ""
            problem = f": {insight.problem.rstrip('.')}" if insight.problem else ""
            return f"The {part.label}{value} does not work{problem}. Could you give me another{why}?"


def _unprompted(situation: Situation, heard: Heard) -> Iterator[str]:
    """What to say without instructions."""
    text = heard.text
    if says("greeting", text) or not text:
        yield "Hello!"
    if says("thanks", text):
        yield "You're welcome."
    if says("farewell", text):
        yield "Goodbye!"
        return
    if says("quit", text):
        yield "All right, let's leave it at that. Is there anything else I can do for you?"
        return
    known = _knowledge(situation, heard)
    asked = is_question(text) and any(word.weight >= 1 for word in heard.topic(text))
    unknown = "I'm afraid I can't answer that. Is there anything else I can do for you?"
    yield known or (unknown if asked else "How can I help you?")


def _knowledge(situation: Situation, heard: Heard) -> str:
    """What the glossary or a variable says of what the customer asks."""
    asked = heard.topic(heard.text)
    for term in situation.terms:
        names = (term.name, *term.synonyms)
        if term.description and any(overlap(heard.topic(name), asked).share >= 0.99 for name in names):
            return f"{term.name[:1].upper()}{term.name[1:]}: {term.description.rstrip('.')}."
    for variable in situation.variables if is_question(heard.text) else ():
        name = variable.name.replace("_", " ")
        if overlap(heard.topic(name), asked).share >= 0.99 and readable(variable.value):
            return f"Your {name}: {readable(variable.value)}."
    return ""
