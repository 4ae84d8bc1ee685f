"""Paths from which scenarios begin, checked against the journeys that are said to have gone them."""

from collections.abc import Iterator

from ...engine import Misstep, first_misstep
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.journey import ROOT, Journey
from ...engine.errors import closest
from ..scenario import Place, Scenario
from .problems import ScenarioProblem


def check_paths(scenario: Scenario, agent: AgentDefinition) -> tuple[ScenarioProblem, ...]:
    """A problem for each journey that can't have come to stand where a scenario lets it begin."""
    return tuple(_problems(scenario, agent))


def _problems(scenario: Scenario, agent: AgentDefinition) -> Iterator[ScenarioProblem]:
    for name, path in scenario.start.journeys.items():
        journey = agent.journey(name)
        places = [named.place for named in scenario.names if (named.kind, named.within) == ("state", name)]
        if journey is None or any(state not in _states(journey) for state in path):
            # In a file these are names that are not there, which are told with the other names.
            yield from () if places else (_unknown(name, journey, scenario=scenario, agent=agent),)
        elif misstep := first_misstep(journey, tuple(path)):
            place = places[misstep.number] if misstep.number < len(places) else scenario.place
            yield _told(journey, misstep, place=place)


def _states(journey: Journey) -> tuple[str, ...]:
    return tuple(state.id for state in journey.states)


def _unknown(name: str, journey: Journey | None, *, scenario: Scenario, agent: AgentDefinition) -> ScenarioProblem:
    if journey is None:
        known = [each.id for each in agent.journeys]
        text = f"start: agent {agent.id!r} has no journey {name!r}"
        return ScenarioProblem(place=scenario.place, text=text, near=closest(name, known))
    wrong = next(state for state in scenario.start.journeys[name] if state not in _states(journey))
    text = f"start: journey {name!r} has no state {wrong!r}"
    return ScenarioProblem(place=scenario.place, text=text, near=closest(wrong, _states(journey)))


def _told(journey: Journey, misstep: Misstep, *, place: Place) -> ScenarioProblem:
    if misstep.origin == ROOT:
        text = f"journey {journey.id!r} can't begin at {misstep.target!r}; it begins at {_either(misstep.ahead)}"
        return ScenarioProblem(place=place, text=text)
    on = f"on to {_either(misstep.ahead)}" if misstep.ahead else ""
    back = f"back to {_either(misstep.back)}" if misstep.back else ""
    ways = ", or ".join(filter(None, (on, back))) or "nowhere"
    step = f"go from {misstep.origin!r} to {misstep.target!r}"
    return ScenarioProblem(place=place, text=f"journey {journey.id!r} can't {step}; from there it goes {ways}")


def _either(states: tuple[str, ...]) -> str:
    return " or ".join(map(repr, states))
