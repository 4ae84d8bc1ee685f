"""The comparison of two runs as frozen values: what changed, most important first, with both conversations."""

from dataclasses import dataclass

from .pieces import Fact, Mark, Ranked
from .scenario_page import Bubble


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since the other run, in short."""

    sentence: str
    counts: tuple[Ranked, ...]
    """Each tier with how many scenarios are in it; unchanged ones left out."""
    foremost: tuple[Ranked, ...]
    """The most important ones with the first decision that differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A turn in one of the two runs."""

    bubbles: tuple[Bubble, ...]
    decided: str
    """What was decided in it, in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """A turn in both runs; None on the side where there is no such turn."""

    number: int
    before: Side | None
    after: Side | None
    first: bool = False
    """Whether the first decision that differs was taken in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedScenario:
    """A scenario that does something else than it did."""

    anchor: str
    name: str
    page: str
    """The fragment of its page; empty where it was not played in the later run."""
    turned: str
    """How its verdict turned; empty where it did not."""
    facts: tuple[Fact, ...]
    difference: str
    """The first decision that differs, in words; empty where none does."""
    where: str
    cause: tuple[str, ...]
    """Why it differs, line by line."""
    downstream: str
    same: tuple[SideBySide, ...] = ()
    """Turns before the first decision that differs."""
    turns: tuple[SideBySide, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSection:
    """The scenarios of one tier."""

    anchor: str
    title: str
    mark: Mark
    scenarios: tuple[ChangedScenario, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPart:
    """A part of a definition that was edited."""

    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """Two runs compared."""

    sentence: str
    before: str = ""
    """What the earlier run is called; empty where there is none."""
    after: str = ""
    notice: str = ""
    """What it means that the two were answered from different sources."""
    facts: tuple[Fact, ...] = ()
    sections: tuple[TierSection, ...] = ()
    edits: tuple[EditedPart, ...] = ()
