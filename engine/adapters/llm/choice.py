"""From a model's name to the model."""

import difflib

from ...domain.values import JSON
from ...errors import UnknownNameError
from ...ports import LLM
from .blocked import BlockedModel
from .litellm import LiteLLMModel

BUILT_IN = ("offline", "blocked")
NEAR = 0.8
"""How alike a name must be to one of ours to be taken for a misspelling of it; litellm knows thousands of others."""


def make_llm(name: str, **settings: JSON) -> LLM:
    """The model of that name: "offline", "blocked", else any that litellm knows (openai/gpt-4o-mini).

    Settings are those of LiteLLMModel; the built-in models have none and take no notice of them. Raises
    UnknownNameError for an unknown setting and for what looks like a built-in model misspelt.
    """
    match name:
        case "offline":
            # Its word lists need not be read by those who play on another model.
            from .offline import OfflineModel

            return OfflineModel()
        case "blocked":
            return BlockedModel()
        case _ if not name.strip() or difflib.get_close_matches(name.lower(), BUILT_IN, cutoff=NEAR):
            raise UnknownNameError(kind="model", name=name, known=BUILT_IN)
        case _:
            return LiteLLMModel(name, **settings)
