"""Names in scenarios checked against the agent that they are about."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.guideline import Guideline
from ...engine.errors import closest
from ..scenario import AgentFirst, CustomerSays, Named, Scenario
from .problems import ScenarioProblem

OWNERS = {
    "state": "journey {within!r}",
    "transition": "journey {within!r}",
    "parameter": "tool {within!r}",
}
ENOUGH = 0.6
"""Which share of an id's words a guideline must have to be taken for the same one in other words."""
STEM = 6
"""How many letters of two words must agree for them to be forms of one."""
FILLERS = frozenset({
    "a", "an", "and", "are", "customer", "for", "if", "is", "it", "of", "or", "the", "their", "them", "they", "to",
    "user", "when", "with", "you", "your",
})  # fmt: skip
"""Words that tell no guideline from another."""


def slugged(text: str) -> str:
    """A text's words as they stand in ids, however many."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "")))


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
    owner = OWNERS.get(named.kind, "agent {agent!r}").format(within=named.within, agent=agent.id)
    text = f"{owner} has no {named.kind} {named.name!r}"
    if named.kind == "guideline" and not _is_slip(named.name, known) and (now := reworded(named.name, agent)):
        was = f"; it was reworded, perhaps, to {_words_of(now)!r}"
        return ScenarioProblem(place=named.place, text=text + was, near=now.id)
    return ScenarioProblem(place=named.place, text=text, near=closest(named.name, known))


def reworded(name: str, agent: AgentDefinition) -> Guideline | None:
    """The guideline that a former one of that id has most likely become, None where none reads like it.

    An id is made of its guideline's words, so it tells what the guideline said when the scenario was written.
    """
    said = set(name.split("-")) - FILLERS
    best = max(agent.guidelines, key=lambda each: _likeness(said, each), default=None)
    return best if best and len(said) > 1 and _likeness(said, best) >= ENOUGH else None


def _likeness(said: set[str], guideline: Guideline) -> float:
    """Which share of the words is among the guideline's; for those that nobody named, by their beginnings."""
    words = set(f"{guideline.id}-{slugged(guideline.condition)}-{slugged(guideline.action)}".split("-")) - FILLERS
    stems = {word[:STEM] for word in words}
    return sum(word[:STEM] in stems for word in said) / max(1, len(said))


def _is_slip(name: str, known: Iterable[str]) -> bool:
    """Whether a known name differs by a letter or two, so that it was misspelt and not reworded."""
    return bool(get_close_matches(name, list(known), n=1, cutoff=0.85))


def _words_of(guideline: Guideline) -> str:
    condition = f"when {guideline.condition}" if guideline.condition else ""
    return ", ".join(part for part in (condition, guideline.action) if part)


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
        case "transition":
            journey = agent.journey(named.within)
            return tuple(transition.id for transition in journey.transitions) if journey else None
        case "state":
            journey = agent.journey(named.within)
            return tuple(state.id for state in journey.states) if journey else None
        case "parameter":
            tool = agent.tool(named.within)
            return tuple(parameter.name for parameter in tool.parameters) if tool else None
