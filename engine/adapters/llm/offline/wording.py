"""Instructions in words to a customer: "Ask when it happened" becomes "Could you tell me when it happened?"."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .text import sentences

SpeechKind = Literal["ask", "tell", "report", "courtesy", "confirm", "prohibition", "verbatim"]
"""What a sentence does. Reports and confirmations rest on what tools gave back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A sentence to the customer, and what it does; empty for what is not to be said or done."""

    kind: SpeechKind
    text: str
    source: str
    """The part of the instruction that it is made from."""


_PARTS = re.compile(
    r";\s+|,?\s+(?:and|then|and then|but)\s+(?=(?:politely |always |then |also |warmly |kindly )?"
    r"(?:ask|tell|offer|provide|explain|give|"
    r"suggest|recommend|confirm|thank|apologi[sz]e|reassure|redirect|express|acknowledge|inform|let|help|invite|show|list|share|call|"
    r"greet|wish|escalate|transfer|request|prioriti[sz]e|find|check|say|mention|remind)\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:[a-z]+ly|first|then|next|always|also|please|now|finally|"
    r"make sure (?:to|you)|be sure to|try to|you (?:should|must)|and)[,:]?\s+)+",
    re.IGNORECASE,
)
_THEM = (
    r"(?:them|the customer|the user|the patient|the guest|the client|customers?|users?|patients?|him or her|him|her)"
)
_PROHIBITION = re.compile(
    r"^(?:never|do not|don'?t|avoid|refrain|only|no |be |keep |stay |use |reference your)", re.IGNORECASE
)
_ADDRESSES = re.compile(
    r"\b(?:I|I'(?:ll|m|ve|d)|we|we'(?:ll|re|ve)|you|you'(?:re|ve|ll|d)|your|my|our)\b", re.IGNORECASE
)
_RULES: tuple[tuple[SpeechKind, str, str], ...] = (
    ("courtesy", r"(?:greet|welcome)\b.*", "Hello!"),
    ("courtesy", r"thank\b.*", "Thank you!"),
    ("courtesy", r"(?:apologi[sz]e|say sorry)\b(?: to {them})?(?: for (?P<rest>.+))?.*", "I'm sorry for {rest}."),
    (
        "courtesy",
        r"(?:acknowledge (?!receipt)|empathi[sz]e|express (?:empathy|understanding)|offer empathy|show empathy).*",
        "I understand, and I am sorry about this.",
    ),
    ("courtesy", r"(?:decline|refuse)\b.*", "I'm sorry, but I can't do that."),
    ("courtesy", r"acknowledge receipt.*", "Thank you, I have received it."),
    ("courtesy", r"reassure (?:{them} )?of (?P<rest>.+)", "You can rely on {rest}."),
    ("courtesy", r"reassure (?:{them}(?: that)? )?(?P<rest>.+)", "Please be assured: {rest}."),
    ("courtesy", r"(?:say goodbye|bid {them} farewell|close the conversation).*", "Goodbye, and have a good day!"),
    ("courtesy", r"wish (?:{them} )?(?P<rest>.+)", "I wish you {rest}."),
    ("ask", r"ask (?:{them} )?how (?:you|I) (?P<rest>(?:can|may|could) .+)", "How {agent}?"),
    ("ask", r"ask (?:{them} )?(?:for|about) (?P<rest>.+)", "Could you tell me {rest}?"),
    ("ask", r"ask (?:{them} )?to (?P<rest>.+)", "Could you please {rest}?"),
    (
        "ask",
        r"ask (?:{them} )?(?:if|whether) they (?P<rest>(?:would|want|wish|need|have|can|could|do|did)\b.+)",
        "{yesno}?",
    ),
    ("ask", r"ask (?:{them} )?if (?P<rest>.+)", "Could you tell me whether {rest}?"),
    ("ask", r"ask (?:{them} )?(?P<rest>.+)", "Could you tell me {rest}?"),
    (
        "ask",
        r"(?:get|collect|obtain|gather|request|determine|find out|identify|clarify)(?: from {them})? (?P<rest>.+)",
        "Could you tell me {rest}?",
    ),
    ("tell", r"(?:tell|advise|instruct|remind|urge|direct) {them} to (?P<rest>.+)", "Please {rest}."),
    (
        "tell",
        r"(?:tell|inform|remind|advise|let) {them} (?:know )?that (?P<rest>.+)",
        "{rest}.",
    ),
    (
        "report",
        r"(?:tell|inform|remind|let) {them} (?:know )?(?P<rest>(?:why|how|what|when|where|who|which|whether) .+)",
        "Here is {rest}.",
    ),
    ("tell", r"(?:explain|say|state|mention|note|highlight|point out|clarify) that (?P<rest>.+)", "{rest}."),
    ("report", r"(?:tell|inform|notify|update) {them}(?: (?:of|about|on|with))? (?P<rest>.+)", "Here is {rest}."),
    (
        "report",
        r"(?:provide|give|share|show|list|present|display|read out|report|state)(?: {them})?(?: with)? (?P<rest>.+)",
        "Here is {rest}.",
    ),
    (
        "confirm",
        r"confirm (?:that (?!{them} |they )|(?=.+\b(?:was|were|is|are|has been|have been)\b))(?P<rest>.+)",
        "I can confirm that {rest}.",
    ),
    (
        "ask",
        r"(?:confirm|verify|double-check) (?P<rest>.+?)(?: with {them})?(?: before .*)?",
        "Could you confirm {rest}?",
    ),
    ("report", r"(?:explain|describe|summari[sz]e|answer)(?: to {them})? (?P<rest>.+)", "I can explain {rest}."),
    ("tell", r"(?:suggest|recommend)(?: {them}| that)? (?P<rest>.+)", "I suggest {rest}."),
    ("ask", r"invite {them} to (?P<rest>.+)", "Would you like to {rest}?"),
    ("tell", r"offer(?: {them})? to (?P<rest>.+)", "I can {rest}."),
    ("tell", r"offer(?: {them})? (?P<rest>.+)", "I can offer you {rest}."),
)


def _compiled() -> tuple[tuple[SpeechKind, re.Pattern[str], str], ...]:
    return tuple(
        (kind, re.compile(pattern.replace("{them}", _THEM), re.IGNORECASE), said) for kind, pattern, said in _RULES
    )


_COMPILED = _compiled()


@lru_cache(maxsize=1024)
def speeches(action: str) -> tuple[Speech, ...]:
    """What an action has the agent say, sentence by sentence."""
    found: list[Speech] = []
    for sentence in sentences(action):
        whole = sentence.strip().rstrip(".")
        if is_said_as_written(sentence):
            found.append(Speech(kind="verbatim", text=_as_sentence(sentence), source=sentence))
        else:
            found += [_speech(part.strip()) for part in _PARTS.split(whole) if part and part.strip()]
    return tuple(found)


def is_said_as_written(sentence: str) -> bool:
    """Whether an action is itself what is to be said: a question, or a sentence that addresses the customer."""
    plain = _LEADING.sub("", sentence.strip())
    if sentence.strip().endswith("?"):
        return not re.match(r"ask\b", plain, re.IGNORECASE)
    instructs = _PROHIBITION.match(plain) or any(rule.fullmatch(plain.rstrip(".!")) for _, rule, _ in _COMPILED)
    describes = re.match(r"(?:describe|tell me|please)\b", sentence.strip(), re.IGNORECASE)
    return bool(_ADDRESSES.search(sentence)) and (not instructs or bool(describes and _ADDRESSES.search(sentence)))


def _speech(part: str) -> Speech:
    plain = _LEADING.sub("", part).strip()
    if not plain or _PROHIBITION.match(plain):
        return Speech(kind="prohibition", text="", source=part)
    for kind, rule, said in _COMPILED:
        match = rule.fullmatch(plain)
        if match is not None:
            return Speech(kind=kind, text=_filled(said, match.groupdict().get("rest")), source=part)
    return Speech(kind="tell", text=f"I will {to_customer(plain[0].lower() + plain[1:])}.", source=part)


def _filled(said: str, rest: str | None) -> str:
    if rest is None:
        return "I'm sorry about that." if "{rest}" in said else said
    agent = re.sub(r"^(can|may|could)\b", r"\1 I", to_customer(rest))
    told = re.sub(r"\band that\b", "and", to_customer(rest))
    return _as_sentence(said.replace("{agent}", agent).replace("{yesno}", _yes_or_no(told)).replace("{rest}", told))


def _yes_or_no(told: str) -> str:
    """What they do, as a question to them: "would like it" becomes "would you like it", "want it" "do you want it"."""
    verb, _, rest = told.partition(" ")
    helping = verb.lower() in ("would", "can", "could", "do", "did")
    return f"{verb} you {rest}" if helping else f"do you {told}"


_NO_COMPOUND = (
    r"(?!\s+(?:accounts?|care|data|desk|feedback|forms?|hotline|ids?|numbers?|portal|records?|satisfaction|services?|"
    r"support|surveys?|team)\b)"
)
"""Not before the second half of a name: the customer service is not you."""
_FLIPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"\byou're\b", "I'm"),
        (r"\byou are\b", "I am"),
        (r"\byou were\b", "I was"),
        (r"\byourself\b", "myself"),
        (r"\byour\b", "my"),
        (r"\byou\b", "I"),
        (r"\b(?:the |a )?(?:customer|patient|user|guest|client)'s\b|\btheir\b|\bhis or her\b", "your"),
        (r"\b(?:the )?(?:customer|patient|user|guest|client) (?:is|was)\b|\bthey are\b|\bthey're\b", "you are"),
        (r"\b(?:the )?(?:customer|patient|user|guest|client) has\b", "you have"),
        (r"\b(?:the )?(?:customer|patient|user|guest|client) (want|need|prefer|like|work|request|ask)s\b", r"you \1"),
        (rf"\b(?:with |to )?(?:the )(?:customer|patient|user|guest|client)\b{_NO_COMPOUND}", "you"),
        (r"\b(?:they|them)\b", "you"),
        (r"\bI're\b", "I'm"),
        (r"\band not to\b", "and do not"),
    )
)


def to_customer(text: str) -> str:
    """Words about a customer, turned into words to them: "their policy" becomes "your policy"."""
    for pattern, said in _FLIPS:
        text = pattern.sub(said, text)
    return text


def _as_sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    text = re.sub(r"([.!?])\.$", r"\1", text)
    return text if text.endswith((".", "!", "?")) or not text else f"{text}."


def offered(speech: Speech) -> str:
    """What is said in place of a report as long as there is nothing to report."""
    rest = speech.text.removeprefix("Here is ")
    asked = re.match(r"(?:why|how|what|when|where|who|which|whether)\b", rest)
    return f"I can {'tell you' if asked else 'help you with'} {rest}"
