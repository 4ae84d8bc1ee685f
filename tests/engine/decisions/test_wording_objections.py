"""What the decisions about wording find wrong with an answer."""

from typing import Any

import pytest

from understudy.engine.decisions.decision import Answer, Decision
from understudy.engine.decisions.follow_up import FOLLOW_UP
from understudy.engine.decisions.generate_field import GENERATE_FIELD
from understudy.engine.decisions.preamble import PREAMBLE
from understudy.engine.decisions.recompose import RECOMPOSE
from understudy.engine.domain.facts import (
    FieldFacts,
    FollowUpFacts,
    PreambleFacts,
    RecomposeFacts,
    ResponseCandidate,
    Situation,
)

NOBODY = Situation(agent_name="Ada", agent_description="", customer_name="")
TWO = (ResponseCandidate(id="a", text="A"), ResponseCandidate(id="b", text="B"))
FREE = PreambleFacts(situation=NOBODY)
BOUND = PreambleFacts(situation=NOBODY, candidates=TWO)
FIELD = FieldFacts(situation=NOBODY, draft="D", template="{{generative.x}}", field="x")
STYLE = RecomposeFacts(situation=NOBODY, draft="D", instructions=(), candidates=TWO)
AFTER = FollowUpFacts(situation=NOBODY, draft="D", said="A", instructions=(), candidates=TWO)


def found(decision: Decision[Any, Any], facts: Any, **answer: Any) -> tuple[str, ...]:
    made: Answer = decision.answer.model_validate(answer)
    return decision.objections(facts, made)


@pytest.mark.parametrize(
    ("response", "quality", "objections"),
    [
        ("b", "high", ()),
        (None, "none", ()),
        (None, "low", ()),
        (None, "high", ("quality 'high' needs a response",)),
        ("c", "high", ("'c' is not one of the responses offered; choose one of: a, b",)),
    ],
)
def test_a_follow_up_is_one_of_those_offered(response: str | None, quality: str, objections: tuple[str, ...]) -> None:
    assert found(FOLLOW_UP, AFTER, reason="", response=response, quality=quality) == objections


@pytest.mark.parametrize(
    ("value", "objections"),
    [
        ("the soup", ()),
        (None, ()),
        (" ", ("the value of 'x' is empty; write one, or null where nothing is known",)),
        ("two\nlines", ("the value of 'x' has several lines; write one",)),
        ("x" * 301, ("the value of 'x' has 301 characters; write at most 300",)),
    ],
)
def test_the_value_of_a_field_is_one_short_line(value: str | None, objections: tuple[str, ...]) -> None:
    assert found(GENERATE_FIELD, FIELD, evidence="", value=value) == objections


@pytest.mark.parametrize(("message", "count"), [("Splendid!", 0), ("  ", 1)])
def test_a_reworded_message_says_something(message: str, count: int) -> None:
    assert len(found(RECOMPOSE, STYLE, reason="", message=message)) == count


@pytest.mark.parametrize(
    ("facts", "response", "message", "objections"),
    [
        (FREE, None, "One moment.", ()),
        (FREE, None, None, ()),
        (FREE, "a", None, ("no responses are offered; leave the response null and write a message",)),
        (FREE, None, "\n", ("the message must be one line; write a few words, or null to say nothing yet",)),
        (FREE, None, "one " * 13, ("the message has 13 words; write at most 12",)),
        (BOUND, "b", None, ()),
        (BOUND, None, None, ()),
        (BOUND, "c", None, ("'c' is not one of the responses offered; choose one of: a, b",)),
        (BOUND, None, "Free!", ("only the responses offered may be sent; leave the message null and choose one",)),
    ],
)
def test_a_preamble_is_a_response_where_there_are_any_and_a_few_words_elsewhere(
    facts: PreambleFacts, response: str | None, message: str | None, objections: tuple[str, ...]
) -> None:
    assert found(PREAMBLE, facts, reason="", response=response, message=message) == objections
