"""What is said when no canned response fits: the provider's words, else the agent's."""

from ..author_calls.handlers import call_code
from ..author_code.engine_context import EngineContext
from ..author_code.perceived_performance import NoMatchProvider
from ..domain.turn import Turn
from ..guard import Fault, guarded
from ..services import Services
from ..templating.faults import RenderError
from .candidates import available_fields
from .canned import render
from .record import composition, recorded
from .speaking import Message, say

SECONDS = 30.0
"""How long an author's provider may take for the no-match response."""

WHAT = "the no-match provider"


async def say_no_match(turn: Turn, services: Services) -> Turn:
    """Say that there is nothing to be said: in the provider's words, else in the agent's."""
    provider, text = services.code.wording.no_match, turn.agent.no_match_response
    if provider is not None:
        turn, given = await _provided(turn, provider)
        text = given or text
    return await say(recorded(turn, no_match=True), services, message=Message(text=text))


async def _provided(turn: Turn, provider: NoMatchProvider) -> tuple[Turn, str | None]:
    """What the provider gives, None where it gives nothing that can be said; why not is a note in the trace."""
    context, draft = EngineContext(turn=turn), composition(turn).draft
    code = provider if callable(provider) else provider.get_template
    given: object = await guarded(lambda: call_code(code, context, draft), what=WHAT, seconds=SECONDS)
    if isinstance(given, Fault):
        return turn.note(f"{WHAT} broke: {given}"), None
    if not isinstance(given, str) or not given.strip():
        return turn.note(f"{WHAT} gave {given!r:.60} and not a text"), None
    return (turn, given) if callable(provider) else _rendered(turn, given)


def _rendered(turn: Turn, template: str) -> tuple[Turn, str | None]:
    try:
        text = render(template, available_fields(turn))
    except RenderError as error:
        return turn.note(f"{WHAT} gave a template that can't be rendered: {error}"), None
    return (turn, text) if text.strip() else (turn.note(f"{WHAT} gave a template that renders to nothing"), None)
