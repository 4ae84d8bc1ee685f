"""One journey in one situation: where it stands, what ran and was said there, whether that is done."""

import re
from dataclasses import dataclass

from ....domain.facts import JourneyView, Situation, StateView
from ....domain.tool import ToolCall
from .asks import Asked, answer_in, asked_by, volunteered
from .evidence import Finding
from .heard import Heard, hear
from .options import chosen, options_of, picks
from .text import fold, is_question

_INSTEAD = re.compile(
    r"\b(?:i meant|make (?:it|that)|(?:change|switch)(?: (?:it|that))? to|rather|not [\w' ]{2,30},|"
    r"i(?:'d| would)? (?:want|like|prefer)(?: to \w+(?: (?:at|in|to|with))?)?)\s+([\w' -]{2,60})|"
    r"([\w' -]{2,60})\s+instead\b",
    re.IGNORECASE,
)


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
    def after_tool(self) -> bool:
        """Whether it stands in a tool state."""
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
        if answer is None or (asked.confirms and answer == "no" and not asked.is_optional):
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

    def all_calls(self) -> tuple[ToolCall, ...]:
        """Every call of the conversation, in order."""
        return (*(line.call for line in self.situation.conversation if line.call), *self.situation.calls)


def picks_for(asked: Asked, walker: Walker) -> str | None:
    """What the newest message picks, in a state that lets the customer choose."""
    if not re.search(r"\b(?:which|choose|pick|select|options?|prefer\w*|works?)\b", fold(asked.action)):
        return None
    return picks(walker.heard.text, walker.heard, calls=walker.all_calls())


def walker(situation: Situation, view: JourneyView) -> Walker:
    """A walker of one journey."""
    return Walker(situation=situation, view=view, heard=hear(situation))
