"""What became of guidelines, journeys and tools is counted over all turns."""

from dataclasses import replace

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import ROOT
from understudy.engine.domain.tool import Tool, ToolCall, ToolResult
from understudy.engine.domain.trace import JourneyMove, JourneyPosition, MoveKind, Timing, Trace
from understudy.reports.behaviour import agent_pages
from understudy.reports.page import AgentPage
from understudy.reports.pieces import Table
from understudy.reports.walks import walk

from .worlds import journey, matched, outcome, unmatched

ORDER = journey(("ask", "pay"), ("pay", "ask"), ("pay", "done"))


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def page_of(*traces: Trace, agent: AgentDefinition | None = None) -> AgentPage:
    played = replace(outcome(turns=traces), definition="f", agent="agent.py:build")
    (page,) = agent_pages((played,), {"f": agent} if agent else {})
    return page


def trace(turn: int, *guidelines: str, dropped: str = "", not_matched: str = "") -> Trace:
    pairs = [matched(each) for each in guidelines] + ([matched(dropped, "outranked")] if dropped else [])
    rest = (unmatched(not_matched),) if not_matched else ()
    return Trace(
        trace_id=f"t{turn}",
        turn=turn,
        checks=(*(pair[0] for pair in pairs), *rest),
        resolutions=tuple(pair[1] for pair in pairs),
        followed=guidelines[:1],
    )


def test_guidelines_are_counted_by_turn() -> None:
    page = page_of(trace(1, "greet", dropped="upsell"), trace(2, "greet", not_matched="upsell"))
    assert texts(page.guidelines) == [
        ["greet", "–", "–", "2", "2", "100 %", "0", "2", "0"],
        ["upsell", "–", "its priority number is smaller (1)", "2", "0", "0 %", "1", "0", "0"],
    ]


def test_a_defined_guideline_that_never_came_up_is_listed_with_its_words() -> None:
    agent = AgentDefinition(id="a", name="A", guidelines=(Guideline(id="refund", condition="they ask", action="pay"),))
    page = page_of(trace(1, "greet"), agent=agent)
    assert texts(page.guidelines)[0] == ["refund", "they ask → pay", "–", "0", "0", "–", "0", "0", "0"]
    assert page.name == "A"


def test_tools_tell_their_success_and_their_time() -> None:
    good = ToolCall(id="1", tool="slots", arguments={}, result=ToolResult([]))
    bad = ToolCall(id="2", tool="slots", arguments={}, result=ToolResult(error="down"))
    times = Timing(tools=(("1", 1.0), ("2", 3.0)))
    page = page_of(Trace(trace_id="t1", turn=1, calls=(good, bad), timing=times))
    assert texts(page.tools) == [["slots", "2", "50 %", "1", "0", "0", "2.0 s", "2.9 s"]]


def move(turn: int, kind: MoveKind, *way: str | None) -> Trace:
    origin, *via, target = way
    made = JourneyMove(
        round=1,
        journey="order",
        move=kind,
        origin=origin,
        via=tuple(each or "" for each in via),
        target=target,
    )
    at = JourneyPosition(journey="order", active=True, state=target, path=())
    return Trace(trace_id=f"t{turn}", turn=turn, moves=(made,), journeys=(at,))


def test_a_start_visits_the_root_and_takes_the_way_from_it() -> None:
    walked = walk("order", [move(1, "started", None, "ask")])
    assert walked.visits == {ROOT: 1, "ask": 1}
    assert walked.taken == {(ROOT, "ask"): 1}


def test_states_that_are_passed_are_visited_and_staying_takes_no_way() -> None:
    walked = walk("order", [move(1, "skipped", ROOT, "ask", "pay"), move(2, "stayed", "pay", "pay")])
    assert walked.visits == {"ask": 1, "pay": 2}
    assert walked.taken == {(ROOT, "ask"): 1, ("ask", "pay"): 1}
    assert walked.active == 2


def test_going_back_is_no_transition() -> None:
    assert walk("order", [move(1, "backtracked", "done", "ask")]).taken == {}


def test_a_journey_page_counts_visits_and_ways() -> None:
    agent = AgentDefinition(id="a", name="A", journeys=(ORDER,))
    page = page_of(move(1, "started", None, "ask"), move(2, "advanced", "ask", "pay"), agent=agent).journeys[0]
    assert page.sentence == "Active in 2 turns, started 1 time."
    assert [(row[0], row[-1]) for row in texts(page.states)] == [(ROOT, "1"), ("ask", "1"), ("pay", "1"), ("done", "0")]
    assert page.transitions
    assert [(row[0], row[1], row[-1]) for row in texts(page.transitions)] == [
        (ROOT, "ask", "1"),
        ("ask", "pay", "1"),
        ("pay", "ask", "0"),
        ("pay", "done", "0"),
    ]


def test_a_journey_without_its_definition_is_told_from_traces() -> None:
    page = page_of(move(1, "started", None, "ask")).journeys[0]
    assert (page.title, page.drawing) == ("order", None)
    assert texts(page.states) == [["ask", "1"], [ROOT, "1"]]


def test_coverage_counts_what_was_exercised_and_names_what_was_not() -> None:
    agent = AgentDefinition(
        id="a",
        name="A",
        guidelines=(Guideline(id="greet", condition="hi"), Guideline(id="off", condition="x", enabled=False)),
        journeys=(ORDER,),
        tools=(Tool(id="slots"),),
    )
    page = page_of(trace(1, "greet"), move(2, "started", None, "ask"), agent=agent)
    covered = {row[0]: (row[1], row[2], row[3]) for row in texts(page.coverage)}
    assert covered["Guidelines fired"] == ("1", "1", "100 %")
    assert covered["Conditions seen false"] == ("0", "1", "0 %")
    assert covered["Journey states visited"] == ("2", "4", "50 %")
    assert covered["Canned responses chosen"] == ("0", "0", "–")
    missed = {fact.name: fact.text for fact in page.missed}
    assert missed["Tools never called (1 of 1)"] == "slots"
    assert missed["Transitions never taken (3 of 4)"] == "order/ask → pay, order/pay → ask, order/pay → done"


def test_the_share_of_coverage_leaves_out_what_is_told_and_not_counted() -> None:
    guideline = Guideline(id="greet", condition="the customer says hello", action="greet them")
    page = page_of(trace(1, "greet"), agent=AgentDefinition(id="a", name="Ada", guidelines=(guideline,)))
    lines = {row[0].text: [cell.text for cell in row[1:]] for row in page.coverage.rows}
    assert lines["Guidelines fired"] == ["1", "1", "100 %", "0"]
    assert lines["Guidelines followed (not counted)"] == ["1", "1", "100 %", "0"]
    # Fired and seen true, but never seen false.
    assert [cell.text for cell in page.coverage.total] == ["All that counts", "2", "3", "66.7 %", "0"]


def test_two_versions_of_an_agent_are_kept_apart() -> None:
    first, second = (replace(outcome(turns=(trace(1, "greet"),)), definition=mark, agent="a") for mark in ("f", "g"))
    assert [page.anchor for page in agent_pages((first, second), {})] == ["a/f", "a/g"]
