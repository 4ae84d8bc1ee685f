"""The model of those who chose none: it says which decision wanted one, and what to do."""

from ...domain.ask import Ask, Reply
from ...errors import ModelBlockedError


class BlockedModel:
    """Refuses every ask. What plain `pytest` runs with, so that no test calls a model by accident."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Raise ModelBlockedError, naming the decision."""
        raise ModelBlockedError(decision=ask.decision)
