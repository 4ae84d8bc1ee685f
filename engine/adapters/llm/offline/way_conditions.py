"""Whether a condition on a journey's way holds: by tools' results, by answers to the state, by what was said."""

import re
from dataclasses import replace

from ....domain.facts import Step
from .asks import Asked, asked_by
from .conditions import listen
from .evidence import Finding
from .lexicon import lexicon, root, says
from .options import picks
from .overlap import overlap
from .passing import brings_news
from .results import judge_results, told
from .text import fold, is_question, sentences, tokens
from .values import values
from .walker import Walker

_OTHERWISE = re.compile(
    r"^(?:otherwise|else|in (?:all|any) other cases?|none of the (?:above|others?|other ways)|by default|always)\b"
)
_ALL_COLLECTED = re.compile(
    r"\b(?:all|every|required|necessary|needed|enough|complete)\b.*\b(?:information|details?|data|info|fields?)\b.*"
    r"\b(?:collect|gather|provid|given|known|receiv|complet|obtain|there|available)\w*"
)
_WANTS = re.compile(r"\b(?:wants?|would like|wishes|agrees?|accepts?|takes?|prefers?|needs?|likes?)\b")
_LACKS = re.compile(
    r"\b(?:can not|cannot|unable|does not|do not|has not|have not|no longer|lacks?|lost|forgot\w*|forget\w*|without)\b"
)
_REPORTED = re.compile(r"\b(?:has |have |did )?(not )?(?:said|say|says|told|mentioned|mention) that\b")
_OF_TOOL = re.compile(r"^(?:the |a )?(?:tool|system|result|service|search|look-?up|query|api|backend)s?\b")
_BEFORE = re.compile(r"\bbefore \w+ing\b.*", re.IGNORECASE)
_CUSTOMER = re.compile(r"\b(?:customer|patient|user|guest|client|caller|buyer|they|he|she)\b")
_NAMES_ANSWER = re.compile(r"\b(?:confirm|agree|accept|declin|refus|reject|chang|different|another|says?)\w*\b")
_NEGATED = re.compile(r"\b(?:not|no|none|nothing|never|without|any of)\b")


def holds(walk: Walker, condition: str, *, step: Step) -> Finding:
    """Whether a condition on the way of a step holds now."""
    text = fold(condition)
    if _OTHERWISE.search(text):
        return _otherwise(walk, condition)
    if _ALL_COLLECTED.search(text) and not _NEGATED.search(text):
        return replace(walk.completed(), strength=0.5)
    chooses = any(root(word) in lexicon().choose_verbs for word in tokens(_BEFORE.sub(" ", condition)))
    if chooses and not _NEGATED.search(text) and not says("quit", walk.heard.text):
        pick = picks(walk.heard.text, walk.heard, calls=walk.all_calls())
        if pick is not None:
            return Finding(holds=True, why=f"the newest message picks '{pick}'", strength=0.8)
    if _WANTS.search(text) and not _NEGATED.search(text) and brings_news(walk, step):
        return Finding(holds=True, why="the newest message says what is to be tried instead", strength=0.6)
    # An answer to what was just asked is nearer than what a tool gave back a turn ago.
    about_result = not _CUSTOMER.search(text) and (walk.situation.calls or not _by_yes_or_no(walk, condition))
    verdict = _by_message(walk, condition) if about_result else None
    if verdict is None and about_result:
        verdict = judge_results(condition, walk.recent_calls())
    if verdict is None and _OF_TOOL.search(text):
        return Finding(holds=False, why="no tool's result says so")
    if verdict is not None:
        return Finding(
            holds=verdict, why="the tool's result " + ("says so" if verdict else "says otherwise"), strength=0.8
        )
    by_answer = _by_yes_or_no(walk, condition) or _by_lacking(walk, condition) or _by_giving(walk, condition)
    return by_answer or _said(walk, condition)


def _by_message(walk: Walker, condition: str) -> bool | None:
    """Whether what tools say in a sentence is this condition, rather than another one; None where it is neither."""
    said = walk.heard.topic("\n".join(told(walk.recent_calls())))
    every = dict.fromkeys(each for step in walk.view.steps for each in step.conditions)
    # What a tool says is no wish of the customer's, however alike the words.
    conditions = [each for each in every if not _CUSTOMER.search(fold(each))]
    shares = {each: overlap(walk.heard.topic(each), said).share for each in (*conditions, condition)}
    best = max(shares.values(), default=0.0)
    likeliest = [each for each, share in shares.items() if share == best]
    if best < 0.5 or len(likeliest) > 1 or not said:
        return None
    return likeliest == [condition]


