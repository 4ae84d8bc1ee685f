"""Several trials of a scenario: how many are played, how many must pass, and what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.evals.expectations.kinds import GuidelineFired
from understudy.evals.outcome import Outcome, verdict_on
from understudy.evals.playing.means import Means, Played
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Rehearsal
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
                raise p.ModelError("nobody is there")
            if mood == "-":
                reply = replace(reply, text=reply.text.replace("true", "false"))
        return replace(reply, source="live", model="moody")


def play(folder: Path, moods: str, *, gate: tuple[int, int | None], trials: int | None = None) -> Played:
    (folder / "agent.py").write_text(AGENT)
    place = Place(file=str(folder / "clinic.yaml"), line=3)
    fired = Expected(expectation=GuidelineFired(guideline="greet"), words="fired", place=place)
    script = (CustomerSays(texts=("Hello",), expect=(fired,)),)
    one = Scenario(
        id="s", name="S", suite="clinic", place=place, agent="agent.py:build", script=script,
        trials=gate[0], needed=gate[1],
    )  # fmt: skip
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
    played = play(tmp_path, moods, gate=(3, needed))
    assert [outcome.trial for outcome in played.outcomes] == [1, 2, 3]
    assert played.verdict == verdict


def test_how_many_must_pass_scales_with_the_trials_of_the_run_and_is_rounded_up(tmp_path: Path) -> None:
    assert play(tmp_path, "+++--", trials=5, gate=(3, 2)).verdict == "failed"
    played = play(tmp_path, "++++-", trials=5, gate=(3, 2))
    assert (played.verdict, played.outcomes[0].needed) == ("passed", 4)


def outcomes(moods: str, *, needed: int | None = None) -> list[Outcome]:
    verdicts: dict[str, Verdict] = {"+": "passed", "-": "failed", "?": "inconclusive"}
    return [
        Outcome(suite="clinic", scenario="s", name="S", file="c.yaml", line=3, verdict=verdicts[mood], needed=needed)
        for mood in moods
    ]


def test_nothing_can_be_said_of_a_scenario_that_was_not_played() -> None:
    assert verdict_on(()) == "inconclusive"


def test_what_several_trials_came_to_is_told_in_a_line() -> None:
    assert rates(outcomes("++-?", needed=2)) == (
        "clinic/s: 2 of 3 trials passed, 2 needed, 95 % interval 21% to 94%, pass^2 33%, flakiness 67%, 1 inconclusive"
    )
    assert rates(outcomes("??")) == (
        "clinic/s: 0 of 0 trials passed, 2 needed, 95 % interval 0% to 100%, flakiness 0%, 2 inconclusive"
    )


def test_how_small_a_change_the_trials_could_have_shown_is_told() -> None:
    assert detectable(outcomes("++-")) == "3 trials are too few to tell any change of the pass rate from chance"
    assert detectable(outcomes("+++++")) == (
        "as many trials again would tell a drop by 80% or more from chance, and no smaller one"
    )


def test_a_failure_tells_the_rate_before_the_trials_that_failed() -> None:
    first, _, failed = tell_trials(outcomes("+-")).splitlines()
    assert first.startswith("clinic/s: 1 of 2 trials passed, 2 needed")
    assert failed == "clinic/s failed"
    assert tell_trials(outcomes("-")) == "clinic/s failed"
