"""Taking up what an author's code added to a turn while it ran: sections of prompts, and results on the timeline."""

from collections import Counter
from dataclasses import replace

from ..author_code.engine_context import Additions
from ..domain.tool import ToolCall
from ..domain.turn import Turn
from ..services import Services
from ..timeline.by_code import put
from ..timeline.noting import with_changes
from ..tooling.calling import with_results


async def take_up(turn: Turn, services: Services, *, additions: Additions, by: str) -> Turn:
    """The turn with what an author's code added to it, and changed about its session, while it ran."""
    turn = with_changes(turn, additions.notes.changes, by=by)
    if additions.sections:
        sections = {**dict(turn.extra_sections), **additions.sections}
        turn = replace(turn, extra_sections=tuple(sections.items()))
    for added in additions.events:
        if added.held:
            turn = replace(turn, held=(*turn.held, (by, added.event)))
        else:
            turn = await put(turn, services, event=added.event, by=by)
    if not additions.calls:
        return turn
    counts = Counter(call.tool for call in turn.trace.calls)
    calls: list[ToolCall] = []
    for added in additions.calls:
        counts[added.tool] += 1
        name = f"{turn.trace.turn}/{added.tool}/{counts[added.tool]}"
        calls.append(ToolCall(id=name, tool=added.tool, arguments=added.arguments, result=added.result, because=(by,)))
    return await with_results(turn, services, calls=calls)
