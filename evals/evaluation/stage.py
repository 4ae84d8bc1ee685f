"""Playing a case: it becomes a scenario without a file, and is played and judged as any other."""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ...engine import BuiltAgent, Inference, make_llm
from ...engine.domain.values import slug, unique
from ...engine.ports import LLM
from ..expectations.code import CodeAnswer, CodeHolds
from ..expectations.kinds import (
    Expectation,
    ExpectedCall,
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesOnly,
    ToolsCalled,
)
from ..expectations.outside import ReplyJudged
from ..outcome import Outcome
from ..playing.answering import llm_of
from ..playing.booking import after_trial
from ..playing.cast import Cast, Company
from ..playing.checks import Answer, CheckFunction, CodeChecks
from ..playing.models import ModelNamed, default_mode
from ..playing.outside import About
from ..playing.performance import Performance
from ..playing.runner import play_out
from ..plugin.restriction import allowed
from ..recordings.committed import AGENT_FILE, Committed, recordings_file
from ..recordings.kept import Kept
from ..recordings.redaction import Redaction
from ..recordings.trial import COMPUTED, Trial, TrialRecordings
from ..scenario import CustomerSays, Expected, Place, RunIt, Scenario
from .cases import Case
from .figures import PlayedCase

SUITE = "cases"
RESULT = "expected_result"
"""The name under which the check for a case's result is registered."""
IN_A_FILE = ".py:"
"""What a result has that names a function in a file: checks.py:order_found."""
EXPERIENCE = "the agent is polite, clear and well worded from the first message to the last"
"""What the judge is asked where user experience is to be measured."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """What all cases of an evaluation are played with."""

    agent: BuiltAgent
    named: ModelNamed
    checks: Mapping[str, CheckFunction]
    judge: Callable[..., Answer | Awaitable[Answer]] | None
    run: tuple[str, ...]
    recordings: Path | None
    with_experience: bool
    notes: dict[str, None] = field(default_factory=dict[str, None])
    _llm: LLM | None = None
    _inference: Inference = field(default_factory=Inference)
    _ids: list[str] = field(default_factory=list[str])

    async def play(self, case: Case) -> PlayedCase:
        """Play a case in a conversation of its own, and judge it."""
        scenario = self._scenario(case)
        recordings = self._recordings(scenario)
        cast = Cast(scenario, self.agent, llm=self._model(), recordings=recordings, company=self._company())
        performance = Performance(scenario, self.agent, cast=cast, code=CodeChecks(partial(self._registered, case)))
        outcome = replace(await play_out(performance), model=self.named.choice.name)
        experience = await self._experience(performance, outcome)
        outcome = replace(outcome, beside=performance.beside, texts=performance.texts)
        if recordings:
            self.notes |= dict.fromkeys(after_trial(outcome, recordings, unused="ignore"))
        return PlayedCase(case=case, outcome=outcome, agent=self.agent.definition, experience=experience)

    def _scenario(self, case: Case) -> Scenario:
        name = unique(slug(case.name), self._ids)
        self._ids.append(name)
        return Scenario(
            id=name,
            name=case.name,
            suite=SUITE,
            place=case.place,
            agent=self.agent.definition.id,
            script=tuple(CustomerSays(texts=(text,)) for text in case.says),
            expect=tuple(
                Expected(expectation=expectation, words=words, place=case.place)
                for words, expectation in self._expected(case)
            ),
            tags=case.tags,
            tools={tool: (RunIt(),) for tool in self.run},
        )

    def _expected(self, case: Case) -> Iterator[tuple[str, Expectation]]:
        for guideline in case.fires or ():
            yield f"guideline {guideline}", GuidelineFired(guideline=guideline)
        if case.fires == ():
            yield "no guidelines", GuidelinesOnly(guidelines=())
        for guideline in case.not_fires:
            yield f"not guideline {guideline}", GuidelineNotFired(guideline=guideline)
        if case.calls is not None:
            calls = tuple(ExpectedCall(tool=tool) for tool in case.calls)
            words = f"tool calls {', '.join(case.calls)}" if calls else "no tool calls"
            yield words, ToolsCalled(calls=calls, mode="superset" if calls else "strict")
        if case.result is not None:
            yield f"result {case.result}", self._result(case.result)

    def _result(self, result: str) -> Expectation:
        """Who says whether a result was reached: a check, a function of a file, the author's judge, else the judge."""
        if result in self.checks:
            return CodeHolds(check=RESULT)
        if IN_A_FILE in result:
            return CodeHolds(check=result)
        if self.judge is not None:
            return CodeHolds(check=RESULT)
        return ReplyJudged(criterion=f"the conversation comes to this result: {result.replace('_', ' ')}")

    def _registered(self, case: Case) -> Mapping[str, CheckFunction]:
        """Who answers for the expected result. Its words may hold anything, so they are not its name."""
        if case.result is None:
            return {}
        if case.result in self.checks:
            return {RESULT: self.checks[case.result]}
        return {RESULT: partial(self.judge, case.result)} if self.judge else {}

    async def _experience(self, performance: Performance, outcome: Outcome) -> CodeAnswer | None:
        """What the judge makes of how the agent spoke, where that is to be measured."""
        session, judge = performance.session, self.judge
        if not self.with_experience or not outcome.turns or session is None:
            return None
        expectation = CodeHolds(check=EXPERIENCE) if judge else ReplyJudged(criterion=EXPERIENCE)
        place = Place(file=outcome.file, line=outcome.line)
        asked = Expected(expectation=expectation, words=EXPERIENCE, place=place)
        if judge:
            code = CodeChecks(lambda: {EXPERIENCE: partial(judge, EXPERIENCE)})
            return (await code.answers([asked], outcome, folder=Path(), seconds=60.0))[EXPERIENCE]
        return (await performance.outside.answers([asked], About.conversation(outcome, session)))[expectation.asked]

    def _model(self) -> LLM:
        """The model; in a plain run of pytest none that could cost anything, as for the engine itself."""
        if self._llm is None:
            names = [choice.name for choice in (self.named.choice, *self.named.by_decision.values())]
            unasked = self.named.by == "nobody" or any(name not in COMPUTED for name in names)
            is_blocked = allowed() != "any" and unasked
            self._llm = make_llm("blocked") if is_blocked else llm_of(self.named, make_llm)
        return self._llm

    def _company(self) -> Company:
        infers = self.named.is_recorded and self.agent.infer_properties is not False
        return Company(inference=self._inference if infers else None)

    def _recordings(self, scenario: Scenario) -> TrialRecordings | None:
        if self.recordings is None or not self.named.is_recorded:
            return None
        trial = Trial(
            node=f"{scenario.place.file}::{scenario.id}",
            mode=default_mode(os.environ),
            settings=self.named.settings,
            by_decision=self.named.settings_by_decision,
        )
        return TrialRecordings(
            trial,
            committed=Committed(recordings_file(self.recordings, scenario.id)),
            agent=Kept(Committed(recordings_file(self.recordings, AGENT_FILE))),
            redaction=Redaction(tuple(one.pattern for one in self.agent.definition.sensitive)),
        )
