"""Small random agents: whatever an author may declare, as long as its parts fit together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.domain.agent import ALLOWED_ENDS, AgentDefinition
from understudy.engine.domain.guideline import Guideline, Properties
from understudy.engine.domain.journey import END, ROOT, Journey, State, StateKind, Transition
from understudy.engine.domain.knowledge import CannedResponse, Term, Variable
from understudy.engine.domain.modes import CompositionMode, Criticality
from understudy.engine.domain.relationship import Endpoint, EndpointKind, Relationship
from understudy.engine.domain.tool import Parameter, ParameterType, Tool
from understudy.engine.relationships.cycles import find_cycle

NO_MATCH = "Come again?"
TAGS = ("red", "blue")
GUIDELINES = ("g0", "g1", "g2", "g3", "g4", "g5")
JOURNEYS = ("j0", "j1", "j2")
TOOLS = ("t0", "t1", "t2")
FIELDS = ("price", "order")
TEMPLATES = (
    "We open at nine.",
    "Dear {{ std.customer.name }}, hold on.",
    "It costs {{ price }}.",
    "Order {{ order.id }} for {{ price }} is on its way.",
    "{% if price %}{{ price }}{% endif %}",
    "We still need {{ std.missing_params | join(', ') }}.",
    "{{ generative.mood }} day!",
)
# Short codes, so that what a failing example shows stays readable.
SOME_MODES = (*[None] * 10, CompositionMode.STRICT, CompositionMode.COMPOSITED)
KINDS: tuple[StateKind, ...] = ("chat", "tool", "chat", "tool", "fork")
WITHOUT_TOOLS: tuple[StateKind, ...] = ("chat", "fork")

tags = st.lists(st.sampled_from(TAGS), max_size=1).map(tuple)
numbers = st.sampled_from((*[0] * 10, 5, -1))


def some(names: Sequence[str], *, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of the names, in their order; none where there are none."""
    if not names:
        return st.just(())
    chosen = st.lists(st.sampled_from(names), max_size=most, unique=True)
    return chosen.map(lambda picked: tuple(name for name in names if name in picked))


def one_of_or_none(names: Sequence[str], *, none: int = 3) -> st.SearchStrategy[str | None]:
    """One of the names or none of them, which has so many chances."""
    return st.sampled_from((*[None] * none, *names))


@st.composite
def parameters(draw: st.DrawFn, name: str) -> Parameter:
    kind = draw(st.sampled_from(get_args(ParameterType)))
    return Parameter(
        name=name,
        type=kind,
        required=draw(st.booleans()),
        item=draw(st.sampled_from(("string", "integer", "enum"))) if kind == "array" else None,
        choices=("small", "Very Large") if kind in ("enum", "array") else (),
        hidden=draw(st.sampled_from((False, False, True))),
        precedence=draw(st.sampled_from((None, None, 1, 2))),
    )


@st.composite
def tools(draw: st.DrawFn, name: str) -> Tool:
    takes = draw(st.integers(0, 2))
    return Tool(
        id=name,
        parameters=tuple(draw(parameters(f"p{number}")) for number in range(takes)),
        consequential=draw(st.sampled_from((False, False, True))),
    )


@st.composite
def guidelines(draw: st.DrawFn, name: str, *, journeys: Sequence[str], tools: Sequence[str]) -> Guideline:
    return Guideline(
        id=name,
        condition=f"when {name}",
        action=draw(st.sampled_from((f"do {name}", f"do {name}", ""))),
        matching=draw(st.sampled_from(("model", "model", "always", "model", "code", "strategy"))),
        tools=draw(some(tools)),
        criticality=draw(st.sampled_from(Criticality)),
        composition_mode=draw(st.sampled_from(SOME_MODES)),
        priority=draw(numbers),
        journey=draw(one_of_or_none(journeys, none=5)),
        tags=draw(tags),
        labels=draw(some(("seen",))),
        enabled=draw(st.sampled_from((*[True] * 8, False))),
        track=draw(st.sampled_from((True, True, False))),
        properties=Properties(
            continuous=draw(st.sampled_from((None, None, True))),
            customer_dependent=draw(st.sampled_from((None, True))),
        ),
    )


@st.composite
def journeys(draw: st.DrawFn, name: str, *, guidelines: Sequence[str], tools: Sequence[str]) -> Journey:
    """Every state hangs on an earlier one, so that all are reachable; more ways make forks, merges and loops."""
    count = draw(st.sampled_from((3, 2, 4, 5, 1, 0)))
    kinds: list[StateKind] = [draw(st.sampled_from(KINDS if tools else WITHOUT_TOOLS)) for _ in range(count)]
    names = [ROOT, *(f"{kind}-{number}" for number, kind in enumerate(kinds))]
    # Mostly in a row: a state hangs on the one before it more often than on those before that.
    ways = [
        (draw(st.sampled_from((*[names[number - 1]] * 3, *names[:number]))), names[number])
        for number in range(1, len(names))
    ]
    ends = bool(kinds) and draw(st.booleans())
    ways += [(draw(st.sampled_from(names)), END)] if ends else []
    ways += draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=3)) if kinds else []
    leaving = [source for source, _ in ways]
    states = [State(id=ROOT, kind="initial")]
    for state, kind in zip(names[1:], kinds, strict=True):
        used = draw(st.lists(st.sampled_from(tools), min_size=1, max_size=2, unique=True)) if kind == "tool" else ()
        mode = draw(st.sampled_from(SOME_MODES))
        states.append(
            State(id=state, kind=kind, action=f"do {state}", tools=tuple(used), composition_mode=mode, labels=(state,))
        )
    return Journey(
        id=name,
        title=name.upper(),
        triggers=(draw(st.sampled_from(guidelines)), *draw(some(guidelines, most=1))),
        states=(*states, *((State(id=END, kind="end"),) if ends else ())),
        transitions=tuple(
            Transition(
                source=source,
                target=target,
                condition=f"if {number}" if leaving.count(source) > 1 or source.startswith("fork") else "",
            )
            for number, (source, target) in enumerate(ways)
        ),
        composition_mode=draw(st.sampled_from(SOME_MODES)),
        priority=draw(numbers),
        tags=draw(tags),
        labels=draw(some(("toured",))),
    )


