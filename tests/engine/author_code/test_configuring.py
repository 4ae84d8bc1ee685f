"""How hooks come to a server, and the handlers among them."""

from typing import Any

import pytest

import understudy.engine as p

from ..worlds import matching, moving, scripted_model

NEXT = p.EngineHookResult.CALL_NEXT


async def note(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
    return NEXT


async def asynchronous(hooks: p.EngineHooks) -> p.EngineHooks:
    hooks.on_preparing.append(note)
    return hooks


def synchronous(hooks: p.EngineHooks) -> p.EngineHooks:
    hooks.on_preparing.append(note)
    return hooks


async def forgetful(hooks: p.EngineHooks) -> None:
    hooks.on_preparing.append(note)


async def of_its_own(hooks: p.EngineHooks) -> p.EngineHooks:
    return p.EngineHooks(on_preparing=[note])


@pytest.mark.parametrize("configure", [asynchronous, synchronous, forgetful, of_its_own])
async def test_hooks_are_configured_when_the_server_is_entered(configure: Any):
    async with p.Server(model=scripted_model(), configure_hooks=configure) as server:
        turn = await server.conversation(await server.create_agent("Otto")).say("Hello")
    assert [(ran.point, ran.hook) for ran in turn.trace.hooks] == [("on_preparing", "note")]


async def test_something_else_given_back_is_refused_by_name():
    server = p.Server(configure_hooks=lambda hooks: [note])  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="configure_hooks must give the EngineHooks back"):
        await server.__aenter__()


async def test_a_server_that_was_not_entered_does_not_forget_its_hooks_in_silence():
    server = p.Server(model=scripted_model(), configure_hooks=asynchronous)
    agent = await server.create_agent("Otto")
    with pytest.raises(p.NotOpenError, match="async with"):
        server.conversation(agent)


async def test_hooks_go_wherever_the_built_agent_goes():
    async with p.Server(configure_hooks=asynchronous) as server:
        built = server.build(await server.create_agent("Otto"))
    turn = await p.open_conversation(built, llm=scripted_model()).say("Hello")
    assert [ran.hook for ran in turn.trace.hooks] == ["note"]


def noting(seen: list[Any], name: str) -> Any:
    async def handler(context: p.EngineContext, match: Any) -> None:
        seen.append((name, getattr(match, "id", None) or match.journey_id, context.reply))

    return handler


async def test_handlers_by_guideline_and_journey_run_once_each_in_their_order():
    seen: list[Any] = []
    model = scripted_model(match=matching("greet", "wants-a-visit"), journey=moving(visit=("advance", "why")))
    async with p.Server(model=model) as server:
        hooks = server.hooks
        hooks.on_guideline_match_handlers["greet"].append(noting(seen, "older name"))
        hooks.on_guideline_selected_handlers["greet"].append(noting(seen, "selected"))
        hooks.on_guideline_message_handlers["greet"].append(noting(seen, "message"))
        hooks.on_guideline_selected_handlers["leave"].append(noting(seen, "never"))
        hooks.on_journey_match_handlers["visit"].append(noting(seen, "journey"))
        hooks.on_journey_message_handlers["visit"].append(noting(seen, "journey message"))
        agent = await server.create_agent("Clinic")
        await agent.create_guideline(
            "greets", "greet back", id="greet", on_selected=noting(seen, "own"), on_message=noting(seen, "own message")
        )
        await agent.create_guideline("leaves", "say goodbye", id="leave")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        await server.conversation(agent).say("Hello, I want to come")
    assert seen == [
        ("own", "greet", ""),
        ("older name", "greet", ""),
        ("selected", "greet", ""),
        ("journey", "visit", ""),
        ("own message", "greet", "All right."),
        ("message", "greet", "All right."),
        ("journey message", "visit", "All right."),
    ]


async def test_handlers_run_only_for_guidelines_that_survived_resolution():
    seen: list[Any] = []
    async with p.Server(model=scripted_model(match=matching("greet", "sell"))) as server:
        for name in ("greet", "sell"):
            server.hooks.on_guideline_selected_handlers[name].append(noting(seen, name))
        agent = await server.create_agent("Shop")
        greet = await agent.create_guideline("greets", "greet back", id="greet")
        sell = await agent.create_guideline("is there", "sell", id="sell")
        await greet.prioritize_over(sell)
        await server.conversation(agent).say("Hello")
    assert [name for name, *_ in seen] == ["greet"]


async def test_a_handler_for_a_guideline_that_no_agent_has_is_said_in_the_log(caplog: pytest.LogCaptureFixture):
    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_guideline_match_handlers["great"].append(noting([], "never"))
        server.hooks.on_guideline_match_handlers["greet"].append(noting([], "now and then"))
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet")
        server.conversation(agent)
    assert caplog.messages == [
        "the hooks have a handler for the guideline 'great', which no agent has; did you mean 'greet'?"
    ]
