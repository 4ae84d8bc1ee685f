"""Where authors' hooks have their say in a reply: the one page on which composition calls them."""

from ..author_calls.hook_calls import Passed, call_hooks, pass_hooks
from ..domain.turn import Turn
from ..ports import StreamingLLM
from ..services import Services


async def draft_generated(turn: Turn, services: Services, *, draft: str) -> Passed:
    """A draft was written. Not going on means: no canned response is chosen."""
    return await call_hooks(turn, services, point="on_draft_generated", payload=draft)


async def message_generated(turn: Turn, services: Services, *, text: str) -> Passed:
    """A message is about to be sent. Not going on means: it is not sent."""
    return await call_hooks(turn, services, point="on_message_generated", payload=text)


async def message_emitted(turn: Turn, services: Services, *, text: str) -> Turn:
    """A message is out. Raises Bailed where no further one shall be sent."""
    return await pass_hooks(turn, services, point="on_message_emitted", payload=text)


async def generating_preamble(turn: Turn, services: Services) -> Passed:
    """A preamble is about to be asked for. Not going on means: there is none."""
    return await call_hooks(turn, services, point="on_generating_preamble")


async def preamble_generated(turn: Turn, services: Services, *, text: str) -> Passed:
    """A preamble was written. Not going on means: it is not sent."""
    return await call_hooks(turn, services, point="on_preamble_generated", payload=text)


async def preamble_emitted(turn: Turn, services: Services) -> Turn:
    """A preamble is out. Raises Bailed where nothing shall follow it."""
    return await pass_hooks(turn, services, point="on_preamble_emitted", payload=turn.trace.preamble)


def streaming_model(services: Services) -> StreamingLLM | None:
    """The model, where it can be listened to while it writes and nobody has to see messages before they are sent.

    A registered hook on drafts or messages has to: then messages are sent whole.
    """
    if services.hooks.want_whole_messages():
        return None
    return services.llm if isinstance(services.llm, StreamingLLM) else None
