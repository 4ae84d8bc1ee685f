"""Telling the customer's side what a turn is at, where the policy on perceived performance wants that."""

from ..author_code.engine_context import EngineContext
from ..author_code.perceived_performance import PerceivedPerformancePolicy, TellsOfTools
from ..domain.turn import Turn
from ..services import Services
from ..timeline.emission import emit_status
from .pacing import ask_policy

CONSIDERING_TOOLS = "considering tools"
"""The stage of the status that is shown."""


async def tell_of_tools(turn: Turn, services: Services) -> Turn:
    """Show that the agent is looking which tools to use. A policy that knows nothing of that stage is not asked."""
    told = await ask_policy(turn, services, question=_is_wanted, otherwise=False)
    if not told.value:
        return told.turn
    return await emit_status(told.turn, services, status="processing", stage=CONSIDERING_TOOLS)


async def _is_wanted(policy: PerceivedPerformancePolicy, context: EngineContext) -> bool:
    return isinstance(policy, TellsOfTools) and await policy.is_tool_stage_required(context)
