"""What is worth telling of what was done, and which questions are worth asking."""

import re
from collections.abc import Iterable, Sequence

from ....domain.tool import ToolCall
from .results import fields, is_empty, readable
from .text import fold, tokens
from .wording import Speech

_LOOKS = frozenset(
    (
        *("browse", "calculate", "check", "compare", "compute", "describe", "estimate", "explain", "fetch", "find"),
        *(
            "get",
            "list",
            "load",
            "lookup",
            "look",
            "query",
            "read",
            "retrieve",
            "search",
            "see",
            "show",
            "tell",
            "view",
        ),
    )
)
_WITH_THEM = re.compile(r"\b(?:with|before)\b|^(?:verify|double-check)\b|^confirm (?:that|whether|if)\b", re.IGNORECASE)
_IDLE = re.compile(r"(?:hello! )?how (?:can|may) i help(?: you)?(?: today)?\?", re.IGNORECASE)


def acts(call: ToolCall) -> bool:
    """Whether a tool does something, by its name: one that only looks something up begins with a word for that."""
    words = tokens(call.tool.rpartition(":")[2].replace("_", " "))
    return bool(words) and words[0] not in _LOOKS


def has_news(call: ToolCall) -> bool:
    """Whether a result says more than that it was done: a value in several words or not given to the call."""
    given = {fold(readable(value)) for value in call.arguments.values()}
    for _, value in fields(call.result.data):
        text = fold(readable(value))
        if not (isinstance(value, bool) or is_empty(value) or text in given or text.isalpha()):
            return True
    return False


def announces(speech: Speech) -> bool:
    """Whether a confirmation is the agent's to give, and not the customer's: not with them, nor before something."""
    return speech.text.startswith("Could you confirm ") and _WITH_THEM.search(speech.source) is None


def without_idle(questions: Sequence[str]) -> list[str]:
    """Questions without the offer to help, where something definite is asked."""
    definite = [text for text in questions if text and not _IDLE.fullmatch(text)]
    return definite or list(questions)


def one_of(choices: Iterable[str]) -> str:
    """Choices in words: red, green or blue."""
    *rest, last = choices
    return f"{', '.join(rest)} or {last}" if rest else last
