"""Several trials of a scenario: how many are played, how many must pass, and what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.ports import ModelError
from understudy.evals.expectations.kinds import GuidelineFired
from understudy.evals.outcome import Outcome, verdict_on
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Means, Played, Rehearsal
from understudy.evals.plugin.telling import detectable, rates, tell_trials
from understudy.evals.scenario import CustomerSays, Expected, ModelChoice, Place, Scenario
from understudy.evals.verdict import Verdict

AGENT = """
async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""


class Moody:
    """A provider that finds no guideline to match in some conversations, and can't be reached in others."""

    def __init__(self, moods: str) -> None:
        self._moods = iter(moods)
        self._offline = p.make_llm("offline")

    async def ask(self, ask: Ask, /) -> Reply:
        reply = await self._offline.ask(ask)
        if ask.decision == "match":
            mood = next(self._moods)
            if mood == "?":
                raise ModelError("nobody is there")
            if mood == "-":
                reply = replace(reply, text=reply.text.replace('"applies":true', '"applies":false'))
        return replace(reply, source="live", model="moody")


def play(folder: Path, moods: str, *, trials: int | None = None, **gate: int) -> Played:
    (folder / "agent.py").write_text(AGENT)
    place = Place(file=str(folder / "clinic.yaml"), line=3)
    fired = Expected(expectation=GuidelineFired(guideline="greet"), words="fired", place=place)
    script = (CustomerSays(texts=("Hello",), expect=(fired,)),)
    one = Scenario(id="s", name="S", suite="clinic", place=place, agent="agent.py:build", script=script, **gate)
    namings = Namings(command_line=ModelChoice(name="moody"))
    moody = Moody(moods)
    with Rehearsal(Means(namings=namings, mode="live", make_llm=lambda name, **_: moody, trials=trials)) as rehearsal:
        return rehearsal.play(one, node="clinic.yaml::s")


@pytest.mark.parametrize(
    ("moods", "needed", "verdict"),
    [
        ("+++", None, "passed"),
        ("+-+", None, "failed"),
        ("+-+", 2, "passed"),
        ("--+", 2, "failed"),
        ("+?+", 2, "inconclusive"),
        ("-?-", 1, "inconclusive"),
        ("---", 0, "passed"),
    ],
)
def test_as_many_trials_must_pass_as_are_needed(
    tmp_path: Path, moods: str, needed: int | None, verdict: Verdict
) -> None:
    gate = {} if needed is None else {"needed": needed}
    played = play(tmp_path, moods, **{"trials": 3, **gate}) if False else _played(tmp_path, moods, needed)
    assert [outcome.trial for outcome in played.outcomes] == [1, 2, 3]
    assert played.verdict == verdict
