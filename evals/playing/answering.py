"""From the model that was chosen to one that answers."""

from collections.abc import Callable

from ...engine import ByDecision
from ...engine.ports import LLM
from ..scenario import ModelChoice
from .models import ModelNamed


def llm_of(named: ModelNamed, make: Callable[..., LLM]) -> LLM:
    """What was chosen, with the models of single decisions; `make` makes one from its name and settings."""

    def one(choice: ModelChoice) -> LLM:
        return named.objects[choice.name] if choice.name in named.objects else make(choice.name, **choice.settings)

    own = {decision: one(choice) for decision, choice in named.by_decision.items()}
    return ByDecision(one(named.choice), own) if own else one(named.choice)
