"""Models whose answers are written down, and the one that gives none."""

import asyncio

import pytest

import understudy.engine.errors as errors
from understudy.engine.adapters.llm.blocked import BlockedModel
from understudy.engine.adapters.llm.scripted import scripted
from understudy.engine.decisions.draft import DraftAnswer
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.facts import DraftFacts

from .worlds import talk


def ask(decision: str = "draft") -> Ask:
    facts = DraftFacts(situation=talk("Hi"), instructions=())
    return Ask(id=f"1/{decision}/1", decision=decision, sections=(), schema={}, facts=facts)


def text(model, decision: str = "draft") -> str:
    return asyncio.run(model.ask(ask(decision))).text


def test_an_answer_may_be_a_model_a_mapping_or_a_text() -> None:
    written = '{"message":"Hi","plans":[]}'
    assert text(scripted({"draft": {"plans": [], "message": "Hi"}})) == written
    assert text(scripted({"draft": written})) == written
    assert (
        DraftAnswer.model_validate_json(text(scripted({"draft": DraftAnswer(plans=[], message="Hi")}))).message == "Hi"
    )


def test_an_answer_may_be_worked_out_from_the_ask() -> None:
    assert text(scripted(lambda asked: f"for {asked.id}")) == "for 1/draft/1"
    assert text(scripted({"draft": lambda asked: {"id": asked.id}})) == '{"id":"1/draft/1"}'


def test_it_remembers_what_it_was_asked() -> None:
    model = scripted({"draft": "x"})
    text(model)
    assert [asked.decision for asked in model.asked] == ["draft"]


def test_a_decision_that_is_not_written_goes_to_the_fallback() -> None:
    model = scripted({"match": "matched"}, fallback=scripted({"draft": "drafted"}))
    assert text(model) == "drafted"
    assert text(model, "match") == "matched"


def test_without_a_fallback_the_missing_decision_is_named() -> None:
    with pytest.raises(errors.ModelUnavailableError, match=r"no answer to the decision 'draft'.*it answers: 'match'"):
        text(scripted({"match": "x"}))


def test_its_answers_say_that_they_are_scripted() -> None:
    reply = asyncio.run(scripted({"draft": "x"}).ask(ask()))
    assert (reply.model, reply.source) == ("scripted", "scripted")


def test_a_blocked_model_names_the_decision_that_wanted_it() -> None:
    with pytest.raises(errors.ModelBlockedError, match="'draft'") as caught:
        text(BlockedModel())
    assert caught.value.decision == "draft"
