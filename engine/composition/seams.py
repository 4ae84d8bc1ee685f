"""Where authors' hooks have their say in a reply: the one page on which composition calls them."""

from dataclasses import dataclass

from ..domain.turn import Turn
from ..ports import StreamingLLM
from ..services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The turn after the hooks of one point, and whether they let it go on there."""

    turn: Turn
    goes_on: bool = True


async def draft_generated(turn: Turn, services: Services, *, draft: str) -> Passed:
    """A draft was written. Not going on means: no canned response is chosen."""
    return Passed(turn=turn)


async def message_generated(turn: Turn, services: Services, *, text: str) -> Passed:
    """A message is about to be sent. Not going on means: it is not sent."""
    return Passed(turn=turn)


async def generating_preamble(turn: Turn, services: Services) -> Passed:
    """A preamble is about to be asked for. Not going on means: there is none."""
    return Passed(turn=turn)


async def preamble_generated(turn: Turn, services: Services, *, text: str) -> Passed:
    """A preamble was written. Not going on means: it is not sent."""
    return Passed(turn=turn)


async def preamble_emitted(turn: Turn, services: Services) -> Turn:
    """A preamble is out."""
    return turn


def streaming_model(services: Services) -> StreamingLLM | None:
    """The model, where it can be listened to while it writes and nobody has to see messages before they are sent.

    A registered hook on drafts or messages has to: then messages are sent whole.
    """
    return services.llm if isinstance(services.llm, StreamingLLM) else None
