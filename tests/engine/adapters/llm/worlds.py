"""Small situations for the tests of models."""

from typing import Any, cast

from understudy.engine.domain.facts import KnownVariable, Line, Situation, Speaker
from understudy.engine.domain.knowledge import Term
from understudy.engine.domain.tool import ToolCall, ToolResult


def talk(*lines: str, **known: Any) -> Situation:
    """A situation from lines such as "customer: Hi"; a line without a speaker is the customer's."""
    spoken = []
    for line in lines:
        speaker, mark, text = line.partition(": ")
        if mark and speaker in ("customer", "agent", "operator", "tool"):
            spoken.append(Line(speaker=cast(Speaker, speaker), text=text))
        else:
            spoken.append(Line(speaker="customer", text=line))
    description = known.pop("description", "Helps customers of a garden shop with plants, tools and deliveries.")
    return Situation(
        agent_name="Ada", agent_description=description, customer_name="Jo", conversation=tuple(spoken), **known
    )


def call(tool: str, data=None, *, error: str | None = None, arguments=None) -> ToolCall:
    return ToolCall(id=f"1/{tool}/1", tool=tool, arguments=arguments or {}, result=ToolResult(data, error=error))


def variable(name: str, value) -> KnownVariable:
    return KnownVariable(name=name, description="", value=value)


def term(name: str, *synonyms: str, description: str = "") -> Term:
    return Term(id=name.lower(), name=name, description=description, synonyms=synonyms)
