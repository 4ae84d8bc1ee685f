"""Coverage from traces: what was exercised, by what, and what of an edit was not."""

from dataclasses import replace

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey, State, Transition
from understudy.engine.domain.knowledge import CannedResponse
from understudy.engine.domain.modes import CompositionMode
from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.engine.domain.tool import Insight, Parameter, Tool, ToolResult
from understudy.engine.domain.trace import (
    Clarification,
    Composition,
    GuidelineCheck,
    JourneyMove,
    ResolutionOutcome,
    ResponseConsidered,
    ToolOffered,
    Trace,
)
from understudy.evals.coverage import AgentCoverage, coverage, percent_of, total
from understudy.evals.coverage_text import coverage_lines
from understudy.evals.diff.definitions import compare_definitions
from understudy.evals.uncovered import uncovered
from understudy.evals.verdict import Verdict

from .runs import BOOK, GREET, agent, called, outcome, run, trace

VISIT = Journey(
    id="visit",
    title="Visit",
    triggers=("book",),
    states=(
        State(id="root", kind="initial"),
        State(id="ask", kind="chat", action="ask why"),
        State(id="end", kind="end"),
    ),
    transitions=(Transition(source="root", target="ask"), Transition(source="ask", target="end", condition="done")),
)


def covered(*traces: Trace, of: AgentDefinition, verdict: Verdict = "passed") -> AgentCoverage:
    record = run(outcome(*traces, of=of, verdict=verdict), of=of)
    (found,) = coverage(record.outcomes, record.agents)
    return found


def exercised(found: AgentCoverage) -> dict[str, tuple[str, ...]]:
    return {line.measure.done: line.by_passed for line in found.lines() if line.by_passed}


def test_a_condition_is_seen_true_and_seen_false_by_different_turns() -> None:
    false = GuidelineCheck(round=1, guideline="book", method="model", matched=False)
    found = covered(replace(trace("greet"), checks=(*trace("greet").checks, false)), of=agent())
    assert exercised(found) == {
        "Guidelines fired": ("greet",),
        "Conditions seen true": ("greet",),
        "Conditions seen false": ("book",),
    }


def test_a_guideline_that_a_relation_dropped_is_seen_and_did_not_fire() -> None:
    dropped = ResolutionOutcome(round=1, kind="guideline", id="book", outcome="lower_priority", counterparts=("greet",))
    made = trace("greet", "book")
    found = covered(replace(made, resolutions=(made.resolutions[0], dropped), followed=("greet",)), of=agent())
    assert exercised(found)["Guidelines fired"] == ("greet",)
    assert exercised(found)["Guidelines dropped"] == ("book",)
    assert exercised(found)["Guidelines followed"] == ("greet",)


def test_a_journey_is_covered_by_its_states_its_ways_its_end_and_its_leaving() -> None:
    walks = [
        JourneyMove(round=1, journey="visit", move="started", origin=None, target="ask"),
        JourneyMove(round=1, journey="visit", move="completed", origin="ask", target="end"),
        JourneyMove(round=1, journey="visit", move="left", origin="ask", target=None),
    ]
    definition = replace(agent(), journeys=(VISIT,))
    first = covered(replace(trace("book"), moves=(walks[0],)), of=definition)
    assert exercised(first)["Journey states visited"] == ("visit/root", "visit/ask")
    assert exercised(first)["Transitions taken"] == ("visit/root → ask",)
    assert "Journeys completed" not in exercised(first)
    whole = covered(*(replace(trace("book", turn=n), moves=(move,)) for n, move in enumerate(walks, 1)), of=definition)
    assert exercised(whole)["Journeys completed"] == exercised(whole)["Journeys left"] == ("visit",)
    assert exercised(whole)["Transitions taken"] == ("visit/root → ask", "visit/ask → end")


def test_tools_are_called_fail_and_lack_parameters() -> None:
    insight = Insight(kind="missing", tool="get_slots", parameter=Parameter(name="day", type="string"))
    failed = replace(called(), result=ToolResult(error="down"))
    assert exercised(covered(replace(trace(), insights=(insight,)), of=agent())) == {
        "Tools without a parameter": ("get_slots",)
    }
    assert set(exercised(covered(trace(calls=[failed]), of=agent()))) == {"Tools called", "Tools that failed"}


def test_canned_responses_are_offered_and_chosen() -> None:
    responses = tuple(CannedResponse(id=name, template=name) for name in ("hello", "bye", "unseen"))
    considered = (ResponseConsidered(id="hello", fate="chosen"), ResponseConsidered(id="bye", fate="offered"))
    made = Composition(mode=CompositionMode.STRICT, considered=considered, chosen="hello")
    found = exercised(covered(replace(trace(), composition=made), of=replace(agent(), canned_responses=responses)))
    assert found["Canned responses offered"] == ("hello", "bye")
    assert found["Canned responses chosen"] == ("hello",)


def end(kind: str, name: str) -> Endpoint:
    return Endpoint(kind=kind, id=name)  # type: ignore[arg-type]


def resolved(guideline: str, kind: str, *counterparts: str) -> Trace:
    made = ResolutionOutcome(
        round=1,
        kind="guideline",
        id=guideline,
        outcome=kind,
        counterparts=counterparts,  # type: ignore[arg-type]
    )
    return replace(trace(), resolutions=(made,))


