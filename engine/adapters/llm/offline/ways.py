"""Whether a journey may take a step: the conditions on the way, the states it would pass over."""

import re
from dataclasses import dataclass, replace

from ....domain.facts import JourneyView, Situation, StateView, Step
from ....domain.journey import current_run
from ....domain.tool import ToolCall
from .asks import Asked, all_given, answer_in, asked_by, chosen, options_of, picks, volunteered
from .conditions import listen
from .evidence import Finding
from .heard import Heard, hear
from .lexicon import lexicon, root, says
from .overlap import overlap
from .results import judge_results, told
from .text import fold, is_question, sentences, tokens
from .values import values

_OTHERWISE = re.compile(
    r"^(?:otherwise|else|in (?:all|any) other cases?|none of the (?:above|others?|other ways)|by default|always)\b"
)
_ALL_COLLECTED = re.compile(
    r"\b(?:all|every|required|necessary|needed|enough|complete)\b.*\b(?:information|details?|data|info|fields?)\b.*"
    r"\b(?:collect|gather|provid|given|known|receiv|complet|obtain|there|available)\w*"
)
_UNLESS = re.compile(r"\bunless (.+)$")
_NEED = re.compile(r"\b(?:said|told|stated|mentioned)\b.*\bwhat\b.*\b(?:need|want|is about|would like)\w*\b")
_WANTS = re.compile(r"\b(?:wants?|would like|wishes|agrees?|accepts?|takes?|prefers?|needs?|likes?)\b")
_LACKS = re.compile(
    r"\b(?:can not|cannot|unable|does not|do not|has not|have not|no longer|lacks?|lost|forgot\w*|forget\w*|without)\b"
)
_INSTEAD = re.compile(
    r"\b(?:i meant|make (?:it|that)|(?:change|switch)(?: (?:it|that))? to|rather|not [\w' ]{2,30},|"
    r"i(?:'d| would)? (?:want|like|prefer)(?: to \w+(?: (?:at|in|to|with))?)?)\s+([\w' -]{2,60})|"
    r"([\w' -]{2,60})\s+instead\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"\b(?:has |have |did )?(not )?(?:said|say|says|told|mentioned|mention) that\b")
_CUSTOMER = re.compile(r"\b(?:customer|patient|user|guest|client|caller|buyer|they|he|she)\b")
_NAMES_ANSWER = re.compile(r"\b(?:confirm|agree|accept|declin|refus|reject|chang|different|another|says?)\w*\b")
_NEGATED = re.compile(r"\b(?:not|no|none|nothing|never|without|any of)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """One journey in one situation."""

    situation: Situation
    view: JourneyView
    heard: Heard

    def state(self, state_id: str) -> StateView | None:
        """A state of the view."""
        return next((state for state in self.view.states if state.id == state_id), None)

    @property
    def current(self) -> StateView | None:
        """The state in which the journey stands."""
        return self.state(self.view.current)

    @property
    def _after_tool(self) -> bool:
        return self.current is not None and self.current.kind == "tool"

    def completed(self) -> Finding:
        """Whether what the current state is for has happened."""
        current = self.current
        if current is None or current.kind in ("initial", "fork", "end"):
            return Finding(holds=True, why="the current state needs nothing", strength=0.3)
        if current.kind == "tool":
            ran = any(call.tool in current.tools for call in self.recent_calls())
            return Finding(holds=ran, why="its tool ran" if ran else "its tool has not run", strength=0.5)
        asked = asked_by(current.action)
        if asked is None:
            return Finding(holds=True, why="the current state was said", strength=0.3)
        answer = self._new_answer(asked) if self.view.went_back else self._answer(asked)
        if answer is None or (asked.confirms and answer == "no"):
            return Finding(holds=False, why="the newest message does not answer what the current state asks")
        return Finding(holds=True, why=f"the newest message answers the current state: '{answer}'", strength=0.6)

    def _answer(self, asked: Asked) -> str | None:
        """What the newest message, said in answer to the current state, gives it."""
        return answer_in(asked, self.heard.text, heard=self.heard) or picks_for(asked, self)

    def _new_answer(self, asked: Asked) -> str | None:
        """What a message that took an answer back puts in its place: only what it says outright."""
        said = volunteered(asked, self.heard.text, heard=self.heard)
        return said or chosen(self.heard.text, options_of(self.all_calls()), heard=self.heard) or self._instead(asked)

    def _instead(self, asked: Asked) -> str | None:
        """What the newest message names in the place of something else, where no form of value is asked for."""
        found = _INSTEAD.search(self.heard.text) if not asked.kinds and not asked.choices else None
        named = next((part for part in found.groups() if part), "") if found else ""
        return named.strip() if self.heard.topic(named) and not is_question(named) else None

    def recent_calls(self) -> tuple[ToolCall, ...]:
        """Calls of this turn, or else of the last one."""
        if self.situation.calls:
            return self.situation.calls
        calls: list[ToolCall] = []
        spoken = 0
        for line in reversed(self.situation.conversation):
            spoken += line.speaker in ("agent", "operator")
            if spoken > 1:
                break
            if line.call is not None:
                calls.insert(0, line.call)
        return tuple(calls)

    def may_take(self, step: Step) -> Finding:
        """Whether a step may be taken now."""
        for state_id in step.via:
            passed = self._passed_over(state_id, step)
            if not passed.holds:
                return passed
        if not step.conditions:
            return self.completed()
        found = [self._holds(condition, step) for condition in step.conditions]
        failed = next((finding for finding in found if not finding.holds), None)
        if failed is not None:
            return replace(failed, strength=sum(finding.strength for finding in found) / len(found))
        whys = "; ".join(dict.fromkeys(finding.why for finding in found))
        return Finding(holds=True, why=whys, strength=min(finding.strength for finding in found))

    def _passed_over(self, state_id: str, step: Step) -> Finding:
        state = self.state(state_id)
        if state is not None and state.kind == "fork":
            return Finding(holds=True, why="")
        # What a result gives rise to ask was not answered before, and a round trip is not made without a word.
        round_trip = self._goes_round(step)
        if state is None or state.kind != "chat" or self._after_tool or (round_trip and not self._brings_news(step)):
            return Finding(holds=False, why=f"what the state {state_id!r} is for has not happened yet")
        if self._needless(state.action):
            return Finding(holds=True, why=f"the state {state_id!r} is needless: {state.action}")
        if round_trip and state_id in current_run(self.view.path):
            return Finding(holds=True, why=f"what {state_id!r} asked for still holds")
        answer = self._given_for(state, rank=self._rank(state, before=step.via[: step.via.index(state_id)]))
        if answer is not None:
            return Finding(holds=True, why=f"'{answer}' was given already")
        return Finding(holds=False, why=f"what the state {state_id!r} is for has not happened yet")

    def _given_for(self, state: StateView, *, rank: int) -> str | None:
        """What the customer gave unasked for a state; several that ask alike take a value each, in their order."""
        asked = asked_by(state.action)
        if asked is None:
            return None
        texts = self.heard.newest[::-1] if self.view.over else self.heard.all
        answers = (volunteered(asked, text, heard=self.heard) for text in texts)
        found = next((answer for answer in answers if answer is not None), None)
        enough = not asked.kinds or len(all_given(asked, texts)) > rank
        return found if enough else None

    def _rank(self, state: StateView, *, before: tuple[str, ...]) -> int:
        """How many states that come first ask for the same kind of value."""
        sought = asked_by(state.action)
        names = dict.fromkeys((*current_run(self.view.path), self.view.current, *before))
        earlier = (self.state(name) for name in names if name != state.id)
        asked = (asked_by(other.action) for other in earlier if other is not None)
        return sum(sought is not None and other is not None and other.alike(sought) for other in asked)

    def _brings_news(self, step: Step) -> bool:
        """Whether the newest message gives a new answer to one of the states that a step passes over."""
        if says("another", self.heard.text) or step.target == self.view.current:
            return False
        passed = (self.state(name) for name in step.via)
        asked = (asked_by(state.action) for state in passed if state is not None and state.kind == "chat")
        return any(item and volunteered(item, self.heard.text, heard=self.heard, stories=False) for item in asked)

    def _needless(self, action: str) -> bool:
        """Whether an action is not due: it says "unless", and what it says then is so."""
        unless = _UNLESS.search(fold(action))
        if unless is None:
            return False
        said_need = _NEED.search(unless[1]) is not None and bool(self.view.entered_now or self.heard.earlier)
        return said_need or any(
            replace(listen(self.situation), text=text).judge(unless[1]).holds for text in self.heard.all
        )

    def _goes_round(self, step: Step) -> bool:
        """Whether a step leads back to where the journey stands or stood before; retracing it onwards does not."""
        run = current_run(self.view.path)
        first = {state: run.index(state) for state in run}
        here = first.get(self.view.current, len(run))
        behind = any(first.get(state, here) < here for state in (*step.via, step.target))
        return behind or step.target == self.view.current

    def _holds(self, condition: str, step: Step) -> Finding:
        text = fold(condition)
        if _OTHERWISE.search(text):
            return self._otherwise(condition)
        if _ALL_COLLECTED.search(text) and not _NEGATED.search(text):
            return replace(self.completed(), strength=0.5)
        if any(root(word) in lexicon().choose_verbs for word in tokens(condition)) and not _NEGATED.search(text):
            pick = picks(self.heard.text, self.heard, calls=self.all_calls())
            if pick is not None:
                return Finding(holds=True, why=f"the newest message picks '{pick}'", strength=0.8)
        if _WANTS.search(text) and not _NEGATED.search(text) and self._brings_news(step):
            return Finding(holds=True, why="the newest message says what is to be tried instead", strength=0.6)
        about_result = not _CUSTOMER.search(text)
        verdict = self._by_message(condition) if about_result else None
        if verdict is None and about_result:
            verdict = judge_results(condition, self.recent_calls())
        if verdict is not None:
            return Finding(
                holds=verdict, why="the tool's result " + ("says so" if verdict else "says otherwise"), strength=0.8
            )
        by_answer = self._by_yes_or_no(condition) or self._by_lacking(condition) or self._by_giving(condition)
        return by_answer or self._said(condition)

    def _by_lacking(self, condition: str) -> Finding | None:
        """Whether the customer said that they lack something; None where the condition is not about that."""
        reported = _REPORTED.search(fold(condition))
        lacking = fold(condition)[reported.end() :] if reported else ""
        if reported is None or not _LACKS.search(lacking):
            return None
        wanted = self.heard.topic(_LACKS.sub(" ", lacking))
        parts = (part for text in self.heard.all for part in sentences(text) if _LACKS.search(fold(part)))
        said = next((part for part in parts if overlap(wanted, self.heard.topic(part)).matched), None)
        why = f"the customer said: '{said}'" if said else f"the customer did not say that they lack {lacking!r}"
        holds = (said is not None) != (reported[1] is not None)
        return Finding(holds=holds, why=why, strength=0.8 if holds else 0.0)

    def _by_message(self, condition: str) -> bool | None:
        """Whether what tools say in a sentence is this condition, rather than another one; None where it is neither."""
        said = self.heard.topic("\n".join(told(self.recent_calls())))
        conditions = dict.fromkeys(each for step in self.view.steps for each in step.conditions)
        shares = {each: overlap(self.heard.topic(each), said).share for each in (*conditions, condition)}
        best = max(shares.values(), default=0.0)
        likeliest = [each for each, share in shares.items() if share == best]
        if best < 0.5 or len(likeliest) > 1 or not said:
            return None
        return likeliest == [condition]

    def _by_giving(self, condition: str) -> Finding | None:
        """Whether the customer gave, or can't give, what the current state asks for; None where it is about neither."""
        asked = asked_by(self.current.action) if self.current else None
        text = fold(condition)
        if asked is None or asked.confirms or not any(root(word) in lexicon().give_verbs for word in tokens(condition)):
            return None
        wanted = self.heard.topic(_LACKS.sub(" ", text))
        if overlap(wanted, self.heard.topic(asked.action)).share < 0.5:
            return None
        lacks = _LACKS.search(fold(self.heard.text)) is not None
        done = self.completed()
        holds = lacks and not values(self.heard.text) if _LACKS.search(text) else done.holds and not lacks
        return Finding(
            holds=holds, why="the customer can't give it" if lacks else done.why, strength=0.8 if holds else 0.0
        )

    def _by_yes_or_no(self, condition: str) -> Finding | None:
        """What a yes or no says of a condition: one about what the current state asks, or about what is wanted."""
        asked = asked_by(self.current.action) if self.current else None
        wish = _WANTS.search(fold(condition)) is not None
        yes, no = self._says_yes_or_no(asked, wish=wish)
        if yes == no or _NAMES_ANSWER.search(fold(condition)):
            return None
        of_question = asked is not None and asked.confirms
        topic = self.heard.topic(asked.action) if asked is not None else ()
        if not wish and (not of_question or overlap(self.heard.topic(condition), topic).share < 0.5):
            return None
        denied = _NEGATED.search(fold(condition)) is not None
        why = f"the newest message says {'yes' if yes else 'no'}"
        return Finding(holds=yes != denied, why=why, strength=0.8 if yes != denied else 0.0)

    def _says_yes_or_no(self, asked: Asked | None, *, wish: bool) -> tuple[bool, bool]:
        """Whether the newest message says yes, and whether no: who only thanks or takes leave wants nothing more."""
        text = self.heard.text
        parting = wish and any(says(act, text) for act in ("thanks", "farewell")) and not is_question(text)
        closing = asked is None or not asked.confirms or "else" in tokens(asked.action)
        if asked is None or not asked.confirms:
            return False, parting
        yes = says("yes", text) and not (parting and closing)
        no = says("no", text) or (not yes and says("change", text)) or (parting and closing)
        return yes, no

    def all_calls(self) -> tuple[ToolCall, ...]:
        """Every call of the conversation, in order."""
        return (*(line.call for line in self.situation.conversation if line.call), *self.situation.calls)

    def _said(self, condition: str) -> Finding:
        newest = listen(self.situation)
        found = newest.judge(condition)
        if found.holds or self._after_tool or not _is_about_state(condition):
            return found
        for text in reversed(self.heard.earlier):
            earlier = replace(newest, text=text).judge(condition)
            if earlier.holds:
                return replace(earlier, why=earlier.why.replace("the newest message", "an earlier message"))
        return found

    def _otherwise(self, condition: str) -> Finding:
        others = (way for other in self.view.steps for way in other.conditions if not _OTHERWISE.search(fold(way)))
        taken = next((other for other in others if self._holds(other, self.view.steps[0]).holds), None)
        if taken is not None:
            return Finding(holds=False, why=f"another way is open: {taken}")
        done = self.completed()
        return replace(done, strength=0.1, why=f"no other way is open; {done.why}")


def _is_about_state(condition: str) -> bool:
    """Whether a condition speaks of what is so or was given, which earlier messages may show as well."""
    verbs = lexicon().give_verbs
    stated = re.search(r"\b(?:is|are|was|has|have|had|received)\b", fold(condition)) is not None
    asked = any(word in ("ask", "asks", "wants", "says", "confirms", "confirmed") for word in tokens(condition))
    return not asked and (stated or any(root(word) in verbs for word in tokens(condition)))


def picks_for(asked: Asked, walker: Walker) -> str | None:
    """What the newest message picks, in a state that lets the customer choose."""
    if not re.search(r"\b(?:which|choose|pick|select|options?|prefer\w*|works?)\b", fold(asked.action)):
        return None
    return picks(walker.heard.text, walker.heard, calls=walker.all_calls())


def wants_out(text: str) -> bool:
    """Whether the customer gives up what is under way."""
    given_up = re.search(r"\bdo not (?:want|need|wish)\b.*\b(?:any ?more|any longer|after all)\b", fold(text))
    return says("quit", text) or given_up is not None


def walker(situation: Situation, view: JourneyView) -> Walker:
    """A walker of one journey."""
    return Walker(situation=situation, view=view, heard=hear(situation))
