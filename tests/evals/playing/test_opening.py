"""Scenarios that begin in mid-conversation: the engine goes on from where they say."""

import asyncio

import understudy.engine as p
from understudy.engine.domain.session import MessageEvent
from understudy.evals.expectations.kinds import Expectation, GuidelineApplied, JourneyAt, JourneyPath, JourneyTook
from understudy.evals.outcome import Outcome
from understudy.evals.playing.runner import play
from understudy.evals.scenario import CustomerSays, Earlier, Expected, Place, Scenario, Start

PLACE = Place(file="clinic.yaml", line=3)


async def clinic() -> p.BuiltAgent:
    async with p.Server() as server:
        agent = await server.create_agent(name="Clinic", description="Books visits.")
        await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
        visit = await agent.create_journey(
            title="Visit", description="Book a visit", conditions=["the customer wants to book a visit"]
        )
        reason = await visit.initial_state.transition_to(chat_state="ask for the reason", id="ask-reason")
        day = await reason.target.transition_to(chat_state="ask which day suits them", id="ask-day")
        await day.target.transition_to(chat_state="say that the visit is booked", id="booked")
        return server.build(agent)


def played(text: str, *, start: Start, expect: tuple[Expectation, ...] = ()) -> Outcome:
    one = Scenario(
        id="s",
        name="S",
        suite="clinic",
        place=PLACE,
        agent="agent.py",
        start=start,
        script=(CustomerSays(texts=(text,)),),
        expect=tuple(Expected(expectation=each, words=type(each).__name__, place=PLACE) for each in expect),
    )

    async def go() -> Outcome:
        return await play(one, await clinic(), llm=p.make_llm("offline"))

    return asyncio.run(go())


def test_a_journey_goes_on_from_the_last_of_its_states() -> None:
    outcome = played(
        "My knee hurts",
        start=Start(
            history=(
                Earlier(source="customer", text="I want to book a visit"),
                Earlier(source="ai_agent", text="What is the reason?"),
            ),
            journeys={"visit": ("ask-reason",)},
        ),
        expect=(
            JourneyAt(journey="visit", state="ask-day"),
            JourneyPath(journey="visit", path=("ask-reason", "ask-day")),
            JourneyTook(journey="visit", transition="ask-reason->ask-day"),
        ),
    )
    assert outcome.verdict == "passed", outcome.checks


def test_a_way_that_was_not_taken_is_told_with_those_that_were() -> None:
    outcome = played(
        "My knee hurts",
        start=Start(
            history=(Earlier(source="customer", text="I want to book a visit"),), journeys={"visit": ("ask-reason",)}
        ),
        expect=(JourneyTook(journey="visit", transition="ask-day->booked"),),
    )
    assert outcome.verdict == "failed"
    assert outcome.checks[0].explanation.startswith("'visit' did not go ask-day->booked; it went ask-reason->ask-day\n")


def test_what_was_said_before_is_on_the_timeline_and_no_turn() -> None:
    outcome = played(
        "Hello",
        start=Start(history=(Earlier(source="human_agent", text="Dana here", name="Dana"),), applied=("greet",)),
        expect=(GuidelineApplied(guideline="greet"),),
    )
    assert outcome.verdict == "passed", outcome.checks
    assert outcome.session is not None
    said = [event for event in outcome.session.events if isinstance(event, MessageEvent)]
    assert [(event.source, event.participant, event.text) for event in said[:2]] == [
        ("human_agent", "Dana", "Dana here"),
        ("customer", "Guest", "Hello"),
    ]
    assert [turn.number for turn in outcome.turns] == [1]
