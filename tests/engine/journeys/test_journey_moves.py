"""How journeys move through a conversation: each kind of move, what the trace says of it, the path it leaves."""

import understudy.engine as p
from understudy.engine.domain.journey import COMPLETED, LEFT, REOPENED

from ..worlds import calling, matching, scripted_model


def deciding(*turns):
    """Answers `journey` with these verdicts in turn: (journey, move, target), or several where one ask has several."""
    left = list(turns)

    def answer(ask):
        wanted = {view.id for view in ask.facts.journeys}
        verdicts = left.pop(0)
        verdicts = [verdicts] if isinstance(verdicts[0], str) else list(verdicts)
        assert {name for name, _, _ in verdicts} == wanted, f"asked about {wanted}, to be answered with {verdicts}"
        return {
            "steps": [
                {
                    "journey": name,
                    "evidence": f"because of {target or move}",
                    "current_completed": move == "advance",
                    "move": move,
                    "target": target,
                }
                for name, move, target in verdicts
            ]
        }

    return answer


@p.tool
async def free_days(context: p.ToolContext, place: str = "") -> p.ToolResult:
    """Look up the free days."""
    return p.ToolResult(["Monday", "Tuesday"])


async def draw_visit(agent: p.Agent, *, title: str = "Visit") -> p.Journey:
    """why -> day -> free_days -> confirm."""
    journey = await agent.create_journey(title, triggers=[f"wants: {title}"])
    why = await journey.initial_state.transition_to(chat_state="Ask why they want to come", id="why")
    day = await why.transition_to(chat_state="Ask for a day", id="day")
    looked = await day.transition_to(tool_state=free_days)
    await looked.transition_to(chat_state="Confirm the day", id="confirm")
    return journey


class World:
    """A conversation about one visit, whose verdicts are written down."""

    def __init__(self, *verdicts, started: str = "wants-visit") -> None:
        self.model = scripted_model(match=matching(started), journey=deciding(*verdicts), tools=calling(free_days={}))

    async def play(self, *texts: str, draw=draw_visit) -> list[p.TurnResult]:
        async with p.Server(model=self.model) as server:
            agent = await server.create_agent("Clinic")
            await draw(agent)
            self.talk = server.conversation(agent)
            return [await self.talk.say(text) for text in texts]

    @property
    def path(self) -> tuple[str, ...]:
        return self.talk.session.state.paths["visit"]


def moves(turn: p.TurnResult) -> list[tuple[str, str | None, str | None]]:
    return [(move.move, move.origin, move.target) for move in turn.trace.moves]


async def test_a_journey_starts_and_advances_one_state_at_a_time():
    world = World(("visit", "advance", "why"), ("visit", "advance", "day"))
    first, second = await world.play("I want to come", "my knee hurts")
    assert moves(first) == [("started", None, "why")]
    assert moves(second) == [("advanced", "why", "day")]
    assert second.trace.moves[0].rationale == "because of day"
    assert second.trace.moves[0].ask == "1/journey/1"
    assert world.path == ("why", "day")


async def test_it_starts_further_on_with_what_the_customer_gave_at_once():
    world = World(("visit", "advance", "day"))
    (turn,) = await world.play("I want to come because of my knee")
    assert moves(turn) == [("started", None, "day")]
    assert turn.trace.moves[0].via == ("why",)
    assert world.path == ("day",), "what is passed over is not visited"


async def test_it_skips_a_state_whose_answer_was_given_unasked_and_goes_on_after_its_tool():
    world = World(("visit", "advance", "why"), ("visit", "advance", "free_days"))
    _, turn = await world.play("I want to come", "my knee, and Monday would be good")
    assert moves(turn)[0] == ("skipped", "why", "free_days")
    assert turn.trace.moves[0].via == ("day",)
    assert world.path == ("why", "free_days", "confirm", COMPLETED)


async def test_it_stays_during_a_detour():
    world = World(("visit", "advance", "why"), ("visit", "stay", None))
    _, turn = await world.play("I want to come", "do you have parking?")
    assert moves(turn) == [("stayed", "why", "why")]
    assert turn.journeys == {"visit": "why"}
    assert world.path == ("why",)


async def test_after_a_tool_ran_it_goes_on_by_itself_and_says_why():
    world = World(("visit", "advance", "day"), ("visit", "advance", "free_days"))
    _, turn = await world.play("my knee: I want to come", "some day")
    assert moves(turn) == [
        ("advanced", "day", "free_days"),
        ("advanced", "free_days", "confirm"),
        ("completed", "confirm", None),
    ]
    assert [move.ask for move in turn.trace.moves] == ["1/journey/1", None, None]
    assert turn.trace.moves[1].rationale == "the tool ran and only one way leads on"
    assert turn.journeys == {"visit": "confirm"}, "the turn in which it ends is still its own"


