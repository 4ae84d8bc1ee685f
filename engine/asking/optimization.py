"""How much is asked at once, and how attempts at an answer differ: what trades cost against care."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..decisions.catalogue import NAMES
from ..errors import UnknownNameError
from ..services import BatchPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizationPolicy:
    """Policy values, all of which show in what a model is asked and therefore in the keys of recordings.

    Raises UnknownNameError for a decision that there is not, ValueError for a temperature that can't be.
    """

    batches: BatchPolicy = BatchPolicy()
    """How many guidelines share an ask."""
    retry_temperatures: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """Temperatures of a decision's attempts, one after the other, by its name (`match`, `tools`, `draft`, ...); the
    last holds for all that follow. What is wrong with an answer is put to the model anyway, so none are needed."""

    def __post_init__(self) -> None:
        for name, temperatures in self.retry_temperatures.items():
            if name not in NAMES:
                raise UnknownNameError(kind="decision", name=name, known=NAMES, place="OptimizationPolicy")
            if not temperatures or not all(0 <= one <= 2 for one in temperatures):
                raise ValueError(
                    f"OptimizationPolicy(retry_temperatures={{{name!r}: {temperatures!r}}}): give at least one "
                    "temperature, each from 0 to 2"
                )


def optimization(given: OptimizationPolicy | BatchPolicy | None) -> OptimizationPolicy:
    """The policy that is meant; how many guidelines share an ask can be said alone."""
    if isinstance(given, BatchPolicy):
        return OptimizationPolicy(batches=given)
    return given or OptimizationPolicy()
