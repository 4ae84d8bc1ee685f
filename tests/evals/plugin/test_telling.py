"""What is told of a trial."""

from dataclasses import replace

from understudy.engine.domain.session import MessageEvent
from understudy.evals.plugin.telling import tell

from ..runs import outcome, trace


def test_what_was_said_before_the_script_began_is_shown_before_its_first_turn() -> None:
    played = outcome(trace("greet"), verdict="failed")
    assert played.session is not None
    before = MessageEvent(source="ai_agent", text="Who are you?")
    session = replace(played.session, events=(before, *played.session.events))
    told = tell(replace(played, session=session)).splitlines()
    assert told[told.index("   -  agent: Who are you?") + 1] == "   1  customer: Hello"
    assert "   -  agent: Who are you?" not in tell(played)
