"""A turn from end to end, on answers that are written down."""

import understudy.engine as p
from understudy.engine.errors import ModelUnavailableError

from .worlds import calling, choosing, following, matching, moving, saying, scripted_model


def statuses(turn: p.TurnResult) -> tuple[str, ...]:
    return turn.trace.statuses


async def test_a_guideline_whose_condition_holds_fires_and_reaches_the_reply():
    model = scripted_model(match=matching("greet"), draft=saying("Hello! A drink?"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
        await agent.create_guideline("the customer leaves", "say goodbye", id="goodbye")
        turn = await server.conversation(agent).say("Hi there")
    assert turn.fired == ("greet",)
    assert turn.reply == "Hello! A drink?"
    drafts = [ask for ask in model.asked if ask.decision == "draft"]
    assert "offer a drink" in drafts[0].prompt
    assert "say goodbye" not in drafts[0].prompt


async def test_every_turn_runs_its_statuses_in_order_and_ends_with_completed():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Otto")
        turn = await server.conversation(agent).say("Hi")
    assert statuses(turn) == (
        "acknowledged",
        "processing:interpreting",
        "processing:articulating",
        "typing",
        "ready:completed",
    )


async def test_events_carry_growing_offsets_and_one_trace_id():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Otto")
        talk = server.conversation(agent)
        first = await talk.say("Hi")
        second = await talk.say("Hi again", "still there?")
    assert [event.offset for event in talk.session.events] == list(range(len(talk.session.events)))
    assert {event.trace_id for event in first.events} == {"session/1"}
    assert {event.trace_id for event in second.events} == {"session/2"}
    assert [event.text for event in second.events if event.kind == "message"] == [
        "Hi again",
        "still there?",
        "All right.",
    ]


async def test_a_turn_whose_model_stays_undecided_ends_in_an_error_that_names_the_decision():
    model = scripted_model(match={"checks": []})
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is not None
    assert turn.trace.failure.kind == "undecided"
    assert "'match'" in turn.trace.failure.message
    assert "'greet' was not checked" in turn.trace.failure.message
    assert statuses(turn)[-2:] == ("error", "ready:completed")
    assert len(turn.trace.asks) == 3, "every attempt is in the trace"


async def test_a_batch_that_stays_undecided_is_split_until_it_can_be_decided():
    def answer(ask):
        names = [candidate.id for candidate in ask.facts.candidates]
        shown = names[:1]  # a model that loses sight of all but the first
        return {"checks": [{"id": name, "evidence": "seen", "applies": True} for name in shown]}

    async with p.Server(model=scripted_model(match=answer)) as server:
        agent = await server.create_agent("Otto")
        for name in ("a", "b", "c"):
            await agent.create_guideline(f"condition {name}", f"action {name}", id=name)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert turn.fired == ("a", "b", "c")


async def test_a_provider_that_can_not_be_reached_is_told_apart_from_a_failure_of_the_agent():
    class Unreachable:
        async def ask(self, ask):
            raise ModelUnavailableError("connection refused")

    async with p.Server(model=Unreachable()) as server:
        agent = await server.create_agent("Otto")
        talk = server.conversation(agent)
        turn = await talk.say("Hi")
    assert turn.trace.failure is not None
    assert turn.trace.failure.kind == "model_unavailable"
    assert talk.session.state == turn.trace.state


async def test_a_tool_runs_and_its_result_reaches_the_reply_prompt():
    @p.tool
    async def get_balance(context: p.ToolContext, account: str) -> p.ToolResult:
        return p.ToolResult({"balance": 12})

    model = scripted_model(match=matching("balance"), tools=calling(get_balance={"account": "A1"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks for the balance", "tell the balance", id="balance", tools=[get_balance])
        turn = await server.conversation(agent).say("What's on A1?")
    assert turn.tool_calls == ("get_balance",)
    assert turn.trace.calls[0].arguments == {"account": "A1"}
    assert turn.trace.calls[0].because == ("guideline:balance",)
    assert '"balance":12' in next(ask for ask in model.asked if ask.decision == "draft").prompt
    assert turn.trace.rounds == 2


async def test_a_tool_of_a_guideline_that_did_not_match_is_offered_in_no_prompt():
    @p.tool
    async def delete_everything(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("gone")

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks to delete", "delete it", tools=[delete_everything])
        turn = await server.conversation(agent).say("Hi")
    assert turn.tool_calls == ()
    assert not any("delete_everything" in ask.prompt for ask in model.asked)


async def test_a_missing_parameter_keeps_the_tool_from_running_and_reaches_the_reply():
    @p.tool
    async def find_order(context: p.ToolContext, order_id: str) -> p.ToolResult:
        return p.ToolResult("found")

    model = scripted_model(match=matching("find"), tools=calling(find_order={"order_id": None}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks about an order", "find it", id="find", tools=[find_order])
        turn = await server.conversation(agent).say("Where is it?")
    assert turn.tool_calls == ()
    assert [(item.kind, item.parameter.name) for item in turn.trace.insights] == [("missing", "order_id")]
    assert [item.reason for item in turn.trace.rejected] == ["order_id is missing"]
    assert "order id" in next(ask for ask in model.asked if ask.decision == "draft").prompt


async def test_a_tool_that_raises_is_a_failed_call_that_the_agent_can_speak_of():
    @p.tool
    async def broken(context: p.ToolContext) -> p.ToolResult:
        raise RuntimeError("the database is down")

    async with p.Server(model=scripted_model(match=matching("try"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "try it", id="try", tools=[broken])
        turn = await server.conversation(agent).say("Go")
    assert turn.tool_calls == ("broken",)
    assert turn.trace.calls[0].failed
    assert "the database is down" in turn.trace.calls[0].result.error
    assert turn.trace.failure is None


async def test_a_journey_starts_with_its_trigger_runs_its_tool_and_goes_on_by_itself():
    @p.tool
    async def slots(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(["Monday"])

    answers = {"match": matching("wants-a-visit"), "journey": moving(visit=("advance", "ask-why"))}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        asked = await journey.initial_state.transition_to(chat_state="Ask why", id="ask-why")
        fetched = await asked.target.transition_to(tool_state=slots)
        await fetched.target.transition_to(chat_state="List the slots", id="list")
        talk = server.conversation(agent)
        first = await talk.say("I need to see a doctor")
        model._answers["journey"] = moving(visit=("advance", "slots"))
        second = await talk.say("My knee hurts")
    assert first.journeys == {"visit": "ask-why"}
    assert second.tool_calls == ("slots",)
    assert second.journeys == {"visit": "list"}
    assert [move.move for move in second.trace.moves] == ["advanced", "advanced", "completed"]
    assert talk.session.state.paths["visit"] == ("ask-why", "slots", "list", "<completed>")


async def test_a_strict_agent_says_its_canned_response_or_that_it_has_none():
    answers = {"draft": saying("I made this up"), "selection": choosing("hours", "partial")}
    model = scripted_model(**answers)
    async with p.Server(model=model) as server:
        agent = await server.create_agent(
            "Clinic", composition_mode=p.CompositionMode.STRICT, no_match_response="Sorry?"
        )
        await agent.create_canned_response("We open at nine, {{ std.customer.name }}.", id="hours")
        await agent.create_canned_response("Your claim is {{ claim_number }}.", id="claim")
        talk = server.conversation(agent)
        chosen = await talk.say("When do you open?")
        model._answers["selection"] = choosing(None, "none")
        unmatched = await talk.say("Tell me a joke")
    assert chosen.reply == "We open at nine, Guest."
    composition = chosen.trace.composition
    assert composition is not None
    assert composition.draft == "I made this up"
    fates = {item.id: item.fate for item in composition.considered}
    assert fates["hours"] == "chosen"
    assert "claim_number" in fates["claim"]
    assert unmatched.reply == "Sorry?"
    assert unmatched.trace.composition is not None
    assert unmatched.trace.composition.no_match


async def test_a_strict_guideline_makes_the_turn_strict_only_while_it_is_active():
    answers = {"match": matching("secret"), "selection": choosing(None, "none")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clinic", no_match_response="I can't repeat that.")
        strict = p.CompositionMode.STRICT
        await agent.create_guideline("gives a number", "do not repeat it", id="secret", composition_mode=strict)
        await agent.create_canned_response("We open at nine.")
        talk = server.conversation(agent)
        guarded = await talk.say("My number is 123")
        model._answers["match"] = matching()
        free = await talk.say("Thanks")
    assert guarded.reply == "I can't repeat that."
    assert free.reply == "All right."


async def test_in_manual_mode_the_agent_keeps_silent_until_it_is_given_back():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        talk = server.conversation(agent)
        await talk.set_mode("manual")
        silent = await talk.say("Anybody there?")
        await talk.operator("Dana here", name="Dana")
        await talk.set_mode("auto")
        spoken = await talk.say("Thanks Dana")
    assert silent.reply == ""
    assert statuses(silent) == ()
    assert spoken.reply == "All right."
    assert "Dana here" in model.asked[-1].prompt


async def test_a_tool_that_asks_for_an_operator_hands_over_after_this_reply():
    @p.tool
    async def hand_over(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("ok", control={"mode": "manual"})

    @p.tool
    async def note(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("noted")

    async with p.Server(model=scripted_model(match=matching("upset"))) as server:
        agent = await server.create_agent("Clinic")
        await agent.create_guideline("is upset", "hand over", id="upset", tools=[hand_over, note])
        talk = server.conversation(agent)
        turn = await talk.say("This is outrageous")
        later = await talk.say("Hello?")
    assert turn.reply == "All right."
    assert talk.session.mode is p.SessionMode.MANUAL
    assert later.reply == ""


async def test_a_guideline_that_was_followed_is_remembered_as_applied():
    answers = {"match": matching("greet"), "analysis": following("greet")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
        talk = server.conversation(agent)
        await talk.say("Hi")
        await talk.say("Hi again")
    assert talk.session.state.applied == ("greet",)
    kinds = [ask.facts.candidates[0].kind for ask in model.asked if ask.decision == "match"]
    assert kinds == ["actionable", "applied"]


async def test_response_analysis_that_fails_is_a_note_and_not_an_error():
    answers = {"match": matching("greet"), "analysis": {"checks": []}}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert "response analysis" in turn.trace.notes[0]


async def test_two_plays_of_the_same_answers_have_equal_traces():
    async def play() -> p.TurnResult:
        async with p.Server(model=scripted_model(match=matching("greet"))) as server:
            agent = await server.create_agent("Otto")
            await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
            return await server.conversation(agent).say("Hi")

    first, second = await play(), await play()
    assert first.trace == second.trace
    assert first.trace.timing.total > 0
