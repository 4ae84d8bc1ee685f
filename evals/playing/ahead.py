"""Playing ahead: while one scenario is waited for, those after it are under way."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TypeAlias

from ..scenario import Scenario
from .means import Played
from .rehearsal import Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A scenario that is to be played, and its name for whoever has to run it again."""

    node: str
    scenario: Scenario


Upcoming: TypeAlias = Callable[[], Iterable[Coming]]
"""What comes after the scenario that is waited for, as far as it is known; asked again whenever there is room."""


class Ahead:
    """Plays scenarios in the order in which they are asked for, and begins those that come next meanwhile.

    Only where a model answers live: elsewhere nothing is waited for, and scenarios are played one after another.
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._begun: dict[str, Future[Played]] = {}

    def play(self, coming: Coming, upcoming: Upcoming) -> Played:
        """What became of a scenario. Raises ScenarioError where it names something that its agent does not have."""
        if coming.node not in self._begun and not self._rehearsal.at_once(coming.scenario):
            return self._rehearsal.play(coming.scenario, node=coming.node)
        if coming.node not in self._begun:
            self._begin(coming)
        wanted = self._begun[coming.node]
        while not wanted.done():
            self._begin_more(upcoming())
            wait({wanted, *self._flying()}, return_when=FIRST_COMPLETED)
        # Played once more, as by a plugin that repeats what failed, it is begun anew.
        return self._begun.pop(coming.node).result()

    def _begin_more(self, upcoming: Iterable[Coming]) -> None:
        flying = len(self._flying())
        for coming in upcoming:
            if flying >= self._rehearsal.jobs:
                return
            if coming.node not in self._begun and flying < self._rehearsal.at_once(coming.scenario):
                self._begin(coming)
                flying += 1

    def _begin(self, coming: Coming) -> None:
        self._begun[coming.node] = self._rehearsal.begin(coming.scenario, node=coming.node)

    def _flying(self) -> list[Future[Played]]:
        return [future for future in self._begun.values() if not future.done()]
