"""Every point at which an author's code is called, and what comes of each of its three answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.author_code.hooks import POINTS, HookPoint
from understudy.engine.errors import ModelUnavailableError

from ..worlds import calling, choosing, matching, saying, scripted_model

NEXT, RESOLVE, BAIL = p.EngineHookResult.CALL_NEXT, p.EngineHookResult.RESOLVE, p.EngineHookResult.BAIL


@dataclass
class World:
    """A turn in which every point is passed: a preamble, a tool, a draft in two paragraphs, a canned response."""

    seen: list[str] = field(default_factory=list)
    payloads: dict[str, Any] = field(default_factory=dict)
    exceptions: dict[str, Exception | None] = field(default_factory=dict)
    fails: bool = False

    def noting(self, name: str, result: p.EngineHookResult) -> Callable[..., Awaitable[p.EngineHookResult]]:
        async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
            self.seen.append(name)
            self.payloads.setdefault(name, payload)
            self.exceptions.setdefault(name, exception)
            return result

        return hook

    async def emit(self, event: Any, /) -> None:
        if event.kind == "status":
            self.seen.append(event.word)
        elif event.kind == "message":
            self.seen.append(f"{event.source}: {event.text}")
        else:
            self.seen.append(event.kind)

    def model(self) -> p.ScriptedModel:
        def broken(ask: Any) -> Any:
            raise ModelUnavailableError("nobody there")

        return scripted_model(
            match=matching("greet"),
            tools=calling(look_up={}),
            draft=broken if self.fails else saying("One.\n\nTwo."),
            preamble={"reason": "as scripted", "message": "Let me see.", "response": None},
            selection=choosing(None, "none"),
        )

    async def play(self, hooks: Callable[[p.EngineHooks], None], **options: Any) -> p.TurnResult:
        @p.tool
        async def look_up(context: p.ToolContext) -> p.ToolResult:
            return p.ToolResult({"found": True})

        async def said(context: p.EngineContext, match: p.GuidelineMatch) -> None:
            self.seen.append("the on_message handler")

        def configure(given: p.EngineHooks) -> p.EngineHooks:
            hooks(given)
            return given

        policy = p.VoiceOptimizedPerceivedPerformancePolicy(split=True)
        async with p.Server(model=self.model(), configure_hooks=configure) as server:
            agent = await server.create_agent("Otto", perceived_performance_policy=policy, **options)
            await agent.create_guideline("greets", "greet back", id="greet", tools=[look_up], on_message=said)
            await agent.create_canned_response("We open at nine.", id="hours")
            return await server.conversation(agent, sink=self).say("Hello")


async def test_hooks_statuses_and_messages_come_in_this_order():
    world = World()

    def configure(hooks: p.EngineHooks) -> None:
        for point in POINTS:
            getattr(hooks, point).append(world.noting(point, NEXT))

    turn = await world.play(configure)
    assert world.seen == [
        "customer: Hello",
        "on_acknowledging",
        "acknowledged",
        "on_acknowledged",
        "on_preparing",
        "on_preparation_iteration_start",
        "on_generating_preamble",
        "on_preamble_generated",
        "typing",
        "ai_agent: Let me see.",
        "on_preamble_emitted",
        "processing:interpreting",
        "tool",
        "on_preparation_iteration_end",
        "on_preparation_iteration_start",
        "on_preparation_iteration_end",
        "on_generating_messages",
        "processing:articulating",
        "on_draft_generated",
        "on_message_generated",
        "typing",
        "ai_agent: One.",
        "on_message_emitted",
        "typing",
        "ai_agent: Two.",
        "on_message_emitted",
        "ready:completed",
        "on_messages_emitted",
        "the on_message handler",
    ]
    called = [ran.point for ran in turn.trace.hooks]
    assert called == [name for name in world.seen if name in POINTS]
    assert {ran.outcome for ran in turn.trace.hooks} == {"call_next"}


async def test_hooks_that_see_texts_get_them_as_their_payload_and_the_others_get_none():
    world = World()

    def configure(hooks: p.EngineHooks) -> None:
        for point in POINTS:
            getattr(hooks, point).append(world.noting(point, NEXT))

    await world.play(configure)
    assert {point: payload for point, payload in world.payloads.items() if payload is not None} == {
        "on_preamble_generated": "Let me see.",
        "on_preamble_emitted": "Let me see.",
        "on_draft_generated": "One.\n\nTwo.",
        "on_message_generated": "One.\n\nTwo.",
        "on_message_emitted": "One.",
    }
    assert set(world.exceptions.values()) == {None}


def replied(turn: p.TurnResult) -> bool:
    return turn.reply == "Let me see.\n\nOne.\n\nTwo." and turn.fired == ("greet",)


def only_the_preamble(turn: p.TurnResult) -> bool:
    return turn.reply == "Let me see." and turn.trace.bailed is not None


def nothing(turn: p.TurnResult) -> bool:
    return turn.reply == "" and turn.trace.bailed is not None


def no_preamble(turn: p.TurnResult) -> bool:
    return turn.reply == "One.\n\nTwo." and turn.trace.preamble is None


def told_of_the_error(turn: p.TurnResult) -> bool:
    return "error" in turn.trace.statuses and turn.trace.failure is not None


BAILED: dict[HookPoint, Callable[[p.TurnResult], bool]] = {
    "on_error": lambda turn: "error" not in turn.trace.statuses and turn.trace.failure is not None,
    "on_acknowledging": lambda turn: nothing(turn) and turn.trace.statuses == ("ready:completed",),
    "on_acknowledged": lambda turn: nothing(turn) and turn.trace.statuses == ("acknowledged", "ready:completed"),
    "on_generating_preamble": no_preamble,
    "on_preamble_generated": no_preamble,
    "on_preamble_emitted": only_the_preamble,
    "on_preparing": nothing,
    "on_preparation_iteration_start": lambda turn: turn.reply == "One.\n\nTwo." and turn.trace.rounds == 0,
    "on_preparation_iteration_end": lambda turn: replied(turn) and turn.trace.rounds == 1,
    "on_generating_messages": only_the_preamble,
    "on_draft_generated": lambda turn: replied(turn) and turn.trace.composition.quality is None,
    "on_message_generated": lambda turn: turn.reply == "Let me see." and turn.trace.bailed is None,
    "on_message_emitted": lambda turn: turn.reply == "Let me see.\n\nOne.",
    "on_messages_emitted": replied,
}


@pytest.mark.parametrize("result", [NEXT, RESOLVE, BAIL], ids=lambda result: result.name)
@pytest.mark.parametrize("point", POINTS)
async def test_call_next_goes_to_the_next_hook_resolve_to_the_turn_and_bail_to_neither(
    point: HookPoint, result: p.EngineHookResult
):
    world = World(fails=point == "on_error")

    def configure(hooks: p.EngineHooks) -> None:
        getattr(hooks, point).extend([world.noting("first", result), world.noting("second", NEXT)])

    turn = await world.play(configure)
    assert ("second" in world.seen) is (result is NEXT)
    usual = told_of_the_error if point == "on_error" else replied
    assert (BAILED[point] if result is BAIL else usual)(turn)
    assert turn.trace.statuses.count("ready:completed") == 1
    assert turn.trace.statuses[-1] == "ready:completed"
    handled = "ai_agent: One." in world.seen and turn.fired == ("greet",)
    if point == "on_messages_emitted" and result is BAIL:
        handled = False
    assert ("the on_message handler" in world.seen) is handled
    first = turn.trace.hooks[0]
    assert (first.point, first.hook, first.outcome) == (point, "hook", result.name.lower())


async def test_the_second_rounds_start_can_be_bailed_without_losing_what_the_first_one_found():
    world = World()
    rounds: list[int] = []

    async def hook(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        rounds.append(len(context.state.iterations))
        return BAIL if len(rounds) == 2 else NEXT

    turn = await world.play(lambda hooks: hooks.on_preparation_iteration_start.append(hook))
    assert rounds == [1, 2]
    assert replied(turn)
    assert turn.trace.rounds == 1


async def test_only_the_hooks_of_errors_are_given_an_exception():
    world = World(fails=True)
    turn = await world.play(lambda hooks: hooks.on_error.append(world.noting("on_error", NEXT)))
    assert isinstance(world.exceptions["on_error"], ModelUnavailableError)
    assert world.payloads["on_error"] is None
    assert turn.trace.statuses[-2:] == ("error", "ready:completed")


async def test_a_hook_that_raises_is_a_note_and_the_turn_goes_on_as_if_it_had_said_call_next():
    world = World()

    async def broken(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        raise RuntimeError("no such service")

    def configure(hooks: p.EngineHooks) -> None:
        hooks.on_preparing.extend([broken, world.noting("after it", NEXT)])

    turn = await world.play(configure)
    assert turn.trace.notes == ("the on_preparing hook broken broke: RuntimeError: no such service",)
    assert replied(turn)
    assert "after it" in world.seen
    assert [ran.outcome for ran in turn.trace.hooks] == ["broke", "call_next"]


async def test_a_hook_that_says_nothing_is_a_note():
    async def silent(context: p.EngineContext, payload: Any, exception: Exception | None) -> None:
        return None

    turn = await World().play(lambda hooks: hooks.on_preparing.append(silent))
    assert turn.trace.notes == ("the on_preparing hook silent gave NoneType and not an EngineHookResult",)
    assert replied(turn)


async def test_a_broken_hook_of_errors_does_not_hide_the_error():
    async def broken(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        raise exception or AssertionError("there is an exception")

    turn = await World(fails=True).play(lambda hooks: hooks.on_error.append(broken))
    assert told_of_the_error(turn)
    assert turn.trace.notes == ("the on_error hook broken broke: ModelUnavailableError: nobody there",)


async def test_a_strict_agents_draft_is_not_sent_when_a_hook_bails_at_it():
    world = World()
    turn = await world.play(
        lambda hooks: hooks.on_draft_generated.append(world.noting("draft", BAIL)),
        composition_mode=p.CompositionMode.STRICT,
        no_match_response="I can't say.",
    )
    assert world.payloads["draft"] == "One.\n\nTwo."
    assert turn.reply.endswith("I can't say.")
    assert "One." not in turn.reply


async def test_a_turn_that_a_hook_ended_keeps_what_was_done_in_it():
    @p.tool
    async def call_operator(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("on their way", control={"mode": "manual"})

    async def bail(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        return BAIL

    model = scripted_model(match=matching("help"), tools=calling(call_operator={}))
    async with p.Server(model=model) as server:
        server.hooks.on_generating_messages.append(bail)
        agent = await server.create_agent("Otto")
        await agent.create_guideline("wants a person", "call one", id="help", tools=[call_operator], labels=["upset"])
        talk = server.conversation(agent)
        turn = await talk.say("A person, please")
    assert turn.trace.bailed == "on_generating_messages"
    assert turn.tool_calls == ("call_operator",)
    assert turn.reply == ""
    assert talk.session.mode is p.SessionMode.MANUAL
    assert talk.session.labels == ("upset",)


async def test_a_turn_that_ends_before_it_begins_leaves_the_state_as_it_was():
    model = scripted_model(match=matching("greet"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("greets", "greet back", id="greet")
        talk = server.conversation(agent)
        model._answers["analysis"] = {
            "checks": [{"id": "greet", "evidence": "it did", "missing": "nothing", "followed": True}]
        }
        await talk.say("Hello")
        before = talk.session.state

        async def bail(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
            return BAIL

        server.hooks.on_acknowledging.append(bail)
        turn = await talk.say("Hello again")
    assert before.applied == ("greet",)
    assert talk.session.state == before
    assert turn.trace.state == before


async def test_where_the_agent_is_made_to_speak_only_the_hooks_on_what_it_says_are_called():
    world = World()

    def configure(hooks: p.EngineHooks) -> p.EngineHooks:
        for point in POINTS:
            getattr(hooks, point).append(world.noting(point, NEXT))
        return hooks

    async with p.Server(model=scripted_model(draft=saying("We open soon.")), configure_hooks=configure) as server:
        talk = server.conversation(await server.create_agent("Otto"))
        turn = await talk.utter([{"action": "say when we open"}])
    assert world.seen == ["on_draft_generated", "on_message_generated", "on_message_emitted"]
    assert turn.reply == "We open soon."
