"""What is told of a trial."""

from dataclasses import replace

from understudy.engine.domain.session import MessageEvent
from understudy.engine.domain.tool import ToolResult
from understudy.evals.plugin.telling import tell

from ..runs import called, outcome, trace


def test_what_was_said_before_the_script_began_is_shown_before_its_first_turn() -> None:
    played = outcome(trace("greet"), verdict="failed")
    assert played.session is not None
    before = MessageEvent(source="ai_agent", text="Who are you?")
    session = replace(played.session, events=(before, *played.session.events))
    told = tell(replace(played, session=session)).splitlines()
    assert told[told.index("   -  agent: Who are you?") + 1] == "   1  customer: Hello"
    assert "   -  agent: Who are you?" not in tell(played)


def test_a_call_that_failed_is_shown_with_the_reason_in_one_line() -> None:
    def told(result: ToolResult) -> str:
        return tell(outcome(trace(calls=[replace(called(day="Monday"), result=result)]), verdict="failed"))

    assert 'called get_slots({"day":"Monday"}) failed: KeyError: no such day; ' in told(
        ToolResult(error="KeyError:\n  no such day")
    )
    assert " a lot of…; " in told(ToolResult(error="a lot of words " * 100))
    assert 'called get_slots({"day":"Monday"}) failed; ' in told(ToolResult(control={"success": False}))
    assert 'called get_slots({"day":"Monday"}); ' in told(ToolResult(data={"day": "free"}))
