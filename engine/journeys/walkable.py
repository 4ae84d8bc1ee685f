"""Whether a journey could have gone the way that somebody says it went. Pure."""

from dataclasses import dataclass

from ..domain.journey import END, ROOT, Journey, Path
from .navigation import steps_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Misstep:
    """A step that a journey can't take: where it stood, where it can't go, and where it can."""

    number: int
    """Its place in the path, from 0."""
    origin: str
    """`root` where it has not begun."""
    target: str
    ahead: tuple[str, ...]
    """The states that can come next, the nearest first."""
    back: tuple[str, ...] = ()
    """The states in which it stood before and can stand again."""


def first_misstep(journey: Journey, path: Path) -> Misstep | None:
    """The first step of a path that can't be taken, None where it can be walked.

    A step leads along transitions, over chat states that may be skipped, or back to a state in which the journey stood
    before. Every state of the path is one of the journey's.
    """
    origin = ROOT
    for number, target in enumerate(path):
        steps = steps_from(journey, origin, depth=len(journey.states))
        ahead = tuple(step.target for step in steps if step.target != END)  # nobody stands in an end
        back = tuple(dict.fromkeys(state for state in path[:number] if state != origin))
        if target not in ahead and target not in back:
            return Misstep(number=number, origin=origin, target=target, ahead=ahead, back=back)
        origin = target
    return None
