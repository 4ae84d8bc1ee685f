"""Who plays along with the agent in one trial: the model, the tools, their recordings, and what was missing of them."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from ...engine import Budgeted, BuiltAgent, Inference, LocalRetrievers, PatternModerator
from ...engine.domain.ask import Ask, Reply
from ...engine.ports import LLM, Embedder, Moderator, Purse, RetrieverRunner
from ..recordings.lookups import RecordingEmbedder, RecordingModerator, RecordingRetrievers
from ..recordings.recorder import OF_THE_AGENT, Recorder
from ..recordings.tools import GuardedTools, RecordingTools
from ..recordings.trial import TrialRecordings
from ..scenario import Scenario
from .metering import Meter, MeteredLLM
from .standins import StandIns, let_run

Heard: TypeAlias = Callable[[int, Ask], None]
"""Is told of every ask, with the number of the turn; 0 for what is asked about the agent itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who else takes part in a trial beside its scenario and its agent."""

    purse: Purse | None = None
    """What may be spent on models; None is no limit."""
    inference: Inference | None = None
    """Who infers what authors left open of their guidelines."""
    heard: Heard | None = None
    meter: Meter | None = None
    """Counts what is asked of a model whose answers are recorded."""


class WatchedLLM:
    """A model of which one can see what it is being asked."""

    def __init__(self, llm: LLM, *, heard: Heard | None = None) -> None:
        self._llm = llm
        self._heard = heard
        self.turn = 0
        self.waiting: list[str] = []
        """Decisions that were asked for and are not answered; one that was cut off stays."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Hand on an ask. Raises what the model raises."""
        if self._heard is not None:
            self._heard(0 if ask.id.startswith(OF_THE_AGENT) else self.turn, ask)
        self.waiting.append(ask.decision)
        try:
            reply = await self._llm.ask(ask)
        except Exception:
            self.waiting.remove(ask.decision)
            raise
        self.waiting.remove(ask.decision)
        return reply


class Cast:
    """The models, tools and retrievers of one trial. Without recordings asks are computed or given, and tools run."""

    def __init__(
        self,
        scenario: Scenario,
        agent: BuiltAgent,
        *,
        llm: LLM,
        recordings: TrialRecordings | None = None,
        company: Company | None = None,
    ) -> None:
        run = let_run(scenario.tools)
        company = company or Company()
        self._recordings = recordings
        self._guarded = GuardedTools(agent.tools, run=run)
        self._budgeted = Budgeted(llm, company.purse) if company.purse else None
        others = RecordingTools(agent.tools, recordings, run=run) if recordings else self._guarded
        paid = self._budgeted or llm
        asked = MeteredLLM(paid, company.meter) if company.meter and recordings else paid
        self.llm = WatchedLLM(Recorder(asked, recordings) if recordings else paid, heard=company.heard)
        self.tools = StandIns(scenario.tools, others=others)
        self.retrievers = _retrievers(agent, recordings)
        self.embedder = _embedder(agent, recordings)
        self.moderator = _moderator(agent, recordings)
        self.inference = company.inference

    def begin_turn(self, number: int) -> None:
        """Say which turn comes next; recordings are kept by turn."""
        self.llm.turn = number
        if self._recordings:
            self._recordings.turn = number

    @contextmanager
    def onlooking(self) -> Generator[None]:
        """While somebody from outside asks: what is not recorded then does not end the conversation."""
        if self._recordings:
            self._recordings.onlooking = True
        try:
            yield
        finally:
            if self._recordings:
                self._recordings.onlooking = False

    @property
    def over_budget(self) -> tuple[str, ...]:
        """What was not asked because it could have cost too much, and why."""
        return tuple(self._budgeted.refusals) if self._budgeted else ()

    @property
    def counted_by_estimate(self) -> tuple[str, ...]:
        """What counts by estimate on the budget, because nobody knows what it cost."""
        return tuple(self._budgeted.estimates) if self._budgeted else ()

    @property
    def missing_recordings(self) -> tuple[str, ...]:
        """What was not recorded and may not be called: an explanation of each."""
        return tuple(miss.explanation for miss in self._recordings.misses) if self._recordings else ()

    @property
    def missing_stand_ins(self) -> tuple[str, ...]:
        """Consequential tools that would have run without leave: for each, what to add to the scenario."""
        missing = self._recordings.stand_ins_missing if self._recordings else self._guarded.stand_ins_missing
        return tuple(dict.fromkeys(each.explanation for each in missing))


def _retrievers(agent: BuiltAgent, recordings: TrialRecordings | None) -> RetrieverRunner:
    own = LocalRetrievers(agent.code.retrievers)
    return RecordingRetrievers(own, recordings) if recordings else own


def _embedder(agent: BuiltAgent, recordings: TrialRecordings | None) -> Embedder | None:
    """The agent's own embedder, recorded; where nothing is recorded nobody is paid either, and it does without."""
    if agent.embedder is None or recordings is None:
        return None
    return RecordingEmbedder(agent.embedder, recordings, model=_name_of(agent.embedder))


def _moderator(agent: BuiltAgent, recordings: TrialRecordings | None) -> Moderator:
    """The agent's own moderator: recorded unless it goes by words alone; where nothing is recorded nobody is paid."""
    own = agent.moderator or PatternModerator()
    if isinstance(own, PatternModerator):
        return own
    return RecordingModerator(own, recordings, service=_name_of(own)) if recordings else PatternModerator()


def _name_of(service: object) -> str:
    """The model that a service says it asks, else the kind of service."""
    named = getattr(service, "model", None)
    return named if isinstance(named, str) else type(service).__name__
