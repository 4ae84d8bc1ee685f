"""Names in scenarios checked against the agent that they are about."""

from collections.abc import Iterable, Iterator

from ...engine.domain.agent import AgentDefinition
from ...engine.errors import closest
from ..scenario import AgentFirst, CustomerSays, Named, Scenario
from .problems import ScenarioProblem


def check_names(scenarios: Iterable[Scenario], agent: AgentDefinition) -> tuple[ScenarioProblem, ...]:
    """A problem for each guideline, journey, state, tool, parameter or canned response that the agent does not have."""
    found = (_problem(name, agent) for scenario in scenarios for name in names_in(scenario))
    return tuple(dict.fromkeys(problem for problem in found if problem is not None))


def names_in(scenario: Scenario) -> Iterator[Named]:
    """Every part of the agent that a scenario names, in the order of the script, then of the whole."""
    yield from scenario.names
    for step in scenario.script:
        if isinstance(step, CustomerSays | AgentFirst):
            yield from (name for expected in step.expect for name in expected.names)
    yield from (name for expected in scenario.expect for name in expected.names)


def _problem(named: Named, agent: AgentDefinition) -> ScenarioProblem | None:
    known = _known(named, agent)
    if known is None or named.name in known:
        return None
    owner = {"state": f"journey {named.within!r}", "parameter": f"tool {named.within!r}"}.get(
        named.kind, f"agent {agent.id!r}"
    )
    text = f"{owner} has no {named.kind} {named.name!r}"
    return ScenarioProblem(place=named.place, text=text, near=closest(named.name, known))


def _known(named: Named, agent: AgentDefinition) -> tuple[str, ...] | None:
    """The names of its kind; None where what it would be within is itself unknown, which is a problem of its own."""
    match named.kind:
        case "guideline":
            return tuple(guideline.id for guideline in agent.guidelines)
        case "journey":
            return tuple(journey.id for journey in agent.journeys)
        case "tool":
            return tuple(tool.id for tool in agent.tools)
        case "canned response":
            return tuple(response.id for response in agent.canned_responses)
        case "state":
            journey = agent.journey(named.within)
            return tuple(state.id for state in journey.states) if journey else None
        case "parameter":
            tool = agent.tool(named.within)
            return tuple(parameter.name for parameter in tool.parameters) if tool else None
