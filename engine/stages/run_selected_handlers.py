"""What authors want done before the reply is composed: handlers of what holds, and values for canned responses."""

from collections.abc import Iterator

from ..author_calls.handlers import (
    HandlerCall,
    guideline_calls,
    hooked_guideline_calls,
    hooked_journey_calls,
    run_handlers,
)
from ..author_calls.journey_handlers import field_calls, selected_calls
from ..author_code.engine_context import EngineContext
from ..domain.turn import Turn
from ..services import Services


async def run_selected_handlers(turn: Turn, services: Services) -> Turn:
    """Run the on_selected handlers of guidelines, journeys and states that hold, and gather what providers give."""
    handlers = guideline_calls(turn, services.code.on_selected, moment="on_selected")
    travelled = selected_calls(turn, services.code.journeys)
    fields = field_calls(turn, services.code.journeys)
    hooked = (
        *hooked_guideline_calls(turn, services.hooks.on_guideline_selected_handlers, moment="on_selected"),
        *hooked_journey_calls(turn, services.hooks.on_journey_selected_handlers, moment="on_selected"),
    )
    due = [*handlers, *travelled, *hooked, *_providers(turn, services), *fields]
    return await run_handlers(turn, services, calls=due)


def _providers(turn: Turn, services: Services) -> Iterator[HandlerCall]:
    for guideline in turn.active_guidelines:
        provider = services.code.field_providers.get(guideline.id)
        if provider is not None:
            what = f"the canned_response_field_provider of guideline {guideline.id!r}"
            yield HandlerCall(what=what, code=provider, arguments=(EngineContext(turn=turn),), gives_fields=True)
