"""The course's journeys: drawn, activated, branched, joined, and walked as fast as the customer goes."""

import pytest

import understudy.engine as p
from understudy.engine.domain.journey import COMPLETED

from ..engine.worlds import calling, matching, moving, scripted_model
from .snippets import Snippet, row

DOCUMENT = "000"


@p.tool
async def check_availability(context: p.ToolContext) -> p.ToolResult:
    """Look up what is free."""
    return p.ToolResult(["Tuesday 10:00"])


@p.tool
async def book_appointment(context: p.ToolContext) -> p.ToolResult:
    """Book the appointment."""
    return p.ToolResult("booked")


def ways(journey: p.Journey) -> list[tuple[str, str, str]]:
    return [(way.source.id, way.target.id, way.condition) for way in journey.transitions]


@row("C26", 747, 788)
@pytest.mark.parametrize("trigger", [0, 1])
async def test_either_trigger_starts_the_booking_which_ends_when_its_last_tool_has_run(
    snippet: Snippet, trigger: int
) -> None:
    names = await snippet.run(check_availability=check_availability, book_appointment=book_appointment)
    model = scripted_model(tools=calling(check_availability={}, book_appointment={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Desk")
        journey: p.Journey = await names["create_simple_booking_journey"](agent)
        asked, checked, confirm, booked = [state.id for state in journey.states][1:]
        talk = server.conversation(agent)
        model._answers["match"] = matching(journey.triggers[trigger].id)
        turns = []
        for target in (asked, checked, booked):
            model._answers["journey"] = moving_after_tool(target, found=confirm)
            turns.append(await talk.say("go on"))
            model._answers["match"] = matching()
    assert [(state.kind, len(state.tools)) for state in journey.states[1:]] == [
        ("chat", 0),
        ("tool", 1),
        ("chat", 0),
        ("tool", 1),
    ]
    assert [dict(turn.journeys) for turn in turns] == [
        {journey.id: asked},
        {journey.id: confirm},
        {journey.id: booked},
    ]
    assert [turn.tool_calls for turn in turns] == [(), ("check_availability",), ("book_appointment",)]
    assert talk.session.state.paths[journey.id] == (asked, checked, confirm, booked, COMPLETED)


def moving_after_tool(target: str, *, found: str):
    """Go to a state; and, asked again once a tool has run, on to the state that its result leads to."""

    def answer(ask):
        (view,) = ask.facts.journeys
        goes = found if any(step.target == found for step in view.steps) and ask.facts.situation.calls else target
        return moving(**{view.id.replace("-", "_"): ("advance", goes)})(ask)

    return answer


@row("C27", 792, 805)
async def test_a_journey_of_a_title_and_triggers_alone_is_active_and_says_nothing_of_its_own(snippet: Snippet) -> None:
    model = scripted_model(match=matching("the-customer-asks-about-returns"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await snippet.run(p=p, agent=agent)
        turn = await server.conversation(agent).say("Can I return this?")
    assert dict(turn.journeys) == {"return-process": None}
    assert not any(ask.decision == "journey" for ask in model.asked), "there is nothing to decide about it"
    assert [ask.facts.instructions for ask in model.asked if ask.decision == "draft"] == [()]


@row("C28", 811, 857)
async def test_three_conditional_ways_end_in_one_state(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Airline")
        journey: p.Journey = await names["create_complex_booking_journey"](agent)
        drawn = agent.freeze()
    assert [state.kind for state in journey.states] == ["initial", *["chat"] * 6]
    offers = [way for way in ways(journey) if way[2]]
    assert [condition for _, _, condition in offers] == [
        "Direct flights are available",
        "Only connecting flights are available",
        "No flights are available",
    ]
    assert {source for source, _, _ in offers} == {"ask-for-travel-dates"}
    last = {target for source, target, _ in ways(journey) if source in [offer[1] for offer in offers]}
    assert last == {"confirm-booking-details"}
    assert drawn.journeys[0].is_last("confirm-booking-details")


@row("C29", 861, 897)
async def test_a_fork_branches_by_conditions_and_its_states_say_their_sentences(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Support")
        journey: p.Journey = await names["create_support_journey"](agent)
        talk = server.conversation(agent)
        first = await talk.say("I need technical help")
        second = await talk.say("There is a wrong charge: it is billing-related")
    assert [state.kind for state in journey.states] == ["initial", "chat", "fork", "chat", "chat", "chat"]
    assert all(condition for source, _, condition in ways(journey) if source == "fork")
    assert "describe the technical issue you're experiencing" in first.reply.lower()
    assert dict(second.journeys) == {journey.id: "ill-help-with-your-billing-issue"}
    assert second.trace.moves[0].via == ("fork",)
    assert "I'll help with your billing issue" in second.reply


@row("C31", 937, 964)
async def test_only_what_a_journey_needs_is_shown_and_triggers_are_judged_beside_its_next_step(
    snippet: Snippet,
) -> None:
    claims = [line for line in snippet.text.splitlines() if "✓" in line or "Phase" in line]
    assert len(claims) == 6
    model = scripted_model(match=matching("wants-a-visit"), journey=moving(visit=("advance", "q0")))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await agent.create_guideline("asks the way", "explain it", id="way")
        for title in ("Visit", "Bill"):
            journey = await agent.create_journey(title, triggers=[f"wants a {title}"])
            at = journey.initial_state
            for number in range(20):
                at = (await at.transition_to(chat_state=f"{title} step {number}", id=f"q{number}")).target
            await journey.create_guideline(f"doubts the {title}", "reassure", id=f"doubts-{title}")
        talk = server.conversation(agent)
        await talk.say("a visit please")
        model._answers["journey"] = moving(visit=("advance", "q1"))
        turn = await talk.say("go on")
    assert "way" in turn.trace.considered, "the agent's own guidelines stay in force"
    assert "doubts-Visit" in turn.trace.considered
    assert "doubts-Bill" not in turn.trace.considered
    (step,) = [ask for ask in model.asked if ask.decision == "journey" and ask.facts.journeys[0].current == "q0"]
    assert "Visit step 5" in step.prompt
    assert "Visit step 15" not in step.prompt
    assert "Bill step" not in step.prompt
    asked = [ask.id for ask in turn.trace.asks]
    assert asked[:2] == ["1/match/1", "1/journey/1"], "both are asked in one go, before the reply"


@row("C33", 996, 1031)
async def test_a_day_and_a_time_given_early_are_not_asked_for_again(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Desk")
        journey: p.Journey = await names["journey_with_natural_flow"](agent)
        day, time, confirm = [state.id for state in journey.states][1:]
        slow = server.conversation(agent)
        asked = await slow.say("I want to book")
        quick = server.conversation(agent)
        turn = await quick.say("I want to book for Tuesday at 2pm")
    assert dict(asked.journeys) == {journey.id: day}
    assert dict(turn.journeys) == {journey.id: confirm}
    assert turn.trace.moves[0].via == (day, time)