@pytest.mark.parametrize(
    ("kind", "source", "target", "exercising", "idle"),
    [
        (
            "entailment",
            end("guideline", "greet"),
            end("guideline", "book"),
            resolved("book", "entailed", "greet"),
            resolved("book", "kept"),
        ),
        (
            "priority",
            end("guideline", "greet"),
            end("tag_all", "sales"),
            resolved("book", "lower_priority", "greet"),
            resolved("book", "outranked", "greet"),
        ),
        (
            "dependency",
            end("guideline", "book"),
            end("guideline", "greet"),
            resolved("book", "unmet_dependency", "greet"),
            resolved("greet", "kept"),
        ),
        (
            "disambiguation",
            end("guideline", "greet"),
            end("guideline", "book"),
            replace(
                trace(),
                clarifications=(
                    Clarification(
                        round=1, head="greet", targets=("book",), set_aside=(), guideline="q", question="?", ask="a"
                    ),
                ),
            ),
            trace("greet", "book"),
        ),
        (
            "reevaluation",
            end("guideline", "book"),
            end("tool", "get_slots"),
            replace(
                trace(calls=[called()]),
                checks=(GuidelineCheck(round=2, guideline="book", method="model", matched=True),),
            ),
            trace("book", calls=[called()]),
        ),
        (
            "overlap",
            end("tool", "get_slots"),
            end("tool", "find_slots"),
            replace(
                trace(),
                offered=tuple(ToolOffered(round=1, tool=name, because=()) for name in ("get_slots", "find_slots")),
            ),
            replace(
                trace(),
                offered=(
                    ToolOffered(round=1, tool="get_slots", because=()),
                    ToolOffered(round=2, tool="find_slots", because=()),
                ),
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_relationship_is_exercised_where_it_decides_something(
    kind, source: Endpoint, target: Endpoint, exercising: Trace, idle: Trace
) -> None:
    related = Relationship(kind=kind, source=source, target=target)
    tools = (Tool(id="get_slots"), Tool(id="find_slots"))
    definition = replace(agent(GREET, replace(BOOK, tags=("sales",))), relationships=(related,), tools=tools)
    assert exercised(covered(exercising, of=definition))["Relationships exercised"] == (str(related),)
    assert "Relationships exercised" not in exercised(covered(idle, of=definition))


def test_what_only_failed_scenarios_exercise_is_told_apart_and_does_not_count() -> None:
    failed = outcome(trace("greet", "book"), scenario="fails", verdict="failed")
    untold = outcome(trace(calls=[called()]), scenario="untold", verdict="inconclusive")
    record = run(outcome(trace("greet")), failed, untold)
    (found,) = coverage(record.outcomes, record.agents)
    fired = next(line for line in found.lines() if line.measure.done == "Guidelines fired")
    assert (fired.by_passed, fired.by_failed, fired.missed) == (("greet",), ("book",), ())
    assert "Tools called" not in exercised(found)
    # Two that fired, two conditions each way, one tool: seven, of which the passed one exercised two.
    assert total([found]) == (2, 7)


def test_an_agent_without_parts_is_wholly_covered() -> None:
    assert percent_of(total([])) == 100.0


def test_the_table_names_what_never_was() -> None:
    lines = list(coverage_lines([covered(trace("greet"), of=agent())]))
    assert lines[0] == "coverage of agent 'clinic': 2 of 7 (29 %) by scenarios that passed"
    assert "  Guidelines fired             1 of 2    never: book" in lines


def edited(before: AgentDefinition, after: AgentDefinition, *traces: Trace) -> list[str]:
    return [str(edit) for edit in uncovered(compare_definitions(before, after), covered(*traces, of=after))]


def test_an_edited_guideline_that_no_scenario_exercises_is_named() -> None:
    after = agent(GREET, replace(BOOK, action="offer only mornings"))
    assert edited(agent(), after, trace("greet")) == ["guideline 'book' reworded"]
    assert edited(agent(), after, trace("book")) == []


def test_a_condition_that_was_only_found_false_does_not_exercise_the_edit() -> None:
    after = agent(GREET, replace(BOOK, action="offer only mornings"))
    false = GuidelineCheck(round=1, guideline="book", method="model", matched=False)
    assert edited(agent(), after, replace(trace(), checks=(false,))) == ["guideline 'book' reworded"]


def test_new_ways_and_states_of_a_journey_want_to_be_walked_and_what_is_gone_does_not() -> None:
    before = replace(agent(), journeys=(replace(VISIT, states=VISIT.states[:2], transitions=VISIT.transitions[:1]),))
    after = replace(agent(), journeys=(VISIT,))
    walked = JourneyMove(round=1, journey="visit", move="completed", origin="ask", target="end")
    fresh = ["state 'visit/end' added", "transition 'visit: ask to end when done' added"]
    assert edited(before, after, trace("book")) == fresh
    assert edited(before, after, replace(trace("book"), moves=(walked,))) == []
    assert edited(after, before, trace("book")) == []


def test_a_new_guideline_wants_to_fire() -> None:
    young = Guideline(id="refund", condition="they want money back", action="ask for the order")
    assert edited(agent(), agent(GREET, BOOK, young), trace("greet")) == ["guideline 'refund' added"]
