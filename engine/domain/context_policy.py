"""How long a conversation may get in prompts, and what of it must not be forgotten."""

from dataclasses import dataclass

from .trace_context import CompressionStrategy


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPolicy:
    """An agent's budget for the conversation in prompts. Raises ValueError for one that nothing fits in."""

    max_tokens: int | None = None
    """The most that the conversation may take, estimated; None is no limit."""
    strategy: CompressionStrategy = "summarize"
    """What becomes of the part that is too much: a summary stands for it, or nothing."""
    important: tuple[str, ...] = ()
    """Names of facts to look for and to keep, and sentences that are kept as they stand."""

    def __post_init__(self) -> None:
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}: a conversation needs one, or None for no limit")
