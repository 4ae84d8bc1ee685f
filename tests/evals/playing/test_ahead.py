"""Scenarios that are begun before their turn: how many are under way at once, and what stays as it was."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply, Usage
from understudy.evals.expectations.kinds import GuidelineFired
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.playing.ahead import Ahead, Coming
from understudy.evals.playing.means import Means, Played
from understudy.evals.playing.metering import Meter
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.scenario import CustomerSays, Expected, ModelChoice, Named, Place, Scenario

AGENT = """
async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
LIMIT = 20.0
"""Seconds after which a test gives up that would else wait for ever; where all is well nobody waits for it."""


class Gathering:
    """A provider that answers the first questions about messages only when so many of them wait together."""

    def __init__(self, together: int) -> None:
        self.waiting = self.most = self.asks = 0
        self._together = together
        self._gathered: asyncio.Event | None = None
        self._offline = p.make_llm("offline")

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        self._gathered = self._gathered or asyncio.Event()
        if ask.decision == "match":
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            if self.waiting >= self._together:
                self._gathered.set()
            async with asyncio.timeout(LIMIT):
                await self._gathered.wait()
            self.waiting -= 1
        reply = await self._offline.ask(ask)
        return replace(reply, source="live", model="small", usage=Usage(prompt_tokens=10, answer_tokens=2, cost=0.1))

    def most_it_may_cost(self, ask: Ask) -> float:
        return 0.1


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "agent.py").write_text(AGENT)
    return tmp_path


def scenarios(suite: Path, count: int = 8, **more: Any) -> list[Coming]:
    """So many scenarios, each with words of its own: what is asked twice is paid for once."""

    def scenario(number: int) -> Scenario:
        place = Place(file=str(suite / "clinic.yaml"), line=number)
        fired = Expected(expectation=GuidelineFired(guideline="greet"), words="fired", place=place)
        script = (CustomerSays(texts=(f"Hello, I am number {number}",), expect=(fired,)),)
        return Scenario(
            id=f"s{number}", name="S", suite="clinic", place=place, agent="agent.py:build", script=script, **more
        )

    return [Coming(node=f"clinic.yaml::s{number}", scenario=scenario(number)) for number in range(1, count + 1)]


def rehearsal(llm: Gathering, *, model: str = "openai/small", settings: dict[str, Any] | None = None, **means: Any):
    named = Namings(command_line=ModelChoice(name=model, settings=settings or {}))
    make = p.make_llm if model == "offline" else lambda name, **_: llm
    return Rehearsal(Means(namings=named, **{"mode": "auto", "make_llm": make, "jobs": 8, **means}))


def played(ahead: Ahead, all_of_them: Sequence[Coming]) -> Iterator[Played]:
    """What comes of each in its turn, as pytest asks for them."""
    for index, coming in enumerate(all_of_them):
        yield ahead.play(coming, lambda index=index: all_of_them[index + 1 :])


@pytest.mark.parametrize("jobs", [8, 3, 2])
def test_as_many_scenarios_wait_for_their_model_together_as_there_are_jobs(suite: Path, jobs: int) -> None:
    llm = Gathering(together=jobs)
    with rehearsal(llm, jobs=jobs) as playing:
        found = list(played(Ahead(playing), scenarios(suite)))
    assert llm.most == jobs
    assert [each.outcomes[0].scenario for each in found] == [f"s{number}" for number in range(1, 9)]
    assert {each.verdict for each in found} == {"passed"}


@pytest.mark.parametrize(
    ("model", "mode", "jobs"), [("openai/small", "auto", 1), ("openai/small", "replay", 8), ("offline", "auto", 8)]
)
def test_in_step_is_played_with_one_job_in_a_replay_and_on_the_offline_model(
    suite: Path, model: str, mode: str, jobs: int
) -> None:
    llm = Gathering(together=1)
    if mode == "replay":
        with rehearsal(llm) as recording:
            list(played(Ahead(recording), scenarios(suite)))
    llm.most = 0
    begun: list[str] = []
    with rehearsal(llm, model=model, mode=mode, jobs=jobs) as playing:
        assert not any(playing.at_once(coming.scenario) for coming in scenarios(suite))
        playing.begin = lambda scenario, *, node: begun.append(node)
        assert {each.verdict for each in played(Ahead(playing), scenarios(suite))} == {"passed"}
    assert begun == []
    assert llm.most == (1 if (jobs, mode) == (1, "auto") else 0)


