"""Changing a turn's session as an author's code wants it, once that code is done; the trace says what was changed."""

from collections.abc import Iterable
from dataclasses import replace

from ..domain.current import current_part, join_turn
from ..domain.session_changes import SessionChanges, changes_in
from ..domain.session_in_turn import SessionInTurn
from ..domain.tool import ToolCall
from ..domain.trace_context import SessionChanged
from ..domain.turn import Turn


def with_changes(turn: Turn, changes: SessionChanges, *, by: str) -> Turn:
    """The turn with changes made to its session; `by` says whose they are."""
    written = changes.as_json()
    if not written:
        return turn
    context = turn.trace.context
    made = (*context.session_changes, SessionChanged(by=by, changes=written))
    trace = replace(turn.trace, context=replace(context, session_changes=made))
    held = current_part("session")
    if isinstance(held, SessionInTurn):  # what runs later in the turn finds it changed
        join_turn(session=SessionInTurn(changes.made_to(held.value)))
    return replace(turn, session=changes.made_to(turn.session), trace=trace)


def with_changes_of_calls(turn: Turn, calls: Iterable[ToolCall]) -> Turn:
    """The turn with what results of calls want changed, in the order of the calls. What can't be read is a note."""
    for call in calls:
        wanted = call.result.control.get("session")
        if wanted is None:
            continue
        try:
            turn = with_changes(turn, changes_in(wanted), by=f"tool:{call.tool}")
        except ValueError as error:
            turn = turn.note(f"control['session'] of {call.id} {error}")
    return turn