def ends(kind: EndpointKind, agent: AgentDefinition) -> list[Endpoint]:
    """All that an endpoint of that kind may name in an agent."""
    names = {
        "guideline": [guideline.id for guideline in agent.guidelines],
        "journey": [journey.id for journey in agent.journeys],
        "tool": [tool.id for tool in agent.tools],
        "tag_all": TAGS,
        "tag_any": TAGS,
    }
    return [Endpoint(kind=kind, id=name) for name in names[kind]]


@st.composite
def relationships(draw: st.DrawFn, agent: AgentDefinition) -> tuple[Relationship, ...]:
    """Relationships that close no circle."""
    made: list[Relationship] = []
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from((*ALLOWED_ENDS, "disambiguation")))
        sources, targets = ([end for each in kinds for end in ends(each, agent)] for kinds in ALLOWED_ENDS[kind])
        if not sources or not targets:
            continue
        source = draw(st.sampled_from(sources))
        # An observation tells several things apart, or it tells nothing apart.
        for target in draw(st.lists(st.sampled_from(targets), min_size=1, max_size=2, unique=True)):
            group = draw(st.sampled_from(("one", "two"))) if kind == "dependency_any" else ""
            relationship = Relationship(kind=kind, source=source, target=target, group=group)
            if source != target and find_cycle([*made, relationship]) is None:
                made.append(relationship)
    return tuple(made)


@st.composite
def responses(draw: st.DrawFn, name: str, *, journeys: Sequence[Journey]) -> CannedResponse:
    places = [(journey.id, state.id) for journey in journeys for state in journey.states if state.kind == "chat"]
    place = draw(st.sampled_from((*[None] * 8, *places)))
    return CannedResponse(
        id=name,
        template=draw(st.sampled_from(TEMPLATES)),
        journey=place[0] if place else draw(one_of_or_none([journey.id for journey in journeys])),
        state=f"{place[0]}/{place[1]}" if place else None,
        field_dependencies=draw(st.sampled_from(((), (), (), ("price",), ("order.id",)))),
    )


@st.composite
def agents(draw: st.DrawFn) -> AgentDefinition:
    """An agent whose ids are taken from small sets, so that two of them have many in common."""
    tool_names = TOOLS[: draw(st.sampled_from((2, 1, 3, 0)))]
    journey_names = JOURNEYS[: draw(st.sampled_from((1, 2, 3, 0)))]
    names = GUIDELINES[: draw(st.sampled_from((3, 2, 4, 5, 6, 1)))]
    guided = [draw(guidelines(name, journeys=journey_names, tools=tool_names)) for name in names]
    travelled = [draw(journeys(name, guidelines=names, tools=tool_names)) for name in journey_names]
    canned = [
        draw(responses(f"c{number}", journeys=travelled)) for number in range(draw(st.sampled_from((2, 1, 0, 3))))
    ]
    agent = AgentDefinition(
        id="agent",
        name="Otto",
        composition_mode=draw(st.sampled_from((CompositionMode.FLUID, CompositionMode.FLUID, CompositionMode.STRICT))),
        max_engine_iterations=draw(st.integers(1, 4)),
        guidelines=tuple(guided),
        journeys=tuple(travelled),
        tools=tuple(draw(tools(name)) for name in tool_names),
        canned_responses=tuple(canned),
        terms=draw(st.sampled_from(((), (Term(id="vip", name="VIP", description="pays more"),)))),
        variables=draw(st.sampled_from(((), (Variable(id="plan", name="plan", values={"global": "gold"}),)))),
        no_match_response=NO_MATCH,
    )
    return replace(agent, relationships=draw(relationships(agent)))


async def _holds(context: p.GuidelineMatchingContext, guideline: Guideline) -> p.GuidelineMatch:
    return p.GuidelineMatch(id=guideline.id, matched=True, rationale="it holds")


async def _does_not_hold(context: p.GuidelineMatchingContext, guideline: Guideline) -> p.GuidelineMatch:
    return p.GuidelineMatch(id=guideline.id, matched=False)


async def _breaks(context: p.GuidelineMatchingContext, guideline: Guideline) -> p.GuidelineMatch:
    raise RuntimeError("out of order")


MATCHERS = (_holds, _holds, _does_not_hold, _breaks)
