"""Who plays along with the agent in one trial: the model, the tools, their recordings, and what was missing of them."""

from ...engine import BuiltAgent
from ...engine.domain.ask import Ask, Reply
from ...engine.ports import LLM
from ..recordings.recorder import Recorder
from ..recordings.tools import GuardedTools, RecordingTools
from ..recordings.trial import TrialRecordings
from ..scenario import Scenario
from .standins import StandIns, let_run


class WatchedLLM:
    """A model of which one can see what it is being asked."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        self.waiting: list[str] = []
        """Decisions that were asked for and are not answered; one that was cut off stays."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Hand on an ask. Raises what the model raises."""
        self.waiting.append(ask.decision)
        try:
            reply = await self._llm.ask(ask)
        except Exception:
            self.waiting.remove(ask.decision)
            raise
        self.waiting.remove(ask.decision)
        return reply


class Cast:
    """The model and the tools of one trial. Without recordings asks are computed or given, and tools run."""

    def __init__(
        self, scenario: Scenario, agent: BuiltAgent, *, llm: LLM, recordings: TrialRecordings | None = None
    ) -> None:
        run = let_run(scenario.tools)
        self._recordings = recordings
        self._guarded = GuardedTools(agent.tools, run=run)
        others = RecordingTools(agent.tools, recordings, run=run) if recordings else self._guarded
        self.llm = WatchedLLM(Recorder(llm, recordings) if recordings else llm)
        self.tools = StandIns(scenario.tools, others=others)

    def begin_turn(self, number: int) -> None:
        """Say which turn comes next; recordings are kept by turn."""
        if self._recordings:
            self._recordings.turn = number

    @property
    def missing_recordings(self) -> tuple[str, ...]:
        """What was not recorded and may not be called: an explanation of each."""
        return tuple(miss.explanation for miss in self._recordings.misses) if self._recordings else ()

    @property
    def missing_stand_ins(self) -> tuple[str, ...]:
        """Consequential tools that would have run without leave: for each, what to add to the scenario."""
        missing = self._recordings.stand_ins_missing if self._recordings else self._guarded.stand_ins_missing
        return tuple(dict.fromkeys(each.explanation for each in missing))
