"""Where does each journey go now?"""

from typing import Literal

from ..domain.facts import JourneyFacts, JourneyView
from .decision import Answer, Decision

Move = Literal["advance", "stay", "backtrack", "restart", "leave"]


class JourneyVerdict(Answer):
    """The verdict on one journey. `target` is a state's id for advance, backtrack and restart, else null."""

    journey: str
    evidence: str
    current_completed: bool
    move: Move
    target: str | None


class JourneyAnswer(Answer):
    """A verdict for each journey, in their order."""

    steps: list[JourneyVerdict]


def allowed_targets(view: JourneyView, move: Move) -> tuple[str, ...]:
    """The states to which a move may lead; none for moves without a target."""
    match move:
        case "advance":
            return tuple(step.target for step in view.steps)
        case "restart":
            return tuple(step.target for step in view.starts)
        case "backtrack":
            return view.visited
        case "stay" | "leave":
            return ()


def objections(facts: JourneyFacts, answer: JourneyAnswer) -> tuple[str, ...]:
    """Every journey moves exactly once, to a state that its move may lead to."""
    views = {view.id: view for view in facts.journeys}
    given = [step.journey for step in answer.steps]
    found = [f"journey {name!r} was not decided" for name in views if name not in given]
    found += [f"journey {name!r} was decided twice" for name in dict.fromkeys(given) if given.count(name) > 1]
    for step in answer.steps:
        if step.journey not in views:
            found.append(f"{step.journey!r} is not one of the journeys asked about")
        else:
            found += _move_objections(views[step.journey], step)
    return tuple(found)


def _move_objections(view: JourneyView, step: JourneyVerdict) -> list[str]:
    if step.move == "stay":
        return (
            [] if view.may_stay else [f"journey {view.id!r} can't stay in state {view.current!r}: choose where it goes"]
        )
    if step.move == "leave":
        return []
    if step.move == "restart" and not view.starts:
        return [f"journey {view.id!r} has not been under way, so it can't restart"]
    targets = allowed_targets(view, step.move)
    if step.target in targets:
        return []
    return [
        f"journey {view.id!r} can't {step.move} to {step.target!r}; "
        + (f"choose one of: {', '.join(targets)}" if targets else f"no state can be reached by {step.move}")
    ]


JOURNEY = Decision(name="journey", answer=JourneyAnswer, objections=objections)
