"""What expectations are held against: turns' traces, the session and the agent, with words for one turn or many."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.journey import Path
from ...engine.domain.session import Session
from ...engine.domain.trace import Trace
from ..outcome import TurnOutcome
from .code import CodeAnswer

LINES = 6
"""How many lines an explanation gives to turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One turn, or all turns of a conversation, with the session after the last of them."""

    turns: tuple[TurnOutcome, ...]
    session: Session
    agent: AgentDefinition
    answers: Mapping[str, CodeAnswer] = field(default_factory=dict[str, CodeAnswer])
    """What the authors' own checks answered, by what names them."""

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The turns' traces, in order."""
        return tuple(turn.trace for turn in self.turns)

    @property
    def last(self) -> Trace | None:
        """The trace of the last turn, None where the agent took no turn."""
        return self.turns[-1].trace if self.turns else None

    def any_turn(self, holds: Callable[[Trace], bool]) -> bool:
        """Whether it is so in one of the turns."""
        return any(map(holds, self.traces))

    def turn_by_turn(self, explain: Callable[[Trace], str]) -> str:
        """What there is to say of each turn; turns of which the same is said share a line."""
        if not self.turns:
            return "the agent took no turn"
        said = [(turn.number, text) for turn in self.turns if (text := explain(turn.trace))]
        if len(self.turns) == 1:
            return "\n".join(text for _, text in said)
        lines = [_line([number for number, _ in run], text) for text, run in _runs(said)]
        more = len(lines) - LINES
        return "\n".join([*lines[:LINES], f"… and {more} more"] if more > 0 else lines)


def path_at(trace: Trace, journey: str) -> Path:
    """The path of a journey at the end of a turn."""
    for at in trace.journeys:
        if at.journey == journey:
            return at.path
    return trace.state.paths.get(journey, ())


def _runs(said: list[tuple[int, str]]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    for text, run in groupby(said, key=lambda pair: pair[1]):
        yield text, list(run)


def _line(numbers: list[int], text: str) -> str:
    which = f"turn {numbers[0]}" if len(numbers) == 1 else f"turns {numbers[0]} to {numbers[-1]}"
    return f"{which}: {text}"
