"""Coverage: what of an agent's definition its scenarios exercised, read from traces. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.trace import Trace
from .exercised import related, tools_of
from .outcome import Outcome
from .verdict import Verdict
from .walked import visited, ways_taken

Kind = Literal[
    "guideline", "journey", "state", "transition", "tool", "canned response", "relationship", "term", "variable"
]  # fmt: skip
Aspect = Literal[
    "fired", "seen_true", "seen_false", "dropped", "followed",
    "started", "completed", "left", "visited", "taken",
    "called", "failed", "missing", "offered", "chosen", "exercised", "used",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that a turn exercised."""

    kind: Kind
    part: str
    """The part's id; `journey/state` and `journey/source → target` for states and transitions."""
    aspect: Aspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One way in which parts of a kind can be exercised."""

    kind: Kind
    aspect: Aspect
    done: str
    """What is counted, as a title."""
    undone: str
    counts: bool = True
    """Whether the share of an agent takes it in; the rest is told and asked of nobody."""


MEASURES = (
    Measure(kind="guideline", aspect="fired", done="Guidelines fired", undone="Guidelines that never fired"),
    Measure(kind="guideline", aspect="seen_true", done="Conditions seen true", undone="Conditions never seen true"),
    Measure(kind="guideline", aspect="seen_false", done="Conditions seen false", undone="Conditions never seen false"),
    Measure(
        kind="guideline", aspect="dropped", done="Guidelines dropped", undone="Guidelines never dropped", counts=False
    ),
    Measure(
        kind="guideline", aspect="followed", done="Guidelines followed", undone="Guidelines never followed",
        counts=False,
    ),
    Measure(kind="journey", aspect="completed", done="Journeys completed", undone="Journeys never completed"),
    Measure(kind="journey", aspect="left", done="Journeys left", undone="Journeys never left", counts=False),
    Measure(kind="state", aspect="visited", done="Journey states visited", undone="Journey states never visited"),
    Measure(kind="transition", aspect="taken", done="Transitions taken", undone="Transitions never taken"),
    Measure(kind="tool", aspect="called", done="Tools called", undone="Tools never called"),
    Measure(kind="tool", aspect="failed", done="Tools that failed", undone="Tools that never failed", counts=False),
    Measure(
        kind="tool", aspect="missing", done="Tools without a parameter", undone="Tools never without", counts=False
    ),
    Measure(
        kind="canned response", aspect="offered", done="Canned responses offered",
        undone="Canned responses never offered", counts=False,
    ),
    Measure(
        kind="canned response", aspect="chosen", done="Canned responses chosen", undone="Canned responses never chosen"
    ),
    Measure(
        kind="relationship", aspect="exercised", done="Relationships exercised", undone="Relationships never exercised"
    ),
    Measure(kind="term", aspect="used", done="Terms used", undone="Terms never used", counts=False),
    Measure(kind="variable", aspect="used", done="Variables loaded", undone="Variables never loaded", counts=False),
)  # fmt: skip

Times: TypeAlias = Counter[Hit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How much of one measure was exercised."""

    measure: Measure
    defined: tuple[str, ...]
    by_passed: tuple[str, ...]
    """Exercised in scenarios that passed."""
    by_failed: tuple[str, ...]
    """Exercised, but in scenarios that failed alone: something went through it, and nothing shows that it is right."""

    @property
    def missed(self) -> tuple[str, ...]:
        """What nothing exercised."""
        met = {*self.by_passed, *self.by_failed}
        return tuple(each for each in self.defined if each not in met)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCoverage:
    """What was exercised of one definition, passed and failed trials apart."""

    agent: AgentDefinition
    definition: str = ""
    """The fingerprint under which it was played."""
    passed: Times = field(default_factory=Counter[Hit])
    failed: Times = field(default_factory=Counter[Hit])

    def lines(self) -> Iterator[Line]:
        """Every measure with what there is of it."""
        for measure in MEASURES:
            defined = parts(self.agent, measure)
            met = tuple(each for each in defined if self._met(self.passed, measure, part=each))
            only = (each for each in defined if each not in met and self._met(self.failed, measure, part=each))
            yield Line(measure=measure, defined=defined, by_passed=met, by_failed=tuple(only))

    def share(self) -> tuple[int, int]:
        """How much of what counts was exercised in scenarios that passed, and how much there is."""
        counted = [line for line in self.lines() if line.measure.counts]
        return sum(len(line.by_passed) for line in counted), sum(len(line.defined) for line in counted)

    def touched_by(self, kind: Kind, part: str) -> Literal["passed", "failed"] | None:
        """Which scenarios brought a part into play: `failed` where none did that passed, None where none did."""

        def among(times: Times) -> bool:
            return any(hit.kind == kind and hit.part == part for hit in times if _in_play(hit))

        return "passed" if among(self.passed) else "failed" if among(self.failed) else None

    def _met(self, times: Times, measure: Measure, *, part: str) -> bool:
        return times[Hit(kind=measure.kind, part=part, aspect=measure.aspect)] > 0


