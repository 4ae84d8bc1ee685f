"""The smallest worlds in which a turn can be played: answers written down, by decision."""

from collections.abc import Callable, Mapping
from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.tool import Tool


def matching(*applying: str) -> Callable[[Ask], dict[str, Any]]:
    """Answers `match`: these guidelines apply, the others do not."""

    def answer(ask: Ask) -> dict[str, Any]:
        names = [candidate.id for candidate in ask.facts.candidates]
        return {"checks": [{"id": name, "evidence": "as scripted", "applies": name in applying} for name in names]}

    return answer


def moving(**moves: tuple[str, str | None]) -> Callable[[Ask], dict[str, Any]]:
    """Answers `journey`: each journey asked about makes the move given by its id, dashes written as underscores."""

    def answer(ask: Ask) -> dict[str, Any]:
        steps = []
        for view in ask.facts.journeys:
            move, target = moves[view.id.replace("-", "_")]
            steps.append(
                {
                    "journey": view.id,
                    "evidence": "as scripted",
                    "current_completed": True,
                    "move": move,
                    "target": target,
                }
            )
        return {"steps": steps}

    return answer


def calling(**calls: Mapping[str, str | None]) -> Callable[[Ask], dict[str, Any]]:
    """Answers `tools` and `consequential`: the tools named are called with these arguments, the others are not.

    None is missing. Each value comes from where it may come.
    """

    def answer(ask: Ask) -> dict[str, Any]:
        careful = ask.decision == "consequential"
        return {"tools": [_verdict(offer.tool, calls, careful=careful) for offer in ask.facts.offers]}

    return answer


def _verdict(tool: Tool, calls: Mapping[str, Mapping[str, str | None]], *, careful: bool) -> dict[str, Any]:
    if tool.id not in calls:
        return {"tool": tool.id, "evidence": "as scripted", "should_run": False, "calls": []}
    arguments = [_argument(tool, name, value, careful=careful) for name, value in calls[tool.id].items()]
    return {"tool": tool.id, "evidence": "as scripted", "should_run": True, "calls": [{"arguments": arguments}]}


def _argument(tool: Tool, name: str, value: str | None, *, careful: bool) -> dict[str, Any]:
    parameter = tool.parameter(name)
    allowed = "context" if parameter and parameter.source == "context" else "customer"
    origin = {"origin": "nobody" if value is None else allowed} if careful else {}
    state = "missing" if value is None else "given"
    return {"name": name, "evidence": "as scripted", **origin, "state": state, "value": value}


def saying(message: str | None) -> Callable[[Ask], dict[str, Any]]:
    """Answers `draft` with this message."""

    def answer(ask: Ask) -> dict[str, Any]:
        plans = [{"id": item.id, "how": "as scripted"} for item in ask.facts.instructions]
        return {"plans": plans, "message": message}

    return answer


def following(*followed: str) -> Callable[[Ask], dict[str, Any]]:
    """Answers `analysis`: these guidelines were followed, the others were not."""

    def answer(ask: Ask) -> dict[str, Any]:
        names = [item.id for item in ask.facts.instructions]
        return {"checks": [_followed(name, followed) for name in names]}

    return answer


def _followed(name: str, followed: tuple[str, ...]) -> dict[str, Any]:
    missing = "nothing" if name in followed else "substance"
    return {"id": name, "evidence": "as scripted", "missing": missing, "followed": name in followed}


def choosing(response: str | None, quality: str) -> dict[str, Any]:
    """Answers `selection`."""
    return {"reason": "as scripted", "response": response, "quality": quality}


def scripted_model(**answers: Any) -> p.ScriptedModel:
    """A model that answers these decisions as given and the rest in the plainest way: nothing applies, "All right."."""
    plain = {"match": matching(), "draft": saying("All right."), "analysis": following(), "tools": calling()}
    plain["follow_up"] = lambda ask: choosing(None, "none")
    answers.setdefault("consequential", answers.get("tools", plain["tools"]))
    return p.scripted({**plain, **answers})


def now_answering(model: Any, **answers: Any) -> None:
    """Have a scripted model answer these decisions differently from now on."""
    model._answers.update(answers)
