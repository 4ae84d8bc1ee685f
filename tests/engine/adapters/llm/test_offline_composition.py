"""What the offline model says of style, fields, follow-ups and preambles."""

import pytest

from understudy.engine.adapters.llm.offline.follow_up import answer_follow_up
from understudy.engine.adapters.llm.offline.generate_field import answer_generate_field
from understudy.engine.adapters.llm.offline.preamble import answer_preamble
from understudy.engine.adapters.llm.offline.recompose import answer_recompose
from understudy.engine.domain.facts import (
    FieldFacts,
    FollowUpFacts,
    PreambleFacts,
    RecomposeFacts,
    ResponseCandidate,
)

from .worlds import call, talk


def candidates(*texts: str) -> tuple[ResponseCandidate, ...]:
    return tuple(ResponseCandidate(id=f"r{at}", text=text) for at, text in enumerate(texts))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("Splendid! It is sent.", "Splendid! It is packed."), "Splendid! We open at nine."),
        (("It is sent. Yours, Ada.", "It is packed. Yours, Ada."), "We open at nine. Yours, Ada."),
        (("Hello!", "Hello!"), "We open at nine."),
        (("Splendid! It is sent.", "Alas. It is lost."), "We open at nine."),
        (("Only one. It is sent.",), "We open at nine."),
    ],
)
def test_a_draft_takes_on_the_courtesies_that_all_responses_share(texts: tuple[str, ...], message: str) -> None:
    facts = RecomposeFacts(
        situation=talk("When?"), draft="We open at nine.", instructions=(), candidates=candidates(*texts)
    )
    assert answer_recompose(facts)["message"] == message


@pytest.mark.parametrize(
    ("field", "value"),
    [("arrival_day", "Friday"), ("weather", None), ("apology", "I apologise for the delay")],
)
def test_a_field_is_filled_from_results_and_the_draft_or_not_at_all(field: str, value: str | None) -> None:
    situation = talk("When?", calls=(call("find_parcel", {"arrival_day": "Friday"}),))
    facts = FieldFacts(
        situation=situation, draft="I apologise for the delay. It arrives soon.", template="", field=field
    )
    if field == "apology":
        facts = FieldFacts(situation=situation, draft=facts.draft, template="", field="apologise_delay")
    assert answer_generate_field(facts)["value"] == value


def test_what_is_unsaid_of_a_draft_is_found_among_the_rest() -> None:
    def chosen(draft: str) -> str | None:
        facts = FollowUpFacts(
            situation=talk("A table, and parking?"),
            draft=draft,
            said="Your table is booked.",
            instructions=(),
            candidates=candidates("Here is our menu.", "You can park behind the house."),
        )
        return answer_follow_up(facts)["response"]

    assert chosen("Your table is booked. You can park behind the house.") == "r1"
    assert chosen("Your table is booked.") is None
    assert chosen("Your table is booked. Dogs are welcome.") is None


def test_preambles_greet_whoever_greets_and_change_from_turn_to_turn() -> None:
    examples = ("Hello!", "One moment.", "Let me check.")

    def said(*lines: str) -> str | None:
        return answer_preamble(PreambleFacts(situation=talk(*lines), examples=examples))["message"]

    assert said("Hello there") == "Hello!"
    first = said("Where is my spade?")
    second = said("Where is my spade?", "agent: One moment.", "And my rake?")
    assert {first, second} == {"One moment.", "Let me check."}


def test_a_preamble_is_one_of_the_responses_where_there_are_any() -> None:
    facts = PreambleFacts(situation=talk("Where is my spade?"), candidates=candidates("A moment.", "I look for it."))
    answer = answer_preamble(facts)
    assert answer["response"] in ("r0", "r1")
    assert answer["message"] is None


def test_without_anything_to_go_by_there_is_no_preamble() -> None:
    answer = answer_preamble(PreambleFacts(situation=talk("Hm")))
    assert (answer["response"], answer["message"]) == (None, None)
