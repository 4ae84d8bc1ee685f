"""What is left of a turn that breaks, or that says next to nothing: what was asked, said and reached stays known."""

import asyncio
from collections.abc import Callable
from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.domain.journey import position
from understudy.engine.ports import ToolInvocation

from .worlds import calling, following, matching, moving, saying, scripted_model


class Breaking:
    """A model of an author's own that answers as scripted, and raises its own error where it is told to."""

    def __init__(self, model: p.ScriptedModel, *, breaks: Callable[[Ask], bool], error: Exception) -> None:
        self._model = model
        self._breaks = breaks
        self._error = error

    async def ask(self, ask: Ask, /) -> Reply:
        if self._breaks(ask):
            await asyncio.sleep(0)  # as a connection does: the others are answered first
            await asyncio.sleep(0)
            raise self._error
        return await self._model.ask(ask)


def asked(turn: p.TurnResult) -> list[str]:
    return [ask.id for ask in turn.trace.asks]


async def test_the_bill_of_a_failed_turn_has_the_questions_that_were_answered_beside_the_one_that_failed():
    def second_batch(ask: Ask) -> bool:
        return ask.id == "1/match/2"

    model = Breaking(scripted_model(), breaks=second_batch, error=p.ModelUnavailableError("connection lost"))
    async with p.Server(model=model, optimization_policy=p.BatchPolicy(ordinary=1, slack=0)) as server:
        agent = await server.create_agent("Otto")
        for name in ("tea", "cake", "ice"):
            await agent.create_guideline(f"asks for {name}", f"bring {name}", id=name)
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is not None
    assert asked(turn) == ["1/match/1", "1/match/3"]


async def test_the_draft_of_a_turn_whose_selection_failed_can_be_read_in_its_trace():
    def selection(ask: Ask) -> bool:
        return ask.decision == "selection"

    model = Breaking(scripted_model(draft=saying("We open at nine.")), breaks=selection, error=KeyError("choices"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Otto")
        await agent.create_canned_response("We open at nine o'clock.")
        turn = await server.conversation(agent).say("When do you open?")
    assert turn.trace.failure is not None
    assert "KeyError" in turn.trace.failure.message
    assert asked(turn) == ["1/draft/1"]


async def test_a_failed_turn_tells_every_attempt_with_what_was_wrong_with_it_once():
    async with p.Server(model=scripted_model(draft={"message": "Hi"})) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline(action="greet", id="greet")
        turn = await server.conversation(agent).say("Hi")
    assert [(ask.id, ask.attempt) for ask in turn.trace.asks] == [("1/draft/1", number) for number in (1, 2, 3)]
    assert all(ask.objections for ask in turn.trace.asks)


async def test_the_customer_who_was_answered_finds_the_journey_where_it_was_though_looking_back_broke():
    def analysis(ask: Ask) -> bool:
        return ask.decision == "analysis"

    answers: dict[str, Any] = {"match": matching("wants", "greet"), "journey": moving(booking=("advance", "date"))}
    model = Breaking(scripted_model(**answers), breaks=analysis, error=RuntimeError("the client was closed"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Desk")
        await agent.create_guideline("the customer greets you", "greet back", id="greet")
        wants = await agent.create_observation("wants to book", id="wants")
        journey = await agent.create_journey("Booking", "", triggers=[wants], id="booking")
        name = await journey.initial_state.transition_to(chat_state="ask for the date", id="date")
        await name.target.transition_to(chat_state="ask for the time", id="time")
        talk = server.conversation(agent)
        turn = await talk.say("Hi, I want to book")
    assert turn.reply == "All right."
    assert turn.trace.failure is None
    assert turn.trace.notes == ("response analysis: RuntimeError: the client was closed",)
    assert position(talk.session.state.paths["booking"]) == "date"


class Counting:
    """A runner of tools that keeps the ordinals of what it was to call."""

    def __init__(self, *results: p.ToolResult) -> None:
        self.ordinals: list[int] = []
        self._results = list(results)

    async def run(self, invocation: ToolInvocation, /) -> p.ToolResult:
        self.ordinals.append(invocation.ordinal)
        return self._results.pop(0) if self._results else p.ToolResult("here")


async def ordinals(*results: p.ToolResult, turns: int) -> list[int]:
    @p.tool
    async def look() -> str:
        return "never called: a stand-in runs"

    runner = Counting(*results)
    answers: dict[str, Any] = {"match": matching("asks"), "tools": calling(look={}), "analysis": following()}
    async with p.Server(model=scripted_model(**answers)) as server:
        agent = await server.create_agent("Desk", max_engine_iterations=1)
        await agent.create_guideline("asks", "look it up", id="asks", tools=[look])
        talk = server.conversation(agent, tools=runner)
        for _ in range(turns):
            await talk.say("Look!")
    return runner.ordinals


async def test_what_was_looked_up_for_one_reply_only_counts_when_the_same_is_looked_up_again():
    passing = p.ToolResult("here", control={"lifespan": "response"})
    assert await ordinals(passing, passing, p.ToolResult("here"), passing, turns=5) == [1, 2, 3, 4, 5]


async def test_a_second_attempt_at_a_call_has_a_number_that_no_later_call_has():
    failed = p.ToolResult(error="busy", control={"retry_allowed": True})
    assert await ordinals(failed, turns=2) == [1, 2, 3]


async def farewell(hooks: p.EngineHooks) -> tuple[p.TurnResult, p.Conversation]:
    """A turn with a preamble in the last state of a journey, and the conversation after it."""
    sign = {"reason": "as scripted", "response": None, "message": "Let me see."}
    answers: dict[str, Any] = {
        "preamble": sign,
        "match": matching("leaves"),
        "journey": moving(parting=("advance", "bye")),
        "draft": saying("Goodbye!"),
    }
    policy = p.VoiceOptimizedPerceivedPerformancePolicy()
    async with p.Server(model=scripted_model(**answers), perceived_performance_policy=policy) as server:
        server.hooks = hooks
        agent = await server.create_agent("Desk")
        leaves = await agent.create_observation("the customer leaves", id="leaves")
        journey = await agent.create_journey("Parting", "", triggers=[leaves], id="parting")
        await journey.initial_state.transition_to(chat_state="say goodbye", id="bye")
        talk = server.conversation(agent)
        return await talk.say("I have to go"), talk


async def test_a_sign_of_life_is_not_the_goodbye_that_a_journey_ends_with():
    async def hold_back(context: p.EngineContext, payload: object, exception: Exception | None):
        return p.EngineHookResult.BAIL

    turn, talk = await farewell(p.EngineHooks(on_generating_messages=[hold_back]))
    assert [said.text for said in turn.trace.said] == ["Let me see."]
    assert position(talk.session.state.paths["parting"]) == "bye", "the goodbye is still to be said"


async def test_a_goodbye_after_a_sign_of_life_ends_the_journey():
    _, talk = await farewell(p.EngineHooks())
    assert position(talk.session.state.paths["parting"]) is None
