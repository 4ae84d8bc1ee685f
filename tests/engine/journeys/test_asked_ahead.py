"""What a journey needs to know when it starts is asked before that is known, and thrown away if it does not start."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask
from understudy.engine.domain.trace import Trace
from understudy.engine.ports import Vector

from ..worlds import matching, moving, scripted_model

VISIT, BILL = "the-customer-wants-to-book-a-visit", "the-customer-has-a-question-about-a-bill"


class NothingIsNear:
    """An embedder that takes no two texts for related."""

    near = 2.0

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        return tuple((1.0,) for _ in texts)


class Broken:
    """An embedder that can't be reached."""

    near = 0.5

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        raise p.ModelUnavailableError("nobody answers")


async def draw(agent: p.Agent) -> p.Journey:
    await agent.create_guideline("it rains", "mention umbrellas", id="rain")
    visit = await agent.create_journey("Visit", triggers=["the customer wants to book a visit"])
    why = await visit.initial_state.transition_to(chat_state="Ask why", id="why")
    await why.transition_to(chat_state="Ask which day", id="day")
    await visit.create_guideline("the customer doubts", "reassure them", id="doubt")
    bill = await agent.create_journey("Bill", triggers=["the customer has a question about a bill"])
    which = await bill.initial_state.transition_to(chat_state="Ask which bill", id="which")
    await which.transition_to(chat_state="Explain the bill", id="explain")
    return visit


async def played(
    *said: str, drawing: Any = draw, embedder: Any = None, sensitive: Any = None, **answers: Any
) -> tuple[Any, p.TurnResult]:
    """The model after a conversation, and the last turn of it."""
    journey = moving(visit=("advance", "why"), bill=("advance", "which"))
    model = scripted_model(**{"journey": journey, **answers})
    async with p.Server(model=model, embedder=embedder) as server:
        agent = await server.create_agent("Desk", sensitive=sensitive)
        await drawing(agent)
        talk = server.conversation(agent)
        for text in said:
            model.asked.clear()
            turn = await talk.say(text)
    return model, turn


def asked(turn: p.TurnResult) -> list[tuple[str, str]]:
    return [(ask.id, ask.ahead) for ask in turn.trace.asks if ask.decision in ("match", "journey")]


async def test_what_was_asked_ahead_is_used_when_the_journey_starts():
    model, turn = await played("I want to book a visit", match=matching(VISIT, "doubt"))
    assert asked(turn) == [("1/match/1", "no"), ("1/match/ahead-1", "used"), ("1/journey/ahead-1", "used")]
    assert sum(ask.decision == "journey" for ask in model.asked) == 1
    assert turn.journeys == {"visit": "why"}
    assert set(turn.fired) == {VISIT, "doubt"}
    assert [(move.move, move.ask) for move in turn.trace.moves] == [("started", "1/journey/ahead-1")]
    assert {check.guideline: check.ask for check in turn.trace.checks}["doubt"] == "1/match/ahead-1"


async def test_what_was_asked_in_vain_stands_in_the_trace_and_decides_nothing():
    _, turn = await played("Does it rain on a visit?", match=matching("rain", "doubt"))
    assert asked(turn) == [("1/match/1", "no"), ("1/journey/ahead-1", "unused"), ("1/match/ahead-1", "unused")]
    assert (turn.journeys, turn.fired, turn.trace.moves) == ({}, ("rain",), ())
    assert "doubt" not in turn.trace.considered
    assert all(turn.trace.state.paths.get(name, ()) == () for name in ("visit", "bill"))


