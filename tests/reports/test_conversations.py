"""A conversation is shown in the order in which it happened, each turn beside what was said in it."""

from dataclasses import replace

from understudy.engine.domain.journey import ROOT
from understudy.engine.domain.session import CustomEvent, MessageEvent, StatusEvent
from understudy.engine.domain.tool import Insight, Parameter, ToolCall, ToolResult
from understudy.engine.domain.trace import JourneyMove, RejectedCall, Said, Timing, Trace
from understudy.evals.verdict import CheckResult
from understudy.reports.conversations import exchanges, scenario_pages
from understudy.reports.scenario_page import TurnPage

from .worlds import agent, ask, customer, matched, outcome, talk, timing, unmatched

ONE, TWO = Trace(trace_id="t1", turn=1), Trace(trace_id="t2", turn=2)


def the_turn(trace: Trace) -> TurnPage:
    (exchange,) = exchanges(outcome(turns=(trace,)))
    assert exchange.turn
    return exchange.turn


def test_messages_stand_before_the_turn_that_they_brought_about() -> None:
    session = talk(customer("Hi"), agent("Hello"), customer("Monday"), customer("no, Tuesday"), agent("Fine", turn=2))
    first, second = exchanges(replace(outcome(turns=(ONE, TWO)), session=session))
    assert [bubble.text for bubble in (*first.before, *first.replies)] == ["Hi", "Hello"]
    assert [bubble.text for bubble in second.before] == ["Monday", "no, Tuesday"]
    assert [bubble.text for bubble in second.replies] == ["Fine"]


def test_a_message_that_comes_while_the_agent_speaks_belongs_to_the_next_turn() -> None:
    session = talk(customer("Hi"), agent("One moment"), customer("Hurry"), agent("Here"), agent("What is it?", turn=2))
    first, second = exchanges(replace(outcome(turns=(ONE, TWO)), session=session))
    assert [bubble.text for bubble in first.replies] == ["One moment", "Here"]
    assert [bubble.text for bubble in second.before] == ["Hurry"]


def test_operators_are_marked_and_what_follows_the_last_turn_is_not_lost() -> None:
    session = talk(
        agent("Hello"), MessageEvent(source="human_agent", text="Dana here", participant="Dana"), customer("ok")
    )
    _, rest = exchanges(replace(outcome(turns=(ONE,)), session=session))
    assert rest.turn is None
    assert [(bubble.speaker, bubble.name) for bubble in rest.before] == [("operator", "Dana"), ("customer", "")]


def test_a_silent_turn_keeps_its_place() -> None:
    session = talk(customer("a"), StatusEvent(status="processing", trace_id="t1"), customer("b"), agent("B", turn=2))
    first, second = exchanges(replace(outcome(turns=(ONE, TWO)), session=session))
    assert [bubble.text for bubble in first.before] == ["a"]
    assert first.replies == ()
    assert [bubble.text for bubble in second.before] == ["b"]


def test_without_a_session_the_traces_tell_what_was_said() -> None:
    (exchange,) = exchanges(outcome(turns=(replace(ONE, said=(Said(text="Hello", canned="hi"),)),)))
    assert [(bubble.text, bubble.note) for bubble in exchange.replies] == [("Hello", "canned response hi")]


def test_an_error_status_and_a_front_end_event_are_shown() -> None:
    session = talk(CustomEvent(data={"page": "cart"}), StatusEvent(status="error", detail="it broke", trace_id="t1"))
    (exchange,) = exchanges(replace(outcome(turns=(ONE,)), session=session))
    assert exchange.before[0].text == '{"page": "cart"}'
    assert exchange.replies[0].text == "it broke"


def test_a_turn_tells_what_fired_was_dropped_and_did_not_match() -> None:
    kept, upsell, never = matched("greet"), matched("upsell", "lower_priority"), unmatched("refund")
    page = the_turn(
        replace(
            ONE,
            checks=(kept[0], upsell[0], never),
            resolutions=(kept[1], replace(upsell[1], relationship="greet over upsell")),
            followed=("greet",),
        )
    )
    assert [(each.id, each.mark.word, each.why) for each in page.fired] == [
        ("greet", "fired and followed", "why greet")
    ]
    assert [(each.id, each.why) for each in page.dropped] == [
        ("upsell", "something with priority over it holds: greet over upsell")
    ]
    assert [(each.id, each.why) for each in page.unmatched] == [("refund", "not now")]


def test_a_turn_tells_calls_with_results_and_calls_that_were_not_made() -> None:
    call = ToolCall(id="c", tool="slots", arguments={"day": 1}, result=ToolResult(["9"]))
    broken = ToolCall(id="d", tool="book", arguments={}, result=ToolResult(error="down"))
    insight = Insight(kind="missing", tool="pay", parameter=Parameter(name="card_number", type="string"))
    rejected = RejectedCall(round=1, tool="pay", arguments={}, reason="no card")
    times = Timing(tools=(("c", 0.25),))
    page = the_turn(replace(ONE, calls=(call, broken), rejected=(rejected,), insights=(insight,), timing=times))
    assert [(tool.tool, tool.mark.word, tool.arguments, tool.result, tool.note) for tool in page.tools] == [
        ("slots", "succeeded", '{"day": 1}', '["9"]', "took 250 ms"),
        ("book", "failed", "", '{"error": "down"}', ""),
        ("pay", "not called", "", "", "no card"),
    ]
    assert [(each.id, each.mark.word) for each in page.insights] == [("pay: card number", "missing parameter")]


def test_a_move_tells_the_whole_way() -> None:
    moves = (
        JourneyMove(
            round=1, journey="order", move="skipped", origin=ROOT, via=("a", "b"), target="c", rationale="known"
        ),
        JourneyMove(round=2, journey="order", move="stayed", origin="c", target="c"),
    )
    assert [(move.word, move.way) for move in the_turn(replace(ONE, moves=moves)).moves] == [
        ("skipped", "root → a → b → c"),
        ("stayed", "c"),
    ]


def test_asks_tell_where_the_answer_came_from() -> None:
    asks = (ask("match", tokens=(1000, 20)), ask("match", attempt=2, tokens=(1000, 20)))
    page = the_turn(replace(ONE, asks=asks, timing=timing(asks, source="offline")))
    assert page.asks
    assert page.asks_sentence == "2 asks, 2,040 tokens, answered: offline model"
    assert [row[0].text for row in page.asks.rows] == ["1/match/1", "1/match/1, attempt 2"]
    assert [row[3].text for row in page.asks.rows] == ["–", "no such guideline"]


def test_an_expectation_links_to_its_turn_only_where_that_was_played() -> None:
    checks = tuple(CheckResult(expectation="x", verdict="failed", turn=turn) for turn in (1, 5, None))
    (page,) = scenario_pages((replace(outcome("failed", turns=(ONE,)), checks=checks),), {})
    assert [check.anchor for check in page.checks] == ["s/shop/greets/t1", "", ""]
    assert page.exchanges[0].turn
    assert len(page.exchanges[0].turn.checks) == 1


def test_pages_are_linked_with_their_neighbours() -> None:
    first, second = scenario_pages((outcome(scenario="a"), outcome(scenario="b")), {})
    assert first.earlier is None
    assert first.later
    assert first.later.anchor == second.anchor
    assert second.earlier
    assert second.earlier.anchor == first.anchor