def coverage(outcomes: Iterable[Outcome], agents: Mapping[str, AgentDefinition]) -> tuple[AgentCoverage, ...]:
    """Coverage of every definition that was played, in the order in which they first were; inconclusive trials count
    for nothing."""
    found: dict[str, AgentCoverage] = {}
    for outcome in outcomes:
        if outcome.definition in agents:
            agent = agents[outcome.definition]
            known = found.setdefault(outcome.definition, AgentCoverage(agent=agent, definition=outcome.definition))
            for times in _columns(known, outcome.verdict):
                times.update(hit for turn in outcome.turns for hit in hits(turn.trace, agent))
    return tuple(found.values())


def _columns(known: AgentCoverage, verdict: Verdict) -> Sequence[Times]:
    return {"passed": (known.passed,), "failed": (known.failed,), "inconclusive": ()}[verdict]


def total(covered: Iterable[AgentCoverage]) -> tuple[int, int]:
    """How much was exercised in scenarios that passed, of how much, over all agents."""
    shares = [each.share() for each in covered]
    return sum(met for met, _ in shares), sum(defined for _, defined in shares)


def percent_of(share: tuple[int, int]) -> float:
    """A share in per cent; 100 where there is nothing to exercise."""
    met, defined = share
    return 100 * met / defined if defined else 100.0


def parts(agent: AgentDefinition, measure: Measure) -> tuple[str, ...]:
    """The parts of an agent that a measure is about."""
    match measure.kind:
        case "guideline":
            judged = measure.aspect in ("seen_true", "seen_false")
            guidelines = (each for each in agent.guidelines if each.enabled)
            return tuple(each.id for each in guidelines if not judged or each.matching != "always")
        case "journey":
            return tuple(each.id for each in agent.journeys)
        case "state":
            return tuple(f"{journey.id}/{state.id}" for journey in agent.journeys for state in journey.states)
        case "transition":
            return tuple(
                way_name(journey.id, (way.source, way.target))
                for journey in agent.journeys
                for way in journey.transitions
            )
        case "tool":
            return tuple(each.id for each in agent.tools)
        case "canned response":
            return tuple(each.id for each in agent.canned_responses)
        case "relationship":
            return tuple(dict.fromkeys(map(str, agent.relationships)))
        case "term":
            return tuple(each.id for each in agent.terms)
        case "variable":
            return tuple(each.id for each in agent.variables)


def hits(trace: Trace, agent: AgentDefinition) -> Iterator[Hit]:
    """What a turn exercised, each thing once."""
    yield from dict.fromkeys((*_guidelines(trace), *_journeys(trace), *_tools(trace), *_responses(trace)))
    yield from (Hit(kind="relationship", part=str(each), aspect="exercised") for each in related(trace, agent))
    yield from (Hit(kind="term", part=each.id, aspect="used") for each in agent.terms if each.name in trace.terms)
    yield from (
        Hit(kind="variable", part=each.id, aspect="used") for each in agent.variables if each.name in trace.variables
    )


def way_name(journey: str, step: tuple[str, str]) -> str:
    """journey/source → target."""
    return f"{journey}/{step[0]} → {step[1]}"


def _in_play(hit: Hit) -> bool:
    """Whether it shows a part at work: a condition that was only looked at and found false does not."""
    return hit.aspect not in ("seen_false", "missing", "offered")


def _guidelines(trace: Trace) -> Iterator[Hit]:
    for check in trace.checks:
        yield Hit(kind="guideline", part=check.guideline, aspect="seen_true" if check.matched else "seen_false")
    yield from (Hit(kind="guideline", part=each, aspect="fired") for each in trace.fired)
    yield from (Hit(kind="guideline", part=each, aspect="dropped") for each in trace.dropped)
    yield from (Hit(kind="guideline", part=each, aspect="followed") for each in trace.followed)


def _journeys(trace: Trace) -> Iterator[Hit]:
    for journey in dict.fromkeys([*(at.journey for at in trace.journeys), *(move.journey for move in trace.moves)]):
        for state in sorted(visited(journey, trace)):
            yield Hit(kind="state", part=f"{journey}/{state}", aspect="visited")
    for move in trace.moves:
        if move.move in ("started", "completed", "left"):
            yield Hit(kind="journey", part=move.journey, aspect=move.move)
        for step in ways_taken(move):
            yield Hit(kind="transition", part=way_name(move.journey, step), aspect="taken")


def _tools(trace: Trace) -> Iterator[Hit]:
    for tool, aspect in tools_of(trace):
        yield Hit(kind="tool", part=tool, aspect=aspect)


def _responses(trace: Trace) -> Iterator[Hit]:
    if made := trace.composition:
        for each in made.considered:
            if each.fate in ("offered", "chosen"):
                yield Hit(kind="canned response", part=each.id, aspect="offered")
        for chosen in filter(None, [made.chosen, made.follow_up]):
            yield Hit(kind="canned response", part=chosen, aspect="chosen")
