"""What went wrong with hooks in the system we succeed, as its users saw it."""

import asyncio
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.errors import ModelUnavailableError

from ..worlds import choosing, saying, scripted_model

BAIL = p.EngineHookResult.BAIL


class FrontEnd:
    """Waits for the word that a turn is complete, and hears nothing after it."""

    def __init__(self) -> None:
        self.completed = asyncio.Event()
        self.before: list[str] = []
        self.after: list[str] = []

    async def emit(self, event: Any, /) -> None:
        if event.kind == "status":
            (self.after if self.completed.is_set() else self.before).append(event.word)
            if event.word == "ready:completed":
                self.completed.set()


async def bail(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
    return BAIL


@pytest.mark.parametrize(
    "point", ["on_acknowledging", "on_acknowledged", "on_preparing", "on_generating_messages", "on_message_generated"]
)
async def test_a_front_end_that_waits_for_completion_does_not_wait_for_ever_after_a_bail(point: str):
    front = FrontEnd()
    async with p.Server(model=scripted_model()) as server:
        getattr(server.hooks, point).append(bail)
        await server.conversation(await server.create_agent("Shop"), sink=front).say("Hello")
    assert front.completed.is_set()
    assert front.after == []


async def test_a_front_end_learns_of_an_error_before_it_is_told_that_the_turn_is_complete():
    def unreachable(ask: Any) -> Any:
        raise ModelUnavailableError("nobody there")

    front = FrontEnd()
    async with p.Server(model=scripted_model(draft=unreachable)) as server:
        await server.conversation(await server.create_agent("Shop"), sink=front).say("Hello")
    assert front.before[-2:] == ["error", "ready:completed"]
    assert front.after == []


@pytest.mark.parametrize("output", list(p.OutputMode))
@pytest.mark.parametrize("mode", list(p.CompositionMode))
async def test_a_compliance_hook_is_asked_about_every_message_whatever_the_mode(
    mode: p.CompositionMode, output: p.OutputMode
):
    if output is p.OutputMode.STREAM and mode is not p.CompositionMode.FLUID:
        with pytest.raises(p.DefinitionError, match="can't stream"):
            async with p.Server() as server:
                server.build(await server.create_agent("Shop", composition_mode=mode, output_mode=output))
        return
    checked: list[tuple[str, str]] = []

    async def on_draft(context: p.EngineContext, text: str, exception: Exception | None) -> p.EngineHookResult:
        checked.append(("draft", text))
        return p.EngineHookResult.CALL_NEXT

    async def on_message(context: p.EngineContext, text: str, exception: Exception | None) -> p.EngineHookResult:
        checked.append(("message", text))
        return BAIL

    model = scripted_model(
        draft=saying("At nine."),
        selection=choosing("hours", "high"),
        recompose={"reason": "as scripted", "message": "At nine."},
    )
    async with p.Server(model=model) as server:
        server.hooks.on_draft_generated.append(on_draft)
        server.hooks.on_message_generated.append(on_message)
        agent = await server.create_agent("Shop", composition_mode=mode, output_mode=output)
        await agent.create_canned_response("We open at nine.", id="hours")
        turn = await server.conversation(agent).say("When?")
    assert [kind for kind, _ in checked] == ["draft", "message"]
    assert turn.reply == ""
    assert turn.trace.failure is None


async def test_the_second_and_third_attempt_have_the_temperatures_that_the_policy_names():
    policy = p.OptimizationPolicy(retry_temperatures={"match": (0.1, 0.3, 0.5)})
    model = scripted_model(match={"checks": []})
    async with p.Server(model=model, optimization_policy=policy) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet")
        await server.conversation(agent).say("Hello")
    assert [ask.settings.temperature for ask in model.asked] == [0.1, 0.3, 0.5]