CONVERSATIONS = {
    "starts": (("I want to book a visit",), (VISIT, "doubt")),
    "does not start": (("Does it rain on a visit?",), ("rain",)),
    "another one starts": (("Book a visit, or rather no",), (BILL,)),
    "both start": (("I want to book a visit and pay",), (VISIT, BILL)),
    "under way": (("I want to book a visit", "a visit for my knee"), (VISIT,)),
    "a second one starts": (("I want to book a visit", "a question about a bill"), (VISIT, BILL)),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_asking_ahead_changes_nothing_that_is_decided(name: str):
    said, matched = CONVERSATIONS[name]
    ahead, one = await played(*said, match=matching(*matched))
    waiting, other = await played(*said, match=matching(*matched), embedder=NothingIsNear())
    assert nameless(one.trace) == nameless(other.trace)
    wanted = {digest(ask) for ask in waiting.asked}
    assert wanted <= {digest(ask) for ask in ahead.asked}, "the same questions, word for word"
    assert all(ask.ahead == "no" for ask in other.trace.asks)


def nameless(trace: Trace) -> Trace:
    """The trace without the names of asks, and without those that nobody needed."""
    needed = sorted((ask for ask in trace.asks if ask.ahead != "unused"), key=lambda ask: (ask.decision, ask.answer))
    return replace(
        trace,
        asks=tuple(replace(ask, id="", ahead="no") for ask in needed),
        checks=tuple(replace(check, ask=None) for check in trace.checks),
        moves=tuple(replace(move, ask=None) for move in trace.moves),
    )


def digest(ask: Ask) -> tuple[str, str]:
    return ask.decision, ask.prompt


async def test_two_journeys_that_start_together_are_asked_about_together_though_one_was_likelier():
    model, turn = await played("I want to book a visit", match=matching(VISIT, BILL))
    journeys = [[view.id for view in ask.facts.journeys] for ask in model.asked if ask.decision == "journey"]
    assert journeys == [["visit"], ["visit", "bill"]]
    assert ("1/journey/ahead-1", "unused") in asked(turn)
    assert turn.journeys == {"visit": "why", "bill": "which"}


@pytest.mark.parametrize("said", ["Good morning", "a visit, a bill", "the customer"])
async def test_nothing_is_asked_ahead_where_nothing_points_to_one_journey(said: str):
    async def alike(agent: p.Agent) -> None:
        for name in ("one", "two"):
            journey = await agent.create_journey(name, triggers=[f"the customer wants errand {name}"])
            at = await journey.initial_state.transition_to(chat_state="Ask what", id="what")
            await at.transition_to(chat_state="Ask when", id="when")

    _, turn = await played("errand, please" if said == "a visit, a bill" else said, drawing=alike)
    assert asked(turn) == [("1/match/1", "no")]


async def test_a_trigger_that_always_holds_is_certain_and_its_journey_asked_about_at_once():
    async def always(agent: p.Agent) -> None:
        await draw(agent)
        start = await agent.create_observation(matcher=p.MATCH_ALWAYS, id="always", condition="whatever is said")
        journey = await agent.create_journey("Welcome", triggers=[start])
        name = await journey.initial_state.transition_to(chat_state="Ask their name", id="name")
        await name.transition_to(chat_state="Ask their wish", id="wish")

    _, turn = await played("I want to book a visit", drawing=always, journey=moving(welcome=("advance", "name")))
    assert asked(turn) == [("1/match/1", "no"), ("1/journey/ahead-1", "used")]
    assert turn.journeys == {"welcome": "name"}


async def test_journeys_under_way_or_ended_just_now_are_not_asked_about_twice():
    _, turn = await played("I want to book a visit", "so I want to book a visit", match=matching(VISIT))
    assert [ask for ask in asked(turn) if ask[1] != "no"] == []


async def test_an_answer_that_can_not_be_had_ahead_is_asked_for_again_when_it_is_needed():
    tried: list[str] = []

    def move(ask: Ask) -> dict[str, Any]:
        tried.append(ask.id)
        if ask.ahead:
            raise p.ModelUnavailableError("not now")
        return moving(visit=("advance", "why"))(ask)

    _, turn = await played("I want to book a visit", match=matching(VISIT), journey=move)
    assert tried == ["1/journey/ahead-1", "1/journey/1"]
    assert turn.journeys == {"visit": "why"}
    _, turn = await played("I want to book a visit", journey=move)
    assert turn.trace.failure is None
    assert not [ask for ask in turn.trace.asks if ask.decision == "journey"]


async def test_an_unacceptable_answer_fails_the_turn_only_if_the_journey_starts():
    _, turn = await played("I want to book a visit", journey={"steps": []})
    assert turn.trace.failure is None
    assert [ask.attempt for ask in turn.trace.asks if ask.ahead == "unused" and ask.decision == "journey"] == [1, 2, 3]
    model, turn = await played("I want to book a visit", match=matching(VISIT), journey={"steps": []})
    assert turn.trace.failure is not None
    assert turn.trace.failure.kind == "undecided"
    assert [ask.id for ask in model.asked if ask.decision == "journey"] == ["1/journey/ahead-1"] * 3 + [
        "1/journey/1"
    ] * 3
    assert turn.trace.asks[-1].id == "1/journey/1"
    ids = [(ask.id, ask.attempt) for ask in turn.trace.asks]
    assert len(ids) == len(set(ids))


async def test_an_authors_matcher_runs_only_when_its_journey_has_started():
    ran: list[str] = []

    async def judge(context: p.GuidelineMatchingContext, guideline: Any) -> p.GuidelineMatch:
        ran.append(guideline.id)
        return p.GuidelineMatch(id=guideline.id, matched=True)

    async def with_matcher(agent: p.Agent) -> None:
        visit = await draw(agent)
        await visit.create_guideline("the customer is here", "say so", id="here", matcher=judge)

    _, turn = await played("Is a visit dear?", drawing=with_matcher)
    assert any(ask.ahead == "unused" for ask in turn.trace.asks)
    assert ran == []
    await played("I want to book a visit", drawing=with_matcher, match=matching(VISIT))
    assert ran == ["here"]


async def test_an_embedder_that_can_not_be_reached_costs_time_and_nothing_else():
    _, turn = await played("I want to book a visit", match=matching(VISIT), embedder=Broken())
    assert asked(turn) == [("1/match/1", "no"), ("1/match/2", "no"), ("1/journey/1", "no")]
    assert turn.journeys == {"visit": "why"}
    assert turn.trace.notes == ()


async def test_an_embedder_is_not_shown_what_was_declared_sensitive():
    class Listening(NothingIsNear):
        heard: list[str] = []

        async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
            self.heard.extend(texts)
            return await super().embed(texts)

    await played("A visit, paid with 1234-5678", sensitive={"card": r"\d{4}-\d{4}"}, embedder=Listening())
    assert any("A visit" in text for text in Listening.heard)
    assert not any("1234-5678" in text for text in Listening.heard)


@pytest.mark.parametrize(
    ("matched", "journeys"),
    [((VISIT,), [("1/journey/ahead-1", "used")]), ((), [("1/journey/ahead-1", "unused")])],
)
async def test_a_turn_that_fails_later_tells_each_ask_once(matched: tuple[str, ...], journeys: list[tuple[str, str]]):
    def fail(ask: Ask) -> dict[str, Any]:
        raise p.ModelUnavailableError("not now")

    _, turn = await played("I want to book a visit", match=matching(*matched), draft=fail)
    assert turn.trace.failure is not None
    assert [(ask.id, ask.ahead) for ask in turn.trace.asks if ask.decision == "journey"] == journeys


async def test_a_turn_that_fails_while_it_finds_out_what_applies_tells_what_was_asked_ahead():
    _, turn = await played("I want to book a visit", match={"checks": []})
    assert turn.trace.failure is not None
    assert [(ask.id, ask.ahead) for ask in turn.trace.asks if ask.decision == "journey"] == [
        ("1/journey/ahead-1", "unused")
    ]
