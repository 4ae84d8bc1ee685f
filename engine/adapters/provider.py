# pyright: basic
"""What all that reaches a provider by way of litellm shares: its import, and a provider's words made fit to hand on."""

import os
import re
import warnings
from typing import Any

LONGEST_MESSAGE = 1000
"""Characters of a provider's words that are handed on."""

_PREFIX = re.compile(r"^(?:litellm\.)?(?:\w+Error: )+(?:\w*Exception - )?")
_CREDENTIALS = ("KEY", "TOKEN", "SECRET")
"""How the names of environment variables end that hold some."""
_SHORTEST_SECRET = 6
_PLACE_IN_MEMORY = re.compile(r" (?:object )?at 0x[0-9a-f]+")
"""Of an object that is told by Python's default words; another in every run."""


def import_litellm() -> Any:
    """litellm, imported at its first use: it takes seconds."""
    # Before the import: without it litellm fetches a list of prices from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        # What litellm's dependencies have to say about each other is nothing a user can mend.
        warnings.simplefilter("ignore")
        import litellm
        import litellm.exceptions

        # Its types are built at their first use, and that warns too.
        litellm.ModelResponse()
        litellm.ModelResponseStream()
    litellm.suppress_debug_info = True
    # So is what it uses of pydantic that is to go: said for each piece of a stream, where warnings may be errors.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"litellm\.")
    return litellm


def failures(litellm: Any) -> tuple[type[Exception], ...]:
    """The errors of a provider that can't be had, in litellm's words or in those of the client that it uses."""
    return (TimeoutError, litellm.exceptions.openai.OpenAIError, *litellm.exceptions.LITELLM_EXCEPTION_TYPES)


def words_of(error: Exception, *, key: str | None = None) -> str:
    """What a provider said, without what litellm adds, and without the credentials that a provider may echo."""
    text = str(getattr(error, "message", "") or error) or type(error).__name__
    own = re.split(r"\s*\n(?:Traceback|\s*This looks like a bug)", text, maxsplit=1)[0].strip()
    own = _PLACE_IN_MEMORY.sub("", _PREFIX.sub("", own) or own)
    return without_credentials(own[:LONGEST_MESSAGE], key=key)


def without_credentials(words: str, *, key: str | None = None) -> str:
    """The words with stars in place of a key, and of whatever the environment holds by a name of such things."""
    known = [value for name, value in os.environ.items() if name.upper().endswith(_CREDENTIALS)]
    for secret in sorted({*known, key or ""}, key=len, reverse=True):
        words = words.replace(secret, "***") if len(secret) >= _SHORTEST_SECRET else words
    return words
