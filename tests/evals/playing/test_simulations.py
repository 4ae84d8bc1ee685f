"""A simulated customer: plays its part turn by turn, is marked as such, and its end can be expected."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.offline import OfflineModel
from understudy.engine.domain.ask import Ask, Reply, Settings
from understudy.engine.domain.session import MessageEvent
from understudy.engine.errors import BudgetError, ModelUnavailableError
from understudy.engine.ports import LLM
from understudy.evals.expectations.outside import SimulationExpectation, SimulationReached, SimulationTurns
from understudy.evals.expectations.value_tests import Bound
from understudy.evals.outcome import Outcome
from understudy.evals.playing.runner import play
from understudy.evals.plugin.telling import tell, turn_line
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.trial import Mode, Trial, TrialRecordings
from understudy.evals.scenario import CustomerSays, Expected, Place, Scenario, Simulate, Step

PLACE = Place(file="scenarios/clinic/visits.yaml", line=3)
MODEL = "acme/one"


def move(message: str | None = None, *, goal: str = "open") -> dict[str, Any]:
    return {"reason": "It is due.", "goal": goal, "message": message}


class Troupe:
    """A model that plays the agent by rules and the customer as it is told; the last move is repeated."""

    def __init__(self, *moves: dict[str, Any] | str | Exception) -> None:
        self._moves = list(moves)
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask, /) -> Reply:
        """Play the customer, or answer as the offline model does."""
        if ask.decision != "customer":
            return Reply(text=(await OfflineModel().ask(ask)).text, model=MODEL)
        self.asked.append(ask)
        said = self._moves.pop(0) if len(self._moves) > 1 else self._moves[0]
        if isinstance(said, Exception):
            raise said
        return Reply(text=said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), model=MODEL)


def clinic() -> p.BuiltAgent:
    async def build() -> p.BuiltAgent:
        async with p.Server() as server:
            agent = await server.create_agent(
                name="Clinic", description="Books visits to the doctor.", sensitive={"card": r"\d{4}-\d{4}"}
            )
            visit = await agent.create_journey(
                title="Visit",
                description="Books a visit",
                conditions=["the customer wants to book a visit"],
                id="visit",
            )
            asks = await visit.initial_state.transition_to(chat_state="ask for the reason of the visit")
            day = await asks.target.transition_to(chat_state="ask on which day the visit should be")
            await day.target.transition_to(chat_state="tell the customer that the visit is booked")
            return server.build(agent)

    return asyncio.run(build())


def scenario(*steps: Step, expect: tuple[SimulationExpectation, ...] = ()) -> Scenario:
    expected = tuple(Expected(expectation=each, words=each.asked, place=PLACE) for each in expect)
    return Scenario(
        id="visit", name="Visit", suite="clinic", place=PLACE, agent="agent.py:build", script=steps, expect=expected
    )


VISIT = Simulate(
    goal="book a visit", knows={"reason": "my knee hurts", "day": "Tuesday"}, until="the visit is booked", turns=5
)


def played(wanted: Scenario, llm: LLM, **options: Any) -> Outcome:
    return asyncio.run(play(wanted, clinic(), llm=llm, **options))


def test_on_the_offline_model_a_customer_comes_to_its_goal_by_rules() -> None:
    outcome = played(scenario(VISIT, expect=(SimulationReached(expected=True),)), OfflineModel())
    assert outcome.session is not None
    said = [event.text for event in outcome.session.events if isinstance(event, MessageEvent)][::2]
    assert said == ["I want to book a visit.", "my knee hurts", "Tuesday"]
    (simulation,) = outcome.simulations
    assert (simulation.ended, simulation.turns, simulation.why) == (
        "reached",
        3,
        "the agent said: The visit is booked.",
    )
    assert outcome.verdict == "passed"


def test_turns_of_a_simulated_customer_are_marked_in_the_outcome_and_in_the_terminal() -> None:
    outcome = played(scenario(CustomerSays(texts=("Hello",)), VISIT), OfflineModel())
    assert [turn.simulated for turn in outcome.turns] == [False, True, True, True]
    assert [turn.step for turn in outcome.turns] == [0, 1, 1, 1]
    assert turn_line(outcome.turns[0]).startswith("turn 1: ")
    assert turn_line(outcome.turns[1]).startswith("turn 2, simulated customer: ")
    assert "simulated customer: my knee hurts" in tell(outcome)


@pytest.mark.parametrize(
    ("last", "ended"),
    [(move(goal="reached"), "reached"), (move(goal="given_up"), "given_up"), (move("Go on."), "out_of_turns")],
)
def test_it_ends_when_the_goal_is_reached_given_up_or_its_turns_are_used_up(last: dict[str, Any], ended: str) -> None:
    troupe = Troupe(move("Hello."), move("And now?"), last)
    outcome = played(scenario(Simulate(goal="a visit", turns=2)), troupe)
    (simulation,) = outcome.simulations
    assert (simulation.ended, simulation.turns, len(outcome.turns)) == (ended, 2, 2)


@pytest.mark.parametrize(
    ("expectation", "verdict"),
    [
        (SimulationReached(expected=True), "failed"),
        (SimulationReached(expected=False), "passed"),
        (SimulationTurns(bound=Bound(at_most=1)), "passed"),
        (SimulationTurns(bound=Bound(at_least=2)), "failed"),
    ],
)  # fmt: skip
def test_how_it_ended_can_be_expected(expectation: SimulationExpectation, verdict: str) -> None:
    troupe = Troupe(move("Hello."), move(goal="given_up"))
    outcome = played(scenario(Simulate(goal="a visit"), expect=(expectation,)), troupe)
    assert outcome.verdict == verdict
    if verdict == "failed":
        told = "the simulated customer ('a visit') gave up after 1 turn: It is due."
        assert outcome.checks[0].explanation == told


def test_an_expectation_of_a_simulation_fails_where_there_is_none() -> None:
    outcome = played(
        scenario(CustomerSays(texts=("Hello",)), expect=(SimulationReached(expected=False),)), OfflineModel()
    )
    assert outcome.verdict == "failed"
    assert "simulate" in outcome.checks[0].explanation


def test_the_customer_sees_what_customers_see_and_no_sensitive_value() -> None:
    troupe = Troupe(move("Hello."), move(goal="reached"))
    played(scenario(Simulate(goal="pay", persona="is shy", knows={"card": "1111-2222"}, until="it is paid")), troupe)
    prompt = troupe.asked[1].prompt
    for told in (
        "Goal: pay",
        "Who it is: is shy",
        "Reached when: it is paid",
        '- card: "⟦card 1⟧"',
        "customer: Hello.",
    ):
        assert told in prompt
    for hidden in ("1111-2222", "Books visits to the doctor", "ask for the reason"):
        assert hidden not in prompt


def test_a_sensitive_value_that_the_customer_tells_reaches_the_agent() -> None:
    troupe = Troupe(move("It is ⟦card 1⟧."), move(goal="reached"))
    outcome = played(scenario(Simulate(goal="pay", knows={"card": "1111-2222"})), troupe)
    assert outcome.session is not None
    said = [event.text for event in outcome.session.events if isinstance(event, MessageEvent)]
    assert said[0] == "It is 1111-2222."


def test_what_the_customer_asks_of_the_model_counts_apart() -> None:
    outcome = played(scenario(Simulate(goal="a visit")), Troupe(move("Hello."), move(goal="reached")))
    assert [(ask.who, ask.turn) for ask in outcome.beside] == [("customer", 0), ("customer", 1)]
    assert all(ask.decision != "customer" for turn in outcome.turns for ask in turn.trace.asks)


@pytest.mark.parametrize(
    ("fault", "reason", "told"),
    [
        (ModelUnavailableError("the provider is down"), "model_unavailable", "the provider is down"),
        (BudgetError("it could cost more"), "budget", "it could cost more"),
        ("", "customer_failed", "not valid JSON"),
        (move(None), "customer_failed", "the goal is open and there is no message"),
        (move("Bye", goal="reached"), "customer_failed", "there is a message"),
        (move(goal="given_up"), "customer_failed", "the customer has not said anything yet"),
        (move("agent: Hello"), "customer_failed", "the message begins with a speaker"),
    ],
)  # fmt: skip
def test_a_customer_that_breaks_leaves_the_scenario_inconclusive(fault: Any, reason: str, told: str) -> None:
    outcome = played(scenario(Simulate(goal="a visit")), Troupe(fault))
    assert (outcome.verdict, outcome.reason, outcome.turns) == ("inconclusive", reason, ())
    assert told in outcome.explanation


def recorded(folder: Path, *, mode: Mode, llm: LLM, number: int = 1, step: Simulate = VISIT) -> Outcome:
    trial = Trial(node="n", mode=mode, settings=Settings(model=MODEL), number=number)
    kept = TrialRecordings(trial, committed=Committed(folder / "recordings" / "visit.jsonl"))
    outcome = played(scenario(step), llm, recordings=kept)
    kept.save(played_to_end=True)
    return outcome


def test_a_replay_holds_the_same_conversation_without_a_model(tmp_path: Path) -> None:
    troupe = Troupe(move("A visit, please."), move("my knee hurts"), move(goal="given_up"))
    first = recorded(tmp_path, mode="auto", llm=troupe)
    again = recorded(tmp_path, mode="replay", llm=p.BlockedModel())
    assert first.simulations == again.simulations
    assert [turn.trace.reply for turn in first.turns] == [turn.trace.reply for turn in again.turns]


def test_every_trial_has_a_customer_of_its_own(tmp_path: Path) -> None:
    recorded(tmp_path, mode="auto", llm=Troupe(move("One."), move(goal="reached")))
    second = recorded(tmp_path, mode="auto", llm=Troupe(move("Two."), move(goal="given_up")), number=2)
    assert [each.ended for each in second.simulations] == ["given_up"]
    assert [each.ended for each in recorded(tmp_path, mode="replay", llm=p.BlockedModel()).simulations] == ["reached"]


def test_another_goal_is_not_recorded_and_the_scenario_is_inconclusive(tmp_path: Path) -> None:
    recorded(tmp_path, mode="auto", llm=Troupe(move("One."), move(goal="reached")))
    outcome = recorded(tmp_path, mode="replay", llm=p.BlockedModel(), step=Simulate(goal="something else"))
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "recording_missing")
    assert "customer" in outcome.explanation
