"""How long ago a turn began. It decides nothing: what is asked and said is the same whatever it says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Runs from the moment at which it was made."""

    utc: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)
    """When that was: in a turn as the engine's clock said, outside of one by this machine's."""
    started: float = field(default_factory=perf_counter, compare=False, repr=False)

    @property
    def elapsed(self) -> float:
        """Seconds since then."""
        return perf_counter() - self.started
