"""Which tools are to be called now, and with what?"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

from ..domain.facts import ToolFacts, ToolOffer
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


class Argument(Protocol):
    """An argument of a call, in whatever answer it stands."""

    @property
    def name(self) -> str:
        """The parameter it is for."""
        ...


class Call(Protocol):
    """A call, in whatever answer it stands."""

    @property
    def arguments(self) -> Sequence[Argument]:
        """Its arguments."""
        ...


class Verdict(Protocol):
    """A verdict on a tool, in whatever answer it stands."""

    @property
    def tool(self) -> str:
        """The tool's id."""
        ...

    @property
    def should_run(self) -> bool:
        """Whether it is to be called."""
        ...

    @property
    def calls(self) -> Sequence[Call]:
        """The calls to make."""
        ...


def objections(facts: ToolFacts, answer: ToolsAnswer) -> tuple[str, ...]:
    """Every tool is judged exactly once, with parameters it really has and all that it requires."""
    return call_objections(facts.offers, answer.tools)


def call_objections(offers: Iterable[ToolOffer], verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What is wrong with verdicts on tools, whichever decision they answer."""
    offered = {offer.tool.id: offer for offer in offers}
    given = [verdict.tool for verdict in verdicts]
    found = [f"tool {name!r} was not decided" for name in offered if name not in given]
    found += [f"tool {name!r} was decided twice" for name in dict.fromkeys(given) if given.count(name) > 1]
    for verdict in verdicts:
        offer = offered.get(verdict.tool)
        if offer is None:
            found.append(f"{verdict.tool!r} is not one of the tools offered")
        elif verdict.should_run and not verdict.calls:
            found.append(
                f"tool {verdict.tool!r} should run but has no call; list one, or decide that it should not run"
            )
        elif verdict.should_run:
            found += [objection for call in verdict.calls for objection in _of_arguments(offer, call)]
    return tuple(found)


def _of_arguments(offer: ToolOffer, call: Call) -> Iterator[str]:
    tool = offer.tool
    names = [argument.name for argument in call.arguments]
    for name in names:
        if not tool.parameter(name):
            yield f"tool {tool.id!r} has no parameter {name!r}"
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"tool {tool.id!r}: parameter {name!r} was examined twice; list another call for another value"
    for parameter in tool.parameters:
        if parameter.required and parameter.name not in offer.fixed and parameter.name not in names:
            yield f"tool {tool.id!r}: parameter {parameter.name!r} was not examined"


TOOLS = Decision(name="tools", answer=ToolsAnswer, objections=objections)
