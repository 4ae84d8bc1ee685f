"""What authors want done once the messages of a turn are out."""

from ..author_calls.handlers import guideline_calls, hooked_guideline_calls, hooked_journey_calls, run_handlers
from ..author_calls.hook_calls import call_hooks
from ..author_calls.journey_handlers import message_calls
from ..domain.turn import Turn
from ..services import Services


async def run_message_handlers(turn: Turn, services: Services) -> Turn:
    """Call the hooks, then the on_message handlers of what holds; without a message there is nothing to be done.

    A preamble alone is no message: it says nothing of what holds.
    """
    if len(turn.trace.said) == (0 if turn.trace.preamble is None else 1):
        return turn
    passed = await call_hooks(turn, services, point="on_messages_emitted")
    turn = passed.turn
    if not passed.goes_on:
        return turn
    handlers = guideline_calls(turn, services.code.on_message, moment="on_message")
    hooked = (
        *hooked_guideline_calls(turn, services.hooks.on_guideline_message_handlers, moment="on_message"),
        *hooked_journey_calls(turn, services.hooks.on_journey_message_handlers, moment="on_message"),
    )
    due = [*handlers, *message_calls(turn, services.code.journeys), *hooked]
    return await run_handlers(turn, services, calls=due)