def test_a_model_that_takes_two_asks_at_once_is_not_left_with_eight_scenarios(suite: Path) -> None:
    llm = Gathering(together=2)
    with rehearsal(llm, settings={"max_concurrent": 2}) as playing:
        assert {each.verdict for each in played(Ahead(playing), scenarios(suite))} == {"passed"}
    assert llm.most == 2


def test_what_was_recorded_side_by_side_replays_one_after_another(suite: Path) -> None:
    llm = Gathering(together=8)
    with rehearsal(llm, cache=suite / "cache") as playing:
        recorded = [each.outcomes[0] for each in played(Ahead(playing), scenarios(suite))]
    asks = llm.asks
    with rehearsal(llm, mode="replay", unused="fail") as playing:
        replayed = [each.outcomes[0] for each in played(Ahead(playing), scenarios(suite))]
    assert llm.asks == asks
    assert replayed == [replace(outcome, answered_by="replayed") for outcome in recorded]
    # What is asked about the agent itself was paid for once, though eight scenarios were about to ask it.
    assert asks == sum(outcome.asks for outcome in recorded) + 1


def test_scenarios_side_by_side_do_not_spend_more_than_there_is(suite: Path) -> None:
    llm, purse = Gathering(together=1), p.OwnPurse(0.75)
    with rehearsal(llm, purse=purse) as playing:
        found = [each.outcomes[0] for each in played(Ahead(playing), scenarios(suite))]
    assert llm.asks == 7
    assert purse.spent == pytest.approx(0.7)
    assert "budget" in {outcome.reason for outcome in found}


def test_a_mistake_in_one_is_raised_in_its_own_turn(suite: Path) -> None:
    first, second, third = scenarios(suite, 3)
    wrong = Named(kind="guideline", name="gret", place=second.scenario.place)
    second = replace(second, scenario=replace(second.scenario, names=(wrong,)))
    turns = [first, second, third]
    with rehearsal(Gathering(together=2)) as playing:
        ahead = Ahead(playing)
        assert ahead.play(first, lambda: turns[1:]).verdict == "passed"
        with pytest.raises(ScenarioError, match="no guideline 'gret'; did you mean 'greet'"):
            ahead.play(second, lambda: turns[2:])
        assert ahead.play(third, list).verdict == "passed"


def test_what_is_played_once_more_is_begun_anew(suite: Path) -> None:
    (one,) = scenarios(suite, 1)
    llm = Gathering(together=1)
    with rehearsal(llm, mode="live") as playing:
        ahead = Ahead(playing)
        asks = [(ahead.play(one, list).verdict, llm.asks) for _ in range(2)]
    (first, once), (second, twice) = asks
    assert (first, second) == ("passed", "passed")
    assert twice > once


def test_what_is_under_way_is_cancelled_when_the_run_ends(suite: Path) -> None:
    cancelled: list[str] = []
    under_way = asyncio.Event()

    class Hanging(Gathering):
        async def ask(self, ask: Ask, /) -> Reply:
            if not re.search(r"number [2-9]", str(ask.facts)):
                if ask.decision == "match":  # what is inferred of the agent all of them wait for
                    await under_way.wait()
                return await super().ask(ask)
            self.waiting += 1
            under_way.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(ask.decision)
                raise
            raise AssertionError("nobody sets it")

    first, *others = scenarios(suite, 4)
    llm = Hanging(together=1)
    with rehearsal(llm, mode="live") as playing:
        assert Ahead(playing).play(first, lambda: others).verdict == "passed"
    assert len(cancelled) == llm.waiting > 0


def test_a_meter_tells_what_is_asked_and_what_it_took(suite: Path) -> None:
    meter, flying = Meter(), []
    meter.watch = lambda reading: flying.append(reading.flying)
    llm = Gathering(together=8)
    with rehearsal(llm, meter=meter) as playing:
        list(played(Ahead(playing), scenarios(suite)))
    assert max(flying) >= 8
    assert (meter.reading.flying, meter.reading.done) == (0, llm.asks)
    assert meter.reading.usage.cost == pytest.approx(0.1 * llm.asks)
