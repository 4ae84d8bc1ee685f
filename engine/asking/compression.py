"""How long a conversation is in prompts, and which part of it is left out when it is too long. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ..domain.session import Event, Fact
from ..domain.situation import Line
from ..domain.values import fold_name
from .situation import lines

CHARACTERS_PER_TOKEN = 4
KEPT_SHARE = 0.5
"""How much of the budget the part that is kept may take, so that not every turn has to leave something out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A conversation in two: what is left out of prompts, and what is kept word for word."""

    older: tuple[Event, ...]
    kept: tuple[Event, ...]


def tokens_of(shown: Sequence[Line]) -> int:
    """An estimate of what lines take in a prompt; the same in every process, whatever the model."""
    characters = sum(len(line.speaker) + len(line.text) + 3 for line in shown)
    return -(-characters // CHARACTERS_PER_TOKEN)


def split(events: Sequence[Event], *, current: str, max_tokens: int) -> Split:
    """Keep the current turn and as many whole turns before it as fit in the share of the budget."""
    turns = [tuple(group) for _, group in groupby(events, key=lambda event: event.trace_id)]
    kept: list[tuple[Event, ...]] = []
    room = int(max_tokens * KEPT_SHARE)
    for turn in reversed(turns):
        room -= tokens_of(lines(turn, current))
        is_current = turn[0].trace_id == current
        if room < 0 and kept and not is_current:
            break
        kept.insert(0, turn)
    older = turns[: len(turns) - len(kept)]
    return Split(
        older=tuple(event for turn in older for event in turn), kept=tuple(event for turn in kept for event in turn)
    )


def merge_facts(known: Sequence[Fact], found: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts by name, in the order in which they were first found; the newest value of a name counts."""
    by_name = {fold_name(fact.name): fact for fact in known}
    by_name |= {fold_name(fact.name): fact for fact in found}
    return tuple(by_name.values())
