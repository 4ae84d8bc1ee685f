"""Following journeys through a conversation by reading its traces, with rules of our own, to judge the engine's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.journey import (
    COMPLETED,
    END,
    LEFT,
    MARKERS,
    REOPENED,
    ROOT,
    Journey,
    Path,
    known_part,
    position,
)
from understudy.engine.domain.trace import JourneyMove, Trace

from .play import Moment, turns


@dataclass(slots=True, kw_only=True)
class Traveller:
    """One journey as it was travelled so far."""

    journey: Journey
    path: Path = ()
    ran: bool = False
    """Whether a tool has run for the state it stands in, since it was entered."""

    def move(self, move: JourneyMove) -> None:
        """Judge a move and make it."""
        assert move.journey == self.journey.id
        assert move.origin == position(self.path)
        match move.move:
            case "stayed":
                assert move.target == move.origin
            case "left":
                assert move.target is None
                self._end(LEFT)
            case "completed":
                self._complete(move)
            case "started" | "advanced" | "skipped":
                assert (move.move == "started") == (move.origin is None)
                self._walk(move)
                self._enter(move.target)
            case "backtracked":
                assert move.target in self._run()
                if self.path[-1] in MARKERS:
                    self.path = (*self.path, REOPENED)
                self._enter(move.target)
            case "restarted":
                self._end(LEFT)
                assert move.target is not None
                assert self.journey.state(move.target).kind in ("chat", "tool", "fork")
                self._walk(move, origin=ROOT)
                self._enter(move.target)

    def _walk(self, move: JourneyMove, *, origin: str | None = None) -> None:
        ways = {(way.source, way.target) for way in self.journey.transitions}
        assert move.target is not None
        route = (origin or move.origin or ROOT, *move.via, move.target)
        assert all(pair in ways for pair in pairwise(route)), f"{route} is no walk"
        assert {self.journey.state(state).kind for state in move.via} <= {"chat", "fork", "initial"}
        if move.ask is None and move.origin is not None:
            assert self.journey.state(move.origin).kind == "tool"
            assert self.ran, f"{move} although its tool did not run"

    def _complete(self, move: JourneyMove) -> None:
        if move.target == END:
            self._walk(move)
            self.path = self.path if self.path[-1:] == (COMPLETED,) else (*self.path, COMPLETED)
            self.ran = False
            return
        assert move.target is None
        at = position(self.path)
        assert at is not None
        assert not any(way.source == at for way in self.journey.transitions)
        assert self.ran or self.journey.state(at).kind != "tool"
        self._end(COMPLETED)

    def _run(self) -> Path:
        """The states of this run, or of the last one where that is over."""
        runs: list[list[str]] = [[]]
        for index, step in enumerate(self.path):
            if step not in MARKERS:
                runs[-1].append(step)
            elif step != REOPENED and index + 1 < len(self.path) and self.path[index + 1] != REOPENED:
                runs.append([])
        return tuple(runs[-1])

    def _enter(self, state: str | None) -> None:
        assert state is not None
        self.path, self.ran = (*self.path, state), False

    def _end(self, marker: str) -> None:
        if position(self.path) is not None:
            self.path = (*self.path, marker)
        self.ran = False


def check_travels(agent: AgentDefinition, moments: Sequence[Moment]) -> None:
    """Every journey went where its graph leads, and the saved paths say so."""
    begun = moments[0].before.state
    travelled = {
        journey.id: Traveller(
            journey=journey, path=known_part(journey, begun.paths.get(journey.id, ())), ran=journey.id in begun.ran
        )
        for journey in agent.journeys
    }
    for moment, turn in turns(moments):
        saved = {name: (each.path, each.ran) for name, each in travelled.items()}
        for number in range(1, turn.trace.rounds + 1):
            _round(travelled, turn.trace, number=number, saved=saved)
        ending = [move for move in turn.trace.moves if _is_ending(move)]
        for move in ending:
            travelled[move.journey].move(move)
        if moment.after.states == moment.before.states:  # the turn failed before its state was saved
            assert turn.trace.failure is not None
            for name, each in travelled.items():
                _take_back(each, turn.trace, saved=saved[name])
        else:
            assert turn.trace.state == moment.after.state
            for name, path in moment.after.state.paths.items():
                assert path == travelled[name].path, f"{name} stands at {path}"
                _check_path(travelled[name].journey, path)


def _is_ending(move: JourneyMove) -> bool:
    return move.move == "completed" and move.target is None


def _round(travelled: dict[str, Traveller], trace: Trace, *, number: int, saved: dict[str, tuple[Path, bool]]) -> None:
    for move in trace.moves:
        if move.round == number and not _is_ending(move):
            travelled[move.journey].move(move)
    for offered in trace.offered:
        for reason in offered.because if offered.round == number else ():
            kind, _, place = reason.partition(":")
            if kind == "state":
                name, _, state = place.partition("/")
                assert position(travelled[name].path) == state
                # What has run for a state is not offered for it again, so the call was made in this round.
                travelled[name].ran |= any(call.tool == offered.tool and reason in call.because for call in trace.calls)
    for outcome in trace.resolutions:
        if outcome.round == number and outcome.kind == "journey" and not outcome.stays:
            _take_back(travelled[outcome.id], trace, saved=saved[outcome.id])


def _take_back(traveller: Traveller, trace: Trace, *, saved: tuple[Path, bool]) -> None:
    """Stand where the turn before ended; a tool that ran for that very state has run all the same."""
    path, ran = saved
    reason = f"state:{traveller.journey.id}/{position(path)}"
    traveller.path = path
    traveller.ran = ran or any(reason in call.because for call in trace.calls)


def _check_path(journey: Journey, path: Path) -> None:
    for step in path:
        assert step in MARKERS or journey.state(step).kind in ("chat", "tool", "fork")
    for first, second in pairwise(path):
        together = (first, second) in ((LEFT, COMPLETED), (LEFT, REOPENED), (COMPLETED, REOPENED))
        assert first not in MARKERS or second not in MARKERS or together
    assert path[-1:] != (REOPENED,)
