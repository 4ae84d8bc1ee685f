"""Where journeys go: ahead as far as conditions and given answers allow, back for corrections, out when given up."""

from dataclasses import dataclass
from typing import Literal

from ....domain.facts import JourneyFacts, StateView, Step
from ....domain.journey import ROOT
from ....domain.values import JSON
from .asks import Asked, all_given, asked_by, volunteered
from .clauses import without_examples
from .evidence import Finding
from .heard import invites_story, tells
from .lexicon import says
from .overlap import overlap
from .text import fold, tokens
from .values import given
from .walker import Walker, walker
from .ways import may_take, wants_out

Move = Literal["advance", "stay", "backtrack", "restart", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where one journey goes, and why."""

    move: Move
    why: str
    target: str | None = None
    completed: bool = False


def answer_journey(facts: JourneyFacts) -> dict[str, JSON]:
    """A verdict for each journey, in their order."""
    steps: dict[str, JSON] = {}
    for view in facts.journeys:
        decided = _decide(walker(facts.situation, view))
        steps[view.id] = {
            "journey": view.id,
            "evidence": decided.why,
            "current_completed": decided.completed,
            "move": decided.move,
            "target": decided.target,
        }
    return {"steps": list(steps.values())}


def _decide(walk: Walker) -> Decision:
    view = walk.view
    if view.over and view.may_stay and not _begins_again(walk):
        reopened = _back(walk) if says("change", walk.heard.text) else None
        return reopened or Decision(move="stay", why="its run is over and nothing takes it up again")
    found = [(step, may_take(walk, step)) for step in view.steps]
    open_ways = [(step, finding) for step, finding in found if finding.holds]
    if _is_under_way(walk):
        turned = _turned(walk, open_ways)
        if turned is not None:
            return turned
    if open_ways:
        step, finding = _farthest(walk, open_ways)
        return Decision(
            move=_onward(walk, step), why=finding.why or "the way is open", target=step.target, completed=True
        )
    return _closed(walk, found)


def _begins_again(walk: Walker) -> bool:
    """Whether a run that is over is to be gone through anew: another one is named, or what triggers it came up."""
    text = walk.heard.text
    if _names_journey(walk):
        return walk.view.entered_now or says("another", text)
    return walk.view.entered_now and not any(says(act, text) for act in ("thanks", "farewell", "no", "change"))


def _is_under_way(walk: Walker) -> bool:
    return not walk.view.over and not walk.view.entered_now and walk.view.current != ROOT


def _turned(walk: Walker, open_ways: list[tuple[Step, Finding]]) -> Decision | None:
    """Out or back, unless the journey itself foresees what the customer says; None when neither is asked for."""
    if any(step.conditions and finding.strength >= 0.6 for step, finding in open_ways) or walk.situation.calls:
        return None
    text = walk.heard.text
    if wants_out(text):
        return Decision(move="leave", why="the customer gives it up")
    if _tells_story(walk):
        return None
    if walk.view.starts and says("another", text) and _names_journey(walk):
        return Decision(move="restart", why="the customer wants another one", target=walk.view.starts[0].target)
    return _back(walk) if says("change", text) or says("no", text) else None


def _tells_story(walk: Walker) -> bool:
    """Whether the current state asks for a story and is told one: that somebody changed lanes takes nothing back."""
    asked = walk.current is not None and invites_story(walk.current.action)
    first = " ".join(tokens(walk.heard.text)[:6])
    return asked and tells(walk.heard.text, walk.heard.terms) and not says("change", first)


def _names_journey(walk: Walker) -> bool:
    title = walk.heard.topic(walk.view.title)
    return overlap(title, walk.heard.topic(walk.heard.text)).share >= 0.5


def _back(walk: Walker) -> Decision | None:
    """The visited state whose answer the customer corrects, None where the current one is answered instead."""
    current = asked_by(walk.current.action) if walk.current else None
    if current is not None and volunteered(current, walk.heard.text, heard=walk.heard) is not None:
        return None
    states = [state for name in reversed(walk.view.visited) if (state := walk.state(name)) and state.kind == "chat"]
    scored = [(_corrected(walk, state), state) for state in states]
    best = max((score for score, _ in scored), default=0.0)
    if best > 0:
        target = next(state for score, state in scored if score == best)
        return Decision(move="backtrack", why=f"the customer corrects what {target.id!r} asked for", target=target.id)
    if "go back" in fold(walk.heard.text) and states:
        return Decision(move="backtrack", why="the customer wants to go back", target=states[0].id)
    return None


def _corrected(walk: Walker, state: StateView) -> float:
    asked = asked_by(state.action)
    if asked is None:
        return 0.0
    text = walk.heard.text
    # A new day corrects a state that asked for a time only where none asked for a day.
    exact = bool(all_given(asked, [text])) or asked.is_named_in(text)
    kinds = 1.0 if exact else 0.5 * any(given(kind, text) for kind in asked.kinds)
    choice = any(overlap(walk.heard.topic(choice), walk.heard.topic(text)).share >= 0.5 for choice in asked.choices)
    return 2.0 * kinds + 2.0 * choice + _named_share(walk, asked)


def _named_share(walk: Walker, asked: Asked) -> float:
    shared = overlap(walk.heard.topic(without_examples(asked.action)), walk.heard.topic(walk.heard.text))
    return shared.share if shared.share >= 0.3 else 0.0


def _farthest(walk: Walker, open_ways: list[tuple[Step, Finding]]) -> tuple[Step, Finding]:
    """The step that passes over most answered states; among equals the surest, then the nearest."""
    return max(open_ways, key=lambda way: (_skipped(walk, way[0]), way[1].strength))


def _skipped(walk: Walker, step: Step) -> int:
    states = (walk.state(name) for name in step.via)
    return sum(state is not None and state.kind == "chat" for state in states)


def _onward(walk: Walker, step: Step) -> Move:
    """How a step is taken: a run that is over begins anew."""
    starts = (start.target for start in walk.view.starts)
    return "restart" if walk.view.over and step.target in starts else "advance"


def _closed(walk: Walker, found: list[tuple[Step, Finding]]) -> Decision:
    """No way is open: stay, or where that can't be, take the likeliest way."""
    done = walk.completed()
    if walk.view.may_stay:
        return Decision(move="stay", why=found[0][1].why if found and done.holds else done.why, completed=done.holds)
    if not found:
        return Decision(move="leave", why="there is nowhere to go from here", completed=done.holds)
    free = [(step, finding) for step, finding in found if not step.conditions and not _skipped(walk, step)]
    step, finding = free[0] if free else max(found, key=lambda way: (-_skipped(walk, way[0]), way[1].strength))
    why = f"it can't stay, and this is the likeliest way ({finding.why})"
    return Decision(move=_onward(walk, step), why=why, target=step.target, completed=done.holds)
