"""Models that remember what they answered, so that a conversation can be played again without asking anybody twice."""

from collections.abc import Callable

from ...engine import make_llm
from ...engine.domain.ask import Ask, Reply
from ...engine.domain.values import JSON, canonical_json
from ...engine.ports import LLM
from ..playing.answering import llm_of
from ..playing.models import ModelNamed


class Remembering:
    """A model that remembers its last answer to every prompt."""

    def __init__(self, inner: LLM) -> None:
        self._inner = inner
        self._answers: dict[tuple[str, str, int], Reply] = {}
        self.serves = False
        """Whether it answers from memory where it can; else it only remembers."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer an ask. Raises what the model raises."""
        key = (ask.decision, ask.prompt, ask.attempt)
        if self.serves and key in self._answers:
            return self._answers[key]
        self._answers[key] = await self._inner.ask(ask)
        return self._answers[key]


class Models:
    """The models of one sitting, each made once."""

    def __init__(self, make: Callable[..., LLM] = make_llm) -> None:
        self._make = make
        self._made: dict[str, Remembering] = {}

    def make(self, name: str, **settings: JSON) -> LLM:
        """The model of that name. Raises what make_llm() raises."""
        key = f"{name} {canonical_json(settings)}"
        if key not in self._made:
            self._made[key] = Remembering(self._make(name, **settings))
        return self._made[key]

    def of(self, named: ModelNamed) -> LLM:
        """What was chosen, with the models of single decisions."""
        return llm_of(named, self.make)

    def serve(self, *, from_memory: bool) -> None:
        """Say whether what was asked before is answered from memory."""
        for model in self._made.values():
            model.serves = from_memory
