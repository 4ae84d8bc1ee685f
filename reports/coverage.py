"""Coverage: what of an agent's definition was exercised, counted, and what was not, by name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.trace import Trace
from .pieces import Amount, Fact, Table
from .tables import counted, share, words
from .walks import walk

_Part: TypeAlias = tuple[tuple[str, str], Sequence[str], Iterable[str]]
"""What it is called when exercised and when never, what there is of it, and what was exercised."""


def coverage_table(traces: Sequence[Trace], agent: AgentDefinition | None) -> Table:
    """How much of each kind was exercised; no rows where the definition is not known."""
    rows = (
        tuple(
            _coverage_row(names[0], defined, exercised=exercised) for names, defined, exercised in _parts(traces, agent)
        )
        if agent
        else ()
    )
    return Table(columns=("What", "Exercised", "Defined", "Share"), rows=rows)


def _coverage_row(what: str, defined: Sequence[str], *, exercised: Iterable[str]) -> tuple[Amount, ...]:
    hit = len(set(defined) & set(exercised))
    return words(what), counted(hit), counted(len(defined)), share(hit, len(defined))


def missed(traces: Sequence[Trace], agent: AgentDefinition) -> Iterator[Fact]:
    """What of each kind was never exercised."""
    for names, defined, exercised in _parts(traces, agent):
        met = set(exercised)
        if left := [each for each in defined if each not in met]:
            yield Fact(name=f"{names[1]} ({len(left)} of {len(defined)})", text=", ".join(left))


def _parts(traces: Sequence[Trace], agent: AgentDefinition) -> Iterator[_Part]:
    yield from _guidelines(traces, agent)
    yield from _journeys(traces, agent)
    tools = [tool.id for tool in agent.tools]
    yield ("Tools called", "Tools never called"), tools, (call.tool for trace in traces for call in trace.calls)
    yield (
        ("Canned responses chosen", "Canned responses never chosen"),
        [response.id for response in agent.canned_responses],
        (trace.composition.chosen for trace in traces if trace.composition and trace.composition.chosen),
    )


def _guidelines(traces: Sequence[Trace], agent: AgentDefinition) -> Iterator[_Part]:
    checks = [check for trace in traces for check in trace.checks]
    enabled = [each.id for each in agent.guidelines if each.enabled]
    judged = [each.id for each in agent.guidelines if each.enabled and each.matching != "always"]
    seen_true = [check.guideline for check in checks if check.matched]
    seen_false = [check.guideline for check in checks if not check.matched]
    fired = (each for trace in traces for each in trace.fired)
    yield ("Guidelines fired", "Guidelines that never fired"), enabled, fired
    yield ("Conditions seen true", "Conditions never seen true"), judged, seen_true
    yield ("Conditions seen false", "Conditions never seen false"), judged, seen_false


def _journeys(traces: Sequence[Trace], agent: AgentDefinition) -> Iterator[_Part]:
    walks = {journey.id: walk(journey.id, traces) for journey in agent.journeys}
    yield (
        ("Journey states visited", "Journey states never visited"),
        [f"{journey.id}/{state.id}" for journey in agent.journeys for state in journey.states],
        [f"{journey}/{state}" for journey, walked in walks.items() for state in walked.visits],
    )
    yield (
        ("Transitions taken", "Transitions never taken"),
        [_way(journey.id, (way.source, way.target)) for journey in agent.journeys for way in journey.transitions],
        [_way(journey, step) for journey, walked in walks.items() for step in walked.taken],
    )


def _way(journey: str, step: tuple[str, str]) -> str:
    return f"{journey}/{step[0]} → {step[1]}"
