"""Expectations that can't be read off a trace: somebody outside has to be asked, and `asked` is by what they answer."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...engine.domain.values import digest
from .code import CodeHolds
from .value_tests import Bound

SecretPlace = Literal["said", "prompts", "stored"]
"""Where a value could come to light: in the agent's messages, in what models are sent, in what is kept on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyJudged:
    """The judge finds that a criterion is met: by the reply, or by all that was said in the conversation."""

    criterion: str

    @property
    def asked(self) -> str:
        """What its answer is found by."""
        return f"judge: {self.criterion}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySimilar:
    """A reply means about the same as one of these texts."""

    texts: tuple[str, ...]
    at_least: float
    """How alike they must be: 1 for the same, 0 for nothing in common."""

    @property
    def asked(self) -> str:
        """What its answer is found by."""
        return f"similar: {self.at_least} {self.texts!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationReached:
    """Every customer that was played reached its goal, or none did."""

    expected: bool

    @property
    def asked(self) -> str:
        """What its answer is found by."""
        return f"simulation: reached {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationTurns:
    """Every customer that was played was done in so many turns."""

    bound: Bound

    @property
    def asked(self) -> str:
        """What its answer is found by."""
        return f"simulation: turns {self.bound}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSecret:
    """A value is nowhere to be found: in what the agent said, in prompts, in what is stored of the conversation."""

    value: str
    places: tuple[SecretPlace, ...]

    @property
    def asked(self) -> str:
        """What its answer is found by; the value is not in it."""
        return f"secret: {digest(self.value)} {' '.join(self.places)}"


SimulationExpectation: TypeAlias = SimulationReached | SimulationTurns
OutsideExpectation: TypeAlias = CodeHolds | ReplyJudged | ReplySimilar | KeptSecret | SimulationExpectation
