"""What an evaluation gave: every case with its verdict, and the figures over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..plugin.telling import tell
from .figures import Figure, PlayedCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of all cases. Printed it is a table; `evaluation["accuracy"]` is one number, None without data."""

    cases: tuple[PlayedCase, ...]
    figures: Mapping[str, Figure]
    notes: tuple[str, ...] = ()
    """What went wrong beside it, such as a recording that could not be kept."""

    def __getitem__(self, name: str) -> float | None:
        return self.figures[name].value

    @property
    def passed(self) -> tuple[PlayedCase, ...]:
        """Cases in which everything came about that was expected."""
        return self._of("passed")

    @property
    def failed(self) -> tuple[PlayedCase, ...]:
        """Cases in which something did not."""
        return self._of("failed")

    @property
    def inconclusive(self) -> tuple[PlayedCase, ...]:
        """Cases of which nothing can be said; they are part of no figure that they could change."""
        return self._of("inconclusive")

    def by_type(self) -> dict[str, tuple[PlayedCase, ...]]:
        """The cases by the `type` that they were given; each may have several."""
        types = dict.fromkeys(tag for each in self.cases for tag in each.case.tags)
        return {tag: tuple(each for each in self.cases if tag in each.case.tags) for tag in types}

    def __str__(self) -> str:
        groups = (("passed", self.passed), ("failed", self.failed), ("inconclusive", self.inconclusive))
        counts = ", ".join(f"{len(found)} {name}" for name, found in groups if found)
        lines = [f"{len(self.cases)} case{'s' if len(self.cases) != 1 else ''}: {counts}"]
        width = max((len(name) for name in self.figures), default=0)
        lines += [f"  {name.replace('_', ' '):<{width}}  {figure}" for name, figure in self.figures.items()]
        for each in (*self.failed, *self.inconclusive):
            lines += ["", tell(each.outcome)]
        return "\n".join([*lines, *self.notes])

    def _of(self, verdict: str) -> tuple[PlayedCase, ...]:
        return tuple(each for each in self.cases if each.outcome.verdict == verdict)
