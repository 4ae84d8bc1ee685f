"""What authors want done once the messages of a turn are out."""

from ..domain.turn import Turn
from ..handlers import guideline_calls, run_handlers
from ..journey_handlers import message_calls
from ..services import Services


async def run_message_handlers(turn: Turn, services: Services) -> Turn:
    """Run the on_message handlers of guidelines, journeys and states that hold; without a message there are none."""
    if not turn.trace.said:
        return turn
    handlers = guideline_calls(turn, services.code.on_message, moment="on_message")
    return await run_handlers(turn, [*handlers, *message_calls(turn, services.code.journeys)])