def _by_giving(walk: Walker, condition: str) -> Finding | None:
    """Whether the customer gave, or can't give, what the current state asks for; None where it is about neither."""
    asked = asked_by(walk.current.action) if walk.current else None
    text = fold(condition)
    if asked is None or asked.confirms or not any(root(word) in lexicon().give_verbs for word in tokens(condition)):
        return None
    wanted = walk.heard.topic(_LACKS.sub(" ", text))
    if overlap(wanted, walk.heard.topic(asked.action)).share < 0.5:
        return None
    lacks = _LACKS.search(fold(walk.heard.text)) is not None
    done = walk.completed()
    holds = lacks and not values(walk.heard.text) if _LACKS.search(text) else done.holds and not lacks
    return Finding(holds=holds, why="the customer can't give it" if lacks else done.why, strength=0.8 if holds else 0.0)


def _by_lacking(walk: Walker, condition: str) -> Finding | None:
    """Whether the customer said that they lack something; None where the condition is not about that."""
    reported = _REPORTED.search(fold(condition))
    lacking = fold(condition)[reported.end() :] if reported else ""
    if reported is None or not _LACKS.search(lacking):
        return None
    wanted = walk.heard.topic(_LACKS.sub(" ", lacking))
    parts = (part for text in walk.heard.all for part in sentences(text) if _LACKS.search(fold(part)))
    said = next((part for part in parts if overlap(wanted, walk.heard.topic(part)).matched), None)
    why = f"the customer said: '{said}'" if said else f"the customer did not say that they lack {lacking!r}"
    holds = (said is not None) != (reported[1] is not None)
    return Finding(holds=holds, why=why, strength=0.8 if holds else 0.0)


def _by_yes_or_no(walk: Walker, condition: str) -> Finding | None:
    """What a yes or no says of a condition: one about what the current state asks, or about what is wanted."""
    asked = asked_by(walk.current.action) if walk.current else None
    wish = _WANTS.search(fold(condition)) is not None
    yes, no = _says_yes_or_no(walk, asked, wish=wish)
    if yes == no or _NAMES_ANSWER.search(fold(condition)):
        return None
    of_question = asked is not None and asked.confirms
    topic = walk.heard.topic(asked.action) if asked is not None else ()
    if not wish and (not of_question or overlap(walk.heard.topic(condition), topic).share < 0.5):
        return None
    denied = _NEGATED.search(fold(condition)) is not None
    why = f"the newest message says {'yes' if yes else 'no'}"
    return Finding(holds=yes != denied, why=why, strength=0.8 if yes != denied else 0.0)


def _says_yes_or_no(walk: Walker, asked: Asked | None, *, wish: bool) -> tuple[bool, bool]:
    """Whether the newest message says yes, and whether no: who only thanks or takes leave wants nothing more."""
    text = walk.heard.text
    parting = wish and any(says(act, text) for act in ("thanks", "farewell")) and not is_question(text)
    closing = asked is None or not asked.confirms or "else" in tokens(asked.action)
    if asked is None or not asked.confirms:
        return False, parting
    yes = says("yes", text) and not (parting and closing)
    more = "else" in tokens(asked.action)
    no = says("no", text) or (not yes and not more and says("change", text)) or (parting and closing)
    return yes, no


def _said(walk: Walker, condition: str) -> Finding:
    newest = listen(walk.situation)
    found = newest.judge(condition)
    if found.holds or walk.after_tool or not _is_about_state(condition):
        return found
    for text in reversed(walk.heard.earlier):
        earlier = replace(newest, text=text).judge(condition)
        if earlier.holds:
            return replace(earlier, why=earlier.why.replace("the newest message", "an earlier message"))
    return found


def _otherwise(walk: Walker, condition: str) -> Finding:
    others = (way for other in walk.view.steps for way in other.conditions if not _OTHERWISE.search(fold(way)))
    taken = next((other for other in others if holds(walk, other, step=walk.view.steps[0]).holds), None)
    if taken is not None:
        return Finding(holds=False, why=f"another way is open: {taken}")
    done = walk.completed()
    return replace(done, strength=0.1, why=f"no other way is open; {done.why}")


def _is_about_state(condition: str) -> bool:
    """Whether a condition speaks of what is so or was given, which earlier messages may show as well."""
    verbs = lexicon().give_verbs
    stated = re.search(r"\b(?:is|are|was|has|have|had|received)\b", fold(condition)) is not None
    asked = any(word in ("ask", "asks", "wants", "says", "confirms", "confirmed") for word in tokens(condition))
    return not asked and (stated or any(root(word) in verbs for word in tokens(condition)))
