"""Whether a journey may take a step: the conditions on the way, the states it would pass over."""

import re
from dataclasses import dataclass, replace

from ....domain.facts import JourneyView, Situation, StateView, Step
from ....domain.journey import current_run
from ....domain.tool import ToolCall
from .asks import Asked, answer_in, asked_by, chosen, options_of, picks, volunteered
from .conditions import listen
from .evidence import Finding
from .heard import Heard, hear
from .lexicon import lexicon, root, says
from .overlap import overlap
from .results import judge_results
from .text import fold, tokens

_OTHERWISE = re.compile(
    r"^(?:otherwise|else|in (?:all|any) other cases?|none of the (?:above|others?|other ways)|by default|always)\b"
)
_ALL_COLLECTED = re.compile(
    r"\b(?:all|every|required|necessary|needed|enough|complete)\b.*\b(?:information|details?|data|info|fields?)\b.*"
    r"\b(?:collect|gather|provid|given|known|receiv|complet|obtain|there|available)\w*"
)
_CUSTOMER = re.compile(r"\b(?:customer|patient|user|guest|client|caller|buyer|they|he|she)\b")
_NAMES_ANSWER = re.compile(r"\b(?:confirm|agree|accept|declin|refus|reject|chang|different|another|says?)\w*\b")
_NEGATED = re.compile(r"\b(?:not|no|none|never|without|any of)\b")


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
        return volunteered(asked, self.heard.text, heard=self.heard) or chosen(
            self.heard.text, options_of(self.all_calls()), heard=self.heard
        )

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
        may_skip = state is not None and state.kind == "chat" and not self._goes_round(step) and not self._after_tool
        asked = asked_by(state.action) if state is not None and may_skip else None
        for text in self.heard.all if asked else ():
            answer = volunteered(asked, text, heard=self.heard) if asked else None
            if answer is not None:
                return Finding(holds=True, why=f"'{answer}' was given already")
        return Finding(holds=False, why=f"what the state {state_id!r} is for has not happened yet")

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
        verdict = None if _CUSTOMER.search(text) else judge_results(condition, self.recent_calls())
        if verdict is not None:
            return Finding(
                holds=verdict, why="the tool's result " + ("says so" if verdict else "says otherwise"), strength=0.8
            )
        by_answer = self._by_yes_or_no(condition)
        return by_answer or self._said(condition)

    def _by_yes_or_no(self, condition: str) -> Finding | None:
        """What a yes or no to the current state's question says of a condition on the same topic."""
        asked = asked_by(self.current.action) if self.current else None
        yes, no = says("yes", self.heard.text), says("no", self.heard.text)
        wanted = self.heard.topic(condition)
        if asked is None or not asked.confirms or yes == no or _NAMES_ANSWER.search(fold(condition)):
            return None
        if overlap(wanted, self.heard.topic(asked.action)).share < 0.5:
            return None
        denied = _NEGATED.search(fold(condition)) is not None
        why = f"the newest message answers {'yes' if yes else 'no'} to '{asked.action}'"
        return Finding(holds=yes != denied, why=why, strength=0.8 if yes != denied else 0.0)

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