async def test_a_tool_state_that_lacks_a_parameter_stays_and_asks_and_goes_on_when_it_has_run():
    async def draw(agent):
        @p.tool
        async def find(context: p.ToolContext, number: str) -> p.ToolResult:
            return p.ToolResult("found")

        journey = await agent.create_journey("Visit", triggers=["wants: Visit"])
        found = await journey.initial_state.transition_to(tool_state=find)
        await found.transition_to(chat_state="Tell what was found", id="tell")

    world = World(("visit", "stay", None))
    world.model._answers["tools"] = calling(find={"number": None})
    async with p.Server(model=world.model) as server:
        agent = await server.create_agent("Clinic")
        await draw(agent)
        world.talk = server.conversation(agent)
        first = await world.talk.say("where is my form?")
        world.model._answers["tools"] = calling(find={"number": "12"})
        second = await world.talk.say("number 12")
    assert moves(first) == [("started", None, "find")]
    assert (first.tool_calls, first.journeys) == ((), {"visit": "find"})
    assert [item.parameter.name for item in first.trace.insights] == ["number"]
    assert moves(second)[:2] == [("stayed", "find", "find"), ("advanced", "find", "tell")]
    assert second.tool_calls == ("find",)
    waiting = next(ask for ask in world.model.asked if ask.decision == "journey").facts.journeys[0]
    assert (waiting.waits, waiting.steps) == (True, ())


async def test_a_tool_state_that_was_passed_before_waits_for_its_tool_again():
    world = World(
        ("visit", "advance", "day"),
        ("visit", "advance", "free_days"),
        ("visit", "backtrack", "day"),
        ("visit", "advance", "free_days"),
        ("visit", "stay", None),
    )
    async with p.Server(model=world.model) as server:
        agent = await server.create_agent("Clinic")
        journey = await draw_visit(agent)
        confirm = next(state for state in journey.states if state.id == "confirm")
        await confirm.transition_to(chat_state="Say goodbye", id="bye")
        talk = server.conversation(agent)
        await talk.say("I want to come, my knee hurts")
        await talk.say("Monday")
        world.model._answers["tools"] = calling()  # this time the tool is not called
        third = await talk.say("not Monday, Tuesday")
        fourth = await talk.say("hello?")
    assert third.journeys == {"visit": "free_days"}
    assert fourth.journeys == {"visit": "free_days"}, "what ran for the first visit does not count for the second"


async def test_it_goes_back_and_waits_for_the_new_answer():
    world = World(
        ("visit", "advance", "why"),
        ("visit", "advance", "day"),
        ("visit", "backtrack", "why"),
        ("visit", "stay", None),
    )
    turn = (await world.play("I want to come", "my knee", "no wait, the reason was wrong"))[-1]
    assert moves(turn) == [("backtracked", "day", "why"), ("stayed", "why", "why")]
    assert turn.journeys == {"visit": "why"}
    assert world.path == ("why", "day", "why")


async def test_a_correction_that_holds_the_new_answer_goes_back_and_on_in_one_turn():
    world = World(
        ("visit", "advance", "why"),
        ("visit", "advance", "day"),
        ("visit", "backtrack", "why"),
        ("visit", "advance", "day"),
    )
    turn = (await world.play("I want to come", "my knee", "not my knee, my elbow"))[-1]
    assert moves(turn) == [("backtracked", "day", "why"), ("advanced", "why", "day")]
    assert world.path == ("why", "day", "why", "day")
    asked = [ask for ask in world.model.asked if ask.decision == "journey"]
    assert [ask.facts.journeys[0].went_back for ask in asked] == [False, False, False, True]
    assert "may be the answer, too" in asked[-1].prompt
    assert [ask.id for ask in turn.trace.asks if ask.decision == "journey"] == ["1/journey/1", "1/journey/2"]


async def test_it_is_left_and_taken_up_again_later_from_the_start():
    world = World(("visit", "advance", "why"), ("visit", "leave", None), ("visit", "stay", None))
    async with p.Server(model=world.model) as server:
        agent = await server.create_agent("Clinic")
        await draw_visit(agent)
        world.talk = server.conversation(agent)
        await world.talk.say("I want to come")
        world.model._answers["match"] = matching()
        second = await world.talk.say("never mind")
        third = await world.talk.say("what's the weather?")
        world.model._answers["match"] = matching("wants-visit")
        world.model._answers["journey"] = deciding(("visit", "advance", "why"))
        fourth = await world.talk.say("I want to come after all")
    assert moves(second) == [("left", "why", None)]
    assert second.journeys == {}
    assert third.journeys == {}
    assert moves(fourth) == [("started", None, "why")]
    assert world.path == ("why", LEFT, "why")


async def test_it_restarts_in_the_middle_for_something_new():
    world = World(("visit", "advance", "why"), ("visit", "advance", "day"), ("visit", "restart", "day"))
    turn = (await world.play("I want to come", "my knee", "rather a visit for my daughter's cough"))[-1]
    assert moves(turn) == [("restarted", "day", "day")]
    assert turn.trace.moves[0].via == ("why",)
    assert world.path == ("why", "day", LEFT, "day")


