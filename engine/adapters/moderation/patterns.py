"""Moderators that go by the words of a message: no key, no network, and no more than the plainest cases."""

import re
from collections.abc import Mapping

from ...domain.session import Session
from ...ports import Moderation, Moderator

OFFENCES: Mapping[str, tuple[str, ...]] = {
    "harassment": (
        r"\b(?:you|u)(?:'re| are)? (?:a |an |such a )?(?:stupid|idiot\w*|moron\w*|imbecile\w*|worthless|dumb)\b",
        r"\b(?:shut up|screw you|go to hell|f\W?u\W?c\W?k (?:you|off)|piece of (?:shit|trash|garbage))\b",
    ),
    "hate": (
        (
            r"\b(?:hate|despise|exterminate|get rid of) (?:all )?(?:the )?"
            r"(?:jews|muslims|christians|blacks|whites|gays|immigrants|foreigners|women|disabled)\b"
        ),
    ),
    "illicit": (
        (
            r"\bhow (?:do i|to|can i) (?:make|build|cook|buy|sell|forge|launder)\b.{0,30}"
            r"\b(?:bomb\w*|meth\w*|explosives?|cocaine|heroin|counterfeit\w*|fake (?:id|passport)\w*|money)\b"
        ),
    ),
    "self-harm": (
        r"\b(?:kill(?:ing)?|hurt(?:ing)?|cut(?:ting)?|harm(?:ing)?) myself\b",
        r"\b(?:end my (?:own )?life|commit suicide|want to die|don'?t want to live)\b",
    ),
    "sexual": (r"\b(?:send (?:me )?nudes?|have sex with|porn\w*|sexual favou?rs?)\b",),
    "violence": (
        r"\b(?:i(?:'ll| will| am going to|'m going to)|gonna) (?:kill|shoot|stab|beat|hurt|burn)\b",
        r"\b(?:kill|murder|shoot|stab) (?:you|him|her|them|everyone|everybody)\b",
    ),
}
"""Kinds of offence, and what gives them away."""

JAILBREAKS: tuple[str, ...] = (
    (
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|these|the)\b.{0,30}"
        r"\b(?:instructions?|rules?|prompts?|guidelines?|directions?|restrictions?|guardrails?)\b"
    ),
    (
        r"\b(?:reveal|show|print|repeat|output|tell me)\b.{0,30}\b(?:system|hidden|initial|original|secret)\b.{0,15}"
        r"\b(?:prompt|instructions?|message)\b"
    ),
    r"\byou are (?:now|no longer)\b.{0,40}\b(?:dan|unrestricted|jailbroken|free of|bound by|an? (?:evil|uncensored))\b",
    r"\b(?:developer|god|jailbreak|dan|sudo|admin) mode\b",
    r"\b(?:pretend|act|roleplay|behave)\b.{0,40}\b(?:no|without(?: any)?) (?:rules?|restrictions?|limits?|filters?)\b",
    r"<\|?(?:im_start|system|endoftext)\|?>|\[/?(?:INST|SYS)\]",
)
"""Attempts to talk an agent out of its instructions."""


class PatternModerator:
    """Flags a message by the words in it. It knows plain English offences and nothing of irony or context."""

    def __init__(self, offences: Mapping[str, tuple[str, ...]] = OFFENCES) -> None:
        self._offences = {
            tag: tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in patterns)
            for tag, patterns in offences.items()
        }

    async def check(self, text: str, session: Session, /) -> Moderation:
        """The kinds of offence found, in the order in which they were declared."""
        found = (tag for tag, patterns in self._offences.items() if any(one.search(text) for one in patterns))
        return Moderation(tags=tuple(found))


class JailbreakModerator(PatternModerator):
    """Flags attempts to talk an agent out of its instructions."""

    def __init__(self) -> None:
        super().__init__({"jailbreak": JAILBREAKS})


class Moderators:
    """Several moderators, each of which may flag a message."""

    def __init__(self, *moderators: Moderator) -> None:
        self._moderators = moderators

    async def check(self, text: str, session: Session, /) -> Moderation:
        """What any of them found, in their order. Raises what one of them raises."""
        found = [await moderator.check(text, session) for moderator in self._moderators]
        return Moderation(tags=tuple(dict.fromkeys(tag for one in found for tag in one.tags)))
