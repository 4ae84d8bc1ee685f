"""What authors want done once the messages of a turn are out."""

from ..domain.turn import Turn
from ..handlers import guideline_calls, run_handlers
from ..services import Services


async def run_message_handlers(turn: Turn, services: Services) -> Turn:
    """Run the on_message handlers of the guidelines that hold; a turn in which nothing was said has none to run."""
    if not turn.trace.said:
        return turn
    return await run_handlers(turn, guideline_calls(turn, services.code.on_message, moment="on_message"))
