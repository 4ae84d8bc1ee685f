"""The judge: one more decision, asked again only where the transcript or the criterion changed, never guessed at."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.offline import OfflineModel
from understudy.engine.domain.ask import Ask, Reply, Settings, Usage
from understudy.engine.domain.facts import JudgeFacts
from understudy.engine.errors import BudgetError, ModelUnavailableError
from understudy.engine.ports import LLM
from understudy.evals.expectations.kinds import ReplyMentions, UsageWithin
from understudy.evals.expectations.outside import ReplyJudged
from understudy.evals.expectations.value_tests import Bound
from understudy.evals.outcome import Outcome
from understudy.evals.playing.runner import play
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.trial import Mode, Trial, TrialRecordings
from understudy.evals.scenario import CustomerSays, Expected, Place, Scenario

PLACE = Place(file="scenarios/shop/hello.yaml", line=3)
GREETS = "greets the customer by name"
MODEL = "acme/one"


def vote(verdict: str = "met", *, reason: str = "It is plain.", quotes: Sequence[str] = ()) -> dict[str, Any]:
    return {"quotes": list(quotes), "reason": reason, "verdict": verdict}


class Bench:
    """A model that plays the agent by rules and judges as it is told; the last vote is repeated."""

    def __init__(self, *votes: dict[str, Any] | str | Exception) -> None:
        self._votes = list(votes) or [vote()]
        self.judged: list[Ask] = []
        self.others = 0

    async def ask(self, ask: Ask, /) -> Reply:
        """Judge, or answer as the offline model does."""
        if ask.decision != "judge":
            self.others += 1
            return Reply(text=(await OfflineModel().ask(ask)).text, model=MODEL)
        self.judged.append(ask)
        said = self._votes.pop(0) if len(self._votes) > 1 else self._votes[0]
        if isinstance(said, Exception):
            raise said
        text = said if isinstance(said, str) else json.dumps(said)
        return Reply(text=text, model=MODEL, usage=Usage(prompt_tokens=100, answer_tokens=10, cost=0.01))


def built(*, sensitive: bool = False) -> p.BuiltAgent:
    async def build() -> p.BuiltAgent:
        async with p.Server() as server:
            kinds = {"card": r"\d{4}-\d{4}"} if sensitive else None
            agent = await server.create_agent(name="Shop", description="Sells shoes.", sensitive=kinds)
            await agent.create_guideline(condition="the customer greets you", action="tell them that they are welcome")
            return server.build(agent)

    return asyncio.run(build())


def scenario(*criteria: str, said: str = "Hello", whole: Sequence[str] = (), **changes: Any) -> Scenario:
    return Scenario(
        id="hello", name="Hello", suite="shop", place=PLACE, agent="agent.py:build",
        script=(CustomerSays(texts=(said,), expect=tuple(map(criterion, criteria))),),
        expect=tuple(map(criterion, whole)),
        **changes,
    )  # fmt: skip


def criterion(text: str) -> Expected:
    return Expected(expectation=ReplyJudged(criterion=text), words=f"reply.judge: {text}", place=PLACE)


def played(wanted: Scenario, llm: LLM, **options: Any) -> Outcome:
    return asyncio.run(play(wanted, options.pop("agent", None) or built(), llm=llm, **options))


def test_a_criterion_that_is_met_is_asked_about_once() -> None:
    bench = Bench(vote("met", quotes=["you are  WELCOME"]))
    outcome = played(scenario(GREETS), bench)
    assert (outcome.verdict, len(bench.judged)) == ("passed", 1)
    assert [check.expectation for check in outcome.checks] == [f"reply.judge: {GREETS}"]


def test_a_no_is_believed_when_a_second_vote_agrees() -> None:
    bench = Bench(vote("not_met", reason="No name is said.", quotes=["You are welcome."]))
    outcome = played(scenario(GREETS), bench)
    (check,) = outcome.checks
    assert (outcome.verdict, len(bench.judged)) == ("failed", 2)
    assert check.explanation.splitlines() == [
        "the judge, vote 1: no: No name is said.",
        "  it goes by 'You are welcome.'",
        "the judge, vote 2: no: No name is said.",
        "  it goes by 'You are welcome.'",
    ]


@pytest.mark.parametrize(
    ("third", "verdict"), [("met", "passed"), ("not_met", "failed"), ("cannot_tell", "inconclusive")]
)
def test_a_third_vote_decides_between_a_no_and_a_yes(third: str, verdict: str) -> None:
    bench = Bench(vote("not_met"), vote("met"), vote(third))
    outcome = played(scenario(GREETS), bench)
    assert (outcome.verdict, len(bench.judged)) == (verdict, 3)


def test_what_nobody_can_judge_is_inconclusive() -> None:
    outcome = played(scenario("sounds blue"), Bench(vote("cannot_tell", reason="A text has no sound.")))
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "judge_failed")
    assert outcome.checks[0].explanation == "the judge, vote 1: can't tell: A text has no sound."


def test_each_criterion_is_judged_by_itself_and_the_same_one_is_asked_about_once() -> None:
    bench = Bench()
    played(scenario(GREETS, "offers help", GREETS), bench)
    criteria = [ask.facts.criterion for ask in bench.judged if isinstance(ask.facts, JudgeFacts)]
    assert criteria == [GREETS, "offers help"]


def test_a_criterion_of_a_turn_is_about_its_reply_and_one_of_the_scenario_about_all_that_was_said() -> None:
    bench = Bench()
    played(scenario(GREETS, whole=["is friendly"]), bench)
    turn, whole = (ask.prompt for ask in bench.judged)
    assert "## Reply to judge" in turn
    assert "## Reply to judge" not in whole
    assert "agent: You are welcome." in whole


def test_a_turn_in_which_nothing_was_said_meets_no_criterion_and_nobody_is_asked() -> None:
    bench = Bench()
    outcome = played(scenario(GREETS, mode=p.SessionMode.MANUAL), bench)
    assert (outcome.verdict, bench.judged) == ("failed", [])
    assert "said nothing" in outcome.checks[0].explanation


def test_the_offline_model_judges_nothing_and_says_what_to_do() -> None:
    outcome = played(scenario(GREETS), p.make_llm("offline"))
    assert (outcome.verdict, outcome.reason) == ("inconclusive", "judge_failed")
    assert "the offline model goes by words" in outcome.checks[0].explanation
    assert "--scenarios-judge-model" in outcome.checks[0].explanation


@pytest.mark.parametrize(
    ("fault", "reason", "told"),
    [
        (ModelUnavailableError("the provider is down"), "model_unavailable", "the provider is down"),
        (BudgetError("it could cost more"), "budget", "it could cost more"),
        ("no JSON", "judge_failed", "not valid JSON"),
        ('{"quotes": []}', "judge_failed", "does not fit the schema"),
        (vote(reason=" "), "judge_failed", "the reason is empty"),
        (vote(quotes=["Good morning"]), "judge_failed", "'Good morning' stands nowhere in the conversation"),
    ],
)  # fmt: skip
def test_a_judge_that_breaks_leaves_its_criterion_untold_and_everything_else_as_it_is(
    fault: Any, reason: str, told: str
) -> None:
    said = Expected(expectation=ReplyMentions(phrases=("welcome",)), words="reply.mentions: welcome", place=PLACE)
    outcome = played(replace(scenario(GREETS), expect=(said,)), Bench(fault))
    assert (outcome.verdict, outcome.reason) == ("inconclusive", reason)
    assert [check.verdict for check in outcome.checks] == ["inconclusive", "passed"]
    assert told in outcome.checks[0].explanation


def test_a_judge_that_breaks_does_not_hide_a_failure_of_the_agent() -> None:
    said = Expected(expectation=ReplyMentions(phrases=("farewell",)), words="reply.mentions: farewell", place=PLACE)
    wanted = replace(scenario(GREETS), expect=(said,))
    assert played(wanted, Bench(ModelUnavailableError("down"))).verdict == "failed"


def test_the_judges_asks_are_kept_apart_from_the_agents() -> None:
    least = UsageWithin(quantity="cost", bound=Bound(at_most=0))
    wanted = replace(scenario(GREETS), expect=(Expected(expectation=least, words="usage.cost: 0", place=PLACE),))
    bench = Bench(vote("not_met"))
    outcome = played(wanted, bench)
    assert outcome.checks[-1].verdict == "passed"
    assert outcome.asks == bench.others
    assert [ask.who for ask in outcome.beside] == ["judge", "judge"]
    assert (outcome.usage.cost, sum(ask.made.usage.cost for ask in outcome.beside)) == (0.0, 0.02)
    assert outcome.texts[outcome.beside[0].made.answer] == json.dumps(vote("not_met"))


def test_sensitive_values_do_not_reach_the_judge() -> None:
    bench = Bench()
    wanted = scenario("does not repeat 1111-2222", said="Hello, my card is 1111-2222")
    played(wanted, bench, agent=built(sensitive=True))
    assert "1111-2222" not in bench.judged[0].prompt
    assert "⟦card 1⟧" in bench.judged[0].prompt


def recordings(folder: Path, mode: Mode) -> TrialRecordings:
    trial = Trial(node="n", mode=mode, settings=Settings(model=MODEL))
    return TrialRecordings(trial, committed=Committed(folder / "recordings" / "hello.jsonl"))


def recorded(wanted: Scenario, folder: Path, *, mode: Mode, llm: LLM) -> Outcome:
    kept = recordings(folder, mode)
    outcome = played(wanted, llm, recordings=kept)
    kept.save(played_to_end=not kept.untold)
    return outcome


def test_votes_are_recorded_each_by_itself_and_replayed_without_a_model(tmp_path: Path) -> None:
    bench = Bench(vote("not_met"), vote("met"), vote("not_met"))
    first = recorded(scenario(GREETS), tmp_path, mode="auto", llm=bench)
    again = recorded(scenario(GREETS), tmp_path, mode="replay", llm=p.BlockedModel())
    assert (first.verdict, len(bench.judged)) == ("failed", 3)
    assert again.checks == first.checks
    assert {ask.time.source for ask in again.beside} == {"recorded"}


def test_only_what_changed_is_judged_again(tmp_path: Path) -> None:
    recorded(scenario(GREETS), tmp_path, mode="auto", llm=Bench())
    same, other_criterion, other_words = Bench(), Bench(), Bench()
    recorded(scenario(GREETS), tmp_path, mode="auto", llm=same)
    recorded(scenario(GREETS, "offers help"), tmp_path, mode="auto", llm=other_criterion)
    recorded(scenario(GREETS, said="Hello there"), tmp_path, mode="auto", llm=other_words)
    assert [len(bench.judged) for bench in (same, other_criterion, other_words)] == [0, 1, 1]
    assert (same.others, other_criterion.others) == (0, 0)


def test_a_judgement_that_is_not_recorded_leaves_the_rest_of_the_conversation_told(tmp_path: Path) -> None:
    recorded(scenario(), tmp_path, mode="auto", llm=Bench())
    outcome = recorded(scenario(GREETS), tmp_path, mode="replay", llm=p.BlockedModel())
    assert (outcome.verdict, outcome.reason, outcome.explanation) == ("inconclusive", "recording_missing", "")
    assert len(outcome.turns) == 1
    assert "judge" in outcome.checks[0].explanation
