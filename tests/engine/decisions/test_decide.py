"""Asking a model until its answer is acceptable."""

import asyncio
import json
from dataclasses import dataclass, field, replace

import pytest

from understudy.engine.decisions.decision import Decided, Decision, StillUndecidedError, decide
from understudy.engine.decisions.match import MATCH, MatchAnswer
from understudy.engine.domain.ask import Ask, Reply, Settings, Usage
from understudy.engine.domain.facts import GuidelineCandidate, Line, MatchFacts, Situation
from understudy.engine.domain.values import digest
from understudy.engine.errors import ModelError, ModelUnavailableError, UndecidedError

GREET = MatchFacts(
    situation=Situation(
        agent_name="Ada",
        agent_description="",
        customer_name="Jo",
        conversation=(Line(speaker="customer", text="Hello"),),
    ),
    candidates=(GuidelineCandidate(id="greet", kind="actionable", condition="the customer greets"),),
)
GOOD = json.dumps({"checks": [{"id": "greet", "evidence": "They said hello.", "applies": True}]})
EMPTY = json.dumps({"checks": []})
NOT_CHECKED = "guideline 'greet' was not checked"


@dataclass
class Answering:
    """A model that gives these answers, one after the other; an exception is raised."""

    answers: list[str | Exception]
    asked: list[Ask] = field(default_factory=list)

    async def ask(self, ask: Ask, /) -> Reply:
        self.asked.append(ask)
        answer = self.answers[len(self.asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return Reply(text=answer, model="fake", usage=Usage(prompt_tokens=7, cost=0.5), source="scripted", seconds=2.0)


def ask_match(
    llm: Answering, decision: Decision[MatchFacts, MatchAnswer] = MATCH, settings: Settings | None = None
) -> Decided[MatchAnswer]:
    return asyncio.run(decide(decision, GREET, llm=llm, ask_id="1/match/1", settings=settings))


def undecided(llm: Answering, decision: Decision[MatchFacts, MatchAnswer] = MATCH) -> StillUndecidedError:
    with pytest.raises(UndecidedError) as raised:
        ask_match(llm, decision)
    assert isinstance(raised.value, StillUndecidedError)
    return raised.value


def section(ask: Ask, name: str) -> str | None:
    return next((part.text for part in ask.sections if part.name == name), None)


def test_an_acceptable_first_answer_is_taken() -> None:
    llm = Answering([GOOD])
    decided = ask_match(llm)
    assert decided.answer.checks[0].applies
    assert decided.ask == "1/match/1"
    assert len(llm.asked) == 1


def test_an_ask_carries_what_is_needed_to_answer_it() -> None:
    llm = Answering([GOOD])
    ask_match(llm, settings=Settings(model="some/model", temperature=0.1))
    (ask,) = llm.asked
    assert (ask.decision, ask.attempt, ask.facts) == ("match", 1, GREET)
    assert ask.settings == Settings(model="some/model", temperature=0.1)
    assert ask.schema == MatchAnswer.model_json_schema()


def test_the_id_of_an_ask_is_not_in_its_prompt() -> None:
    llm = Answering([GOOD])
    ask_match(llm)
    assert "1/match/1" not in llm.asked[0].prompt


def test_an_objection_is_put_to_the_model_which_may_mend_its_answer() -> None:
    llm = Answering([EMPTY, GOOD])
    decided = ask_match(llm)
    first, second = llm.asked
    assert decided.answer.checks[0].id == "greet"
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.id == second.id
    assert section(first, "objections") is None
    assert NOT_CHECKED in str(section(second, "objections"))
    assert [part for part in second.sections if part.name != "objections"] == list(first.sections)


def test_only_the_last_objections_are_put_to_the_model() -> None:
    other = json.dumps({"checks": [*json.loads(GOOD)["checks"], {"id": "bye", "evidence": "", "applies": False}]})
    llm = Answering([EMPTY, other, GOOD])
    ask_match(llm)
    assert NOT_CHECKED not in llm.asked[2].prompt
    assert "'bye' is not one of the guidelines asked about" in llm.asked[2].prompt


def test_answers_that_stay_unacceptable_end_in_an_error_that_names_decision_and_objection() -> None:
    llm = Answering([EMPTY] * 3)
    error = undecided(llm)
    assert str(error) == f"decision 'match' (ask 1/match/1) stayed undecided after its last attempt: {NOT_CHECKED}"
    assert [made.attempt for made in error.record.made] == [1, 2, 3]
    assert [made.objections for made in error.record.made] == [(NOT_CHECKED,)] * 3


def test_a_decision_says_how_often_it_is_tried() -> None:
    llm = Answering([EMPTY])
    assert undecided(llm, replace(MATCH, attempts=1)).objections == (NOT_CHECKED,)
    assert len(llm.asked) == 1


@pytest.mark.parametrize("text", ["", "Certainly! Here it is.", '{"checks": [', f"```json\n{GOOD}\n```"])
def test_an_answer_that_is_no_json_is_objected_to(text: str) -> None:
    llm = Answering([text, GOOD])
    ask_match(llm)
    assert "answer with one JSON object and nothing else" in str(section(llm.asked[1], "objections"))


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"checks": [{"id": "greet", "evidence": "x"}]}, "checks.0.applies: Field required"),
        ({"checks": [{"id": "greet", "evidence": "x", "applies": True, "sure": 1}]}, "checks.0.sure: Extra inputs"),
        ([], "its top: Input should be"),
    ],
)
def test_an_answer_of_another_shape_is_objected_to_with_the_place(answer: object, place: str) -> None:
    llm = Answering([json.dumps(answer), GOOD])
    ask_match(llm)
    assert f"the answer does not fit the schema at {place}" in str(section(llm.asked[1], "objections"))


def test_of_many_mistakes_in_shape_the_first_five_are_named() -> None:
    error = undecided(Answering([json.dumps({"checks": [{}] * 4})] * 3))
    assert len(error.objections) == 5


def test_a_model_that_gives_no_answer_is_not_asked_again() -> None:
    failure = ModelUnavailableError("no connection")
    llm = Answering([failure, GOOD])
    with pytest.raises(ModelError) as raised:
        ask_match(llm)
    assert raised.value is failure
    assert len(llm.asked) == 1


def test_the_record_holds_every_ask_with_the_texts_behind_its_digests() -> None:
    llm = Answering([EMPTY, GOOD])
    record = ask_match(llm).record
    for ask, made, text in zip(llm.asked, record.made, (EMPTY, GOOD), strict=True):
        assert [(mark.name, record.texts[mark.digest], mark.size) for mark in made.sections] == [
            (part.name, part.text, len(part.text)) for part in ask.sections
        ]
        assert record.texts[made.answer] == text
        assert made.answer == digest(text)
        assert made.usage == Usage(prompt_tokens=7, cost=0.5)
        assert (made.id, made.decision, made.model) == ("1/match/1", "match", "fake")
    assert [made.objections for made in record.made] == [(NOT_CHECKED,), ()]
    assert [(time.id, time.attempt, time.seconds, time.source) for time in record.times] == [
        ("1/match/1", 1, 2.0, "scripted"),
        ("1/match/1", 2, 2.0, "scripted"),
    ]
