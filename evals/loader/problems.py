"""Mistakes in scenario files: what is wrong, where, and what was probably meant; all of a file at once.

engine's AuthoringError
└── ScenarioError    a scenario file can't be read as it is written; holds every problem
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...engine.errors import AuthoringError
from ..scenario import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioProblem:
    """One mistake in a scenario file."""

    place: Place
    text: str
    near: str | None = None
    """The valid name that was probably meant."""

    def __str__(self) -> str:
        hint = f"; did you mean {self.near!r}?" if self.near else ""
        return f"{self.place}: {self.text}{hint}"


class ScenarioError(AuthoringError):
    """A scenario file can't be read as it is written."""

    def __init__(self, problems: tuple[ScenarioProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(slots=True)
class Findings:
    """What was found wrong in a file while it was read; the one thing here that grows."""

    file: str
    problems: list[ScenarioProblem] = field(default_factory=list[ScenarioProblem])

    def add(self, place: Place, text: str, *, near: str | None = None) -> None:
        """Write down a mistake; the same one twice (an alias read twice) counts once."""
        problem = ScenarioProblem(place=place, text=text, near=near)
        if problem not in self.problems:
            self.problems.append(problem)

    def raise_if_any(self) -> None:
        """Raise ScenarioError with every mistake, in the order in which they stand in the file."""
        if self.problems:
            raise ScenarioError(in_order(self.problems))


def in_order(problems: Iterable[ScenarioProblem]) -> tuple[ScenarioProblem, ...]:
    """Problems as they stand in their files, from top to bottom."""
    return tuple(sorted(problems, key=lambda problem: (problem.place.file, problem.place.line, problem.place.column)))
