"""A model whose answers are written down: from a function, or from a table by decision."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from ...domain.ask import Ask, Reply
from ...domain.values import JSON, canonical_json
from ...errors import ModelUnavailableError
from ...ports import LLM
from .pieces import pieces_of


@runtime_checkable
class Dumpable(Protocol):
    """Anything that writes itself as JSON, as every pydantic model does."""

    def model_dump_json(self) -> str:
        """The value as JSON text."""
        ...


Written: TypeAlias = Dumpable | Mapping[str, JSON] | str
"""An answer: a model of its answer type, its JSON as a mapping, or the very text of the reply."""
Writer: TypeAlias = Callable[[Ask], Written]
Script: TypeAlias = Writer | Mapping[str, Written | Writer]
"""A function from an ask to its answer, or a table from a decision's name to an answer or to such a function."""


class ScriptedModel:
    """Gives written answers and remembers what it was asked. Decisions missing in a table go to the fallback."""

    def __init__(self, answers: Script, *, fallback: LLM | None = None) -> None:
        self._answers = answers
        self._fallback = fallback
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer as written. Raises ModelUnavailableError for a decision that has neither answer nor fallback."""
        self.asked.append(ask)
        answers = self._answers
        if callable(answers):
            return _reply(answers(ask))
        if ask.decision in answers:
            written = answers[ask.decision]
            return _reply(written(ask) if callable(written) else written)
        if self._fallback is not None:
            return await self._fallback.ask(ask)
        known = ", ".join(map(repr, answers)) or "none"
        raise ModelUnavailableError(
            f"the script has no answer to the decision {ask.decision!r} (ask {ask.id}); it answers: {known}. "
            "Add one, or give scripted(..., fallback=)"
        )

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """The same answer, word by word."""
        reply = await self.ask(ask)
        for piece in pieces_of(reply.text):
            yield piece
        yield reply


def scripted(answers: Script, *, fallback: LLM | None = None) -> ScriptedModel:
    """Make a model of written answers: `scripted({"draft": {"plans": [], "message": "Hi"}}, fallback=another)`."""
    return ScriptedModel(answers, fallback=fallback)


def _reply(written: Written) -> Reply:
    return Reply(text=_text(written), model="scripted", source="scripted")


def _text(written: Written) -> str:
    if isinstance(written, str):
        return written
    return canonical_json(written) if isinstance(written, Mapping) else written.model_dump_json()