async def test_it_completes_at_the_end_and_restarts_when_it_is_wanted_again():
    async def draw(agent):
        journey = await agent.create_journey("Visit", triggers=["wants: Visit"])
        day = await journey.initial_state.transition_to(chat_state="Ask for a day", id="day")
        await day.transition_to(state=p.END_JOURNEY)

    world = World(("visit", "advance", "day"), ("visit", "advance", "end"), ("visit", "restart", "day"))
    _, second, third = await world.play("I want to come", "Monday", "and one for my son", draw=draw)
    assert moves(second) == [("completed", "day", "end")]
    assert second.journeys == {"visit": None}
    assert moves(third) == [("restarted", None, "day")]
    assert world.path == ("day", COMPLETED, "day")


async def test_a_correction_of_its_last_words_reopens_it_where_that_was_asked():
    world = World(
        ("visit", "advance", "day"),
        ("visit", "advance", "free_days"),
        ("visit", "backtrack", "day"),
        ("visit", "advance", "free_days"),
    )
    world.model._answers["match"] = matching()
    async with p.Server(model=world.model) as server:
        agent = await server.create_agent("Clinic")
        await draw_visit(agent)
        world.talk = server.conversation(agent)
        world.model._answers["match"] = matching("wants-visit")
        await world.talk.say("I want to come, my knee hurts")
        world.model._answers["match"] = matching()
        await world.talk.say("Monday")
        turn = await world.talk.say("sorry, I meant Tuesday")
    assert moves(turn)[:2] == [("backtracked", None, "day"), ("advanced", "day", "free_days")]
    assert turn.tool_calls == ("free_days",), "with the new day the tool runs again"
    once = ("day", "free_days", "confirm", COMPLETED)
    assert world.path == (*once, REOPENED, *once)


async def test_a_run_that_is_over_is_asked_about_once_more_and_then_rests():
    world = World(("visit", "advance", "day"), ("visit", "advance", "free_days"), ("visit", "stay", None))
    async with p.Server(model=world.model) as server:
        agent = await server.create_agent("Clinic")
        await draw_visit(agent)
        talk = server.conversation(agent)
        await talk.say("I want to come, my knee hurts")
        world.model._answers["match"] = matching()
        await talk.say("Monday")
        third = await talk.say("thank you")
        fourth = await talk.say("one more question")
    assert [ask.decision for ask in third.trace.asks].count("journey") == 1
    assert [ask.decision for ask in fourth.trace.asks].count("journey") == 0
    assert (third.journeys, fourth.journeys) == ({}, {})


async def test_several_journeys_under_way_share_one_ask_and_each_has_its_state_in_the_reply():
    world = World(
        (("visit", "advance", "why"), ("bill", "advance", "which")),
        (("visit", "advance", "day"), ("bill", "stay", None)),
        started="both",
    )
    world.model._answers["match"] = matching("wants-visit", "wants-bill")

    async def draw(agent):
        await draw_visit(agent)
        journey = await agent.create_journey("Bill", triggers=["wants: Bill"])
        which = await journey.initial_state.transition_to(chat_state="Ask which bill", id="which")
        await which.transition_to(chat_state="Explain the bill", id="explain")

    _, turn = await world.play("I want to come, and what is this invoice?", "my knee", draw=draw)
    assert moves(turn) == [("advanced", "why", "day"), ("stayed", "which", "which")]
    assert turn.journeys == {"visit": "day", "bill": "which"}
    assert [ask.decision for ask in turn.trace.asks].count("journey") == 1
    draft = [ask for ask in world.model.asked if ask.decision == "draft"][-1]
    assert [item.id for item in draft.facts.instructions] == ["visit/day", "bill/which"]


async def test_one_tool_state_may_follow_another_and_each_runs_in_a_round_of_its_own():
    @p.tool
    async def book(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("booked")

    async def draw(agent):
        journey = await agent.create_journey("Visit", triggers=["wants: Visit"])
        looked = await journey.initial_state.transition_to(tool_state=free_days, tool_instruction="Look up the days")
        booked = await looked.transition_to(tool_state=book, tool_instruction="Book the first of them")
        await booked.transition_to(chat_state="Confirm", id="confirm")

    world = World()
    world.model._answers["tools"] = calling(free_days={}, book={})
    (turn,) = await world.play("I want to come", draw=draw)
    assert turn.tool_calls == ("free_days", "book")
    assert [(move.round, move.target) for move in turn.trace.moves] == [
        (1, "free_days"),
        (2, "book"),
        (3, "confirm"),
        (3, None),
    ]
    offers = [ask.facts.offers for ask in world.model.asked if ask.decision == "tools"]
    reasons = [offer.reasons for each in offers for offer in each]
    assert ("Visit: Look up the days",) in reasons
    assert turn.journeys == {"visit": "confirm"}


async def test_guidelines_of_the_agent_hold_during_a_journey_and_stand_before_its_step():
    world = World(("visit", "advance", "why"), started="nothing")
    world.model._answers["match"] = matching("wants-visit", "greets")

    async def draw(agent):
        await draw_visit(agent)
        await agent.create_guideline("greets", "greet back", id="greets")

    (turn,) = await world.play("Hi, I want to come", draw=draw)
    assert turn.fired == ("wants-visit", "greets")
    draft = next(ask for ask in world.model.asked if ask.decision == "draft")
    assert [item.id for item in draft.facts.instructions] == ["greets", "visit/why"]
