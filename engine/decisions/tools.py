"""Which tools are to be called now, and with what?"""

from typing import Literal

from ..domain.facts import ToolFacts
from .decision import Answer, Decision


class ArgumentAnswer(Answer):
    """One argument. `value` is text: a number, date or choice as it is written, JSON for arrays and objects."""

    name: str
    evidence: str
    state: Literal["given", "missing", "invalid"]
    value: str | None


class CallAnswer(Answer):
    """One call, with every parameter of the tool that is required or was given."""

    arguments: list[ArgumentAnswer]


class ToolVerdict(Answer):
    """The verdict on one tool: calls are only listed when it should run."""

    tool: str
    evidence: str
    should_run: bool
    calls: list[CallAnswer]


class ToolsAnswer(Answer):
    """A verdict for each tool, in their order."""

    tools: list[ToolVerdict]


def objections(facts: ToolFacts, answer: ToolsAnswer) -> tuple[str, ...]:
    """Every tool is judged exactly once, with parameters it really has and all that it requires."""
    offered = {offer.tool.id: offer for offer in facts.offers}
    given = [verdict.tool for verdict in answer.tools]
    found = [f"tool {name!r} was not decided" for name in offered if name not in given]
    found += [f"tool {name!r} was decided twice" for name in dict.fromkeys(given) if given.count(name) > 1]
    for verdict in answer.tools:
        offer = offered.get(verdict.tool)
        if offer is None:
            found.append(f"{verdict.tool!r} is not one of the tools offered")
        elif verdict.should_run and not verdict.calls:
            found.append(
                f"tool {verdict.tool!r} should run but has no call; list one, or decide that it should not run"
            )
        elif verdict.should_run:
            required = [p.name for p in offer.tool.parameters if p.required and p.name not in offer.fixed]
            for call in verdict.calls:
                names = [argument.name for argument in call.arguments]
                found += [f"tool {verdict.tool!r} has no parameter {n!r}" for n in names if not offer.tool.parameter(n)]
                found += [
                    f"tool {verdict.tool!r}: parameter {n!r} was not examined" for n in required if n not in names
                ]
    return tuple(found)


TOOLS = Decision(name="tools", answer=ToolsAnswer, objections=objections)
