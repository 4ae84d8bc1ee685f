"""Signs of life while the agent thinks: preambles, delays, and the order in which a customer sees all that."""

import asyncio
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.author_code.perceived_performance import TimeStandsStill
from understudy.engine.errors import ModelUnavailableError

from ..worlds import calling, choosing, matching, saying, scripted_model

STRICT = p.CompositionMode.STRICT
VOICE = p.VoiceOptimizedPerceivedPerformancePolicy()


def preamble(message: str | None = None, response: str | None = None) -> dict[str, Any]:
    """Answers `preamble`."""
    return {"reason": "as scripted", "response": response, "message": message}


def timeline(turn: p.TurnResult) -> list[str]:
    """What the customer's side saw of a turn, in order."""
    return [
        f"{event.role}: {event.text}"
        if event.kind == "message"
        else ":".join(part for part in (event.status, event.stage) if part)
        if event.kind == "status"
        else event.kind
        for event in turn.events
    ]


def asked(model: p.ScriptedModel, decision: str) -> list[Any]:
    return [ask for ask in model.asked if ask.decision == decision]


async def test_the_customer_sees_acknowledged_typing_preamble_thinking_tool_message_ready_in_this_order():
    @p.tool
    async def look_up(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("packed")

    model = scripted_model(preamble=preamble("Let me see."), match=matching("order"), tools=calling(look_up={}))
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks for an order", "look it up", id="order", tools=[look_up])
        turn = await server.conversation(agent).say("Where is it?")
    assert turn.trace.failure is None
    assert timeline(turn) == [
        "reply: Where is it?",
        "acknowledged",
        "typing",
        "preamble: Let me see.",
        "processing:interpreting",
        "tool",
        "processing:articulating",
        "typing",
        "reply: All right.",
        "ready:completed",
    ]
    assert turn.trace.preamble == "Let me see."
    assert turn.trace.fired == ("order",)
    assert [event.offset for event in turn.events] == list(range(len(turn.events)))


async def test_the_draft_knows_which_preamble_was_sent():
    model = scripted_model(preamble=preamble("Let me see."))
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop")
        await server.conversation(agent).say("Where is it?")
    (draft,) = asked(model, "draft")
    assert "customer: Where is it?\nagent: Let me see." in draft.prompt


async def test_no_policy_means_no_preamble():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.preamble is None
    assert not asked(model, "preamble")


async def test_examples_depend_on_whether_the_agent_has_spoken_and_an_author_may_replace_them():
    async def instructions(context: Any) -> list[str]:
        return [f"Mention {context.customer.name}."]

    model = scripted_model(preamble=preamble("Yes."))
    config = p.PreambleConfiguration(examples=["Ahoy."], get_instructions=instructions)
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        plain = server.conversation(await server.create_agent("Shop"))
        await plain.say("Hi")
        await plain.say("And?")
        await server.conversation(await server.create_agent("Boat", preamble_config=config)).say("Hi")
    first, second, own = asked(model, "preamble")
    assert "Hello!" in first.facts.examples
    assert "Let me check." in second.facts.examples
    assert own.facts.examples == ("Ahoy.",)
    assert "- Mention Guest." in own.prompt


async def test_instructions_may_come_from_a_plain_function():
    def instructions(context: p.EngineContext) -> list[str]:
        return [f"Mention {context.customer.name}."]

    model = scripted_model(preamble=preamble("Yes."))
    config = p.PreambleConfiguration(get_instructions=instructions)
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        turn = await server.conversation(await server.create_agent("Boat", preamble_config=config)).say("Hi")
    (ask,) = asked(model, "preamble")
    assert "- Mention Guest." in ask.prompt
    assert turn.trace.notes == ()


async def test_a_strict_agent_says_only_preambles_of_its_own():
    model = scripted_model(preamble=preamble(response="moment"), selection=choosing("hours", "high"))
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("We open at nine.", id="hours")
        await agent.create_canned_response("A moment, {{std.customer.name}}.", id="moment", tags=[p.Tag.preamble()])
        await agent.create_canned_response("Order {{number}}...", id="order", tags=[p.Tag.preamble()])
        await agent.create_canned_response("Well, {{generative.x}}", id="worded", tags=[p.Tag.preamble()])
        await agent.create_canned_response("I see.", id="see", tags=[p.Tag.preamble()])
        turn = await server.conversation(agent).say("When?")
    assert [(said.text, said.canned) for said in turn.trace.said] == [
        ("A moment, Guest.", "moment"),
        ("We open at nine.", "hours"),
    ]
    assert [one.id for one in asked(model, "preamble")[0].facts.candidates] == ["moment", "see"]


@pytest.mark.parametrize("count", [0, 1])
async def test_a_strict_agent_with_one_preamble_or_none_has_nothing_to_choose(count: int):
    model = scripted_model()
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        for number in range(count):
            await agent.create_canned_response(f"Moment {number}.", tags=[p.Tag.preamble()])
        turn = await server.conversation(agent).say("When?")
    assert turn.trace.preamble == ("Moment 0." if count else None)
    assert not asked(model, "preamble")


@pytest.mark.parametrize(
    "answer",
    [preamble("One two three four five six seven eight nine ten eleven twelve thirteen."), preamble(response="x")],
)
async def test_a_preamble_that_can_not_be_decided_is_left_out(answer: dict[str, Any]):
    async with p.Server(model=scripted_model(preamble=answer), perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).say("When?")
    assert turn.trace.failure is None
    assert turn.trace.preamble is None
    assert turn.reply == "All right."
    assert turn.trace.notes[0].startswith("preamble: decision 'preamble'")


async def test_a_turn_that_fails_after_its_preamble_still_has_it_on_the_timeline():
    def match(ask):
        raise ModelUnavailableError("gone")

    seen: list[Any] = []

    class Sink:
        async def emit(self, event: Any, /) -> None:
            seen.append(event)

    model = scripted_model(preamble=preamble("Let me see."), match=match)
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer")
        talk = server.conversation(agent, sink=Sink())
        turn = await talk.say("When?")
    assert turn.trace.failure is not None
    assert timeline(turn)[-3:] == ["processing:interpreting", "error", "ready:completed"]
    assert "preamble: Let me see." in timeline(turn)
    assert tuple(seen) == talk.session.events


async def test_the_basic_policy_has_preambles_in_the_first_exchanges():
    model = scripted_model(preamble=preamble("Let me see."))
    policy = p.BasicPerceivedPerformancePolicy(preamble_turns=2)
    async with p.Server(model=model, perceived_performance_policy=policy) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        turns = [await talk.say("Hi") for _ in range(3)]
    assert [turn.trace.preamble is not None for turn in turns] == [True, True, False]


async def test_the_basic_policy_does_not_let_a_preamble_follow_a_preamble():
    model = scripted_model(preamble=preamble("Let me see."), draft=saying(None))
    policy = p.BasicPerceivedPerformancePolicy()
    async with p.Server(model=model, perceived_performance_policy=policy) as server:
        talk = server.conversation(await server.create_agent("Shop"))
        turns = [await talk.say("Hi") for _ in range(2)]
    assert [turn.trace.preamble is not None for turn in turns] == [True, False]


async def test_an_agents_own_policy_wins_over_the_servers():
    model = scripted_model(preamble=preamble("Let me see."))
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        own = await server.create_agent("Shop", perceived_performance_policy=p.NullPerceivedPerformancePolicy())
        turn = await server.conversation(own).say("Hi")
    assert turn.trace.preamble is None


async def test_no_preamble_is_said_to_nobody():
    model = scripted_model(preamble=preamble("Let me see."))
    async with p.Server(model=model, perceived_performance_policy=VOICE) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline(action="say hello")
        turn = await server.conversation(agent).agent_first()
    assert turn.trace.preamble is None


class Patience(TimeStandsStill):
    """A sleeper whose time passes when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    async def pause(self, seconds: float, /) -> None:
        self.asked.append(seconds)
        await self.over.wait()

    async def passed(self, seconds: float, /) -> None:
        await self.pause(seconds)


class Slow:
    """A model that lets others have their turn before it says which guidelines hold."""

    async def ask(self, ask: Any, /) -> Any:
        for _ in range(20 if ask.decision == "match" else 0):
            await asyncio.sleep(0)
        return await scripted_model().ask(ask)


async def test_a_delay_is_not_waited_out_when_the_agent_knows_already():
    sleeper = Patience()
    policy = p.NullPerceivedPerformancePolicy(processing_delay=60, extended_processing_delay=90)
    async with p.Server(model=Slow(), perceived_performance_policy=policy) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer")
        turn = await server.conversation(agent, sleeper=sleeper).say("Hi")
    assert sleeper.asked == [60]
    assert timeline(turn)[1:3] == ["acknowledged", "processing:interpreting"]


async def test_thinking_that_takes_long_is_shown_once_more():
    sleeper = Patience()
    sleeper.over.set()
    policy = p.NullPerceivedPerformancePolicy(extended_processing_delay=4)
    async with p.Server(model=Slow(), perceived_performance_policy=policy) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer")
        turn = await server.conversation(agent, sleeper=sleeper).say("Hi")
    assert sleeper.asked == [4]
    assert turn.trace.statuses[:3] == ("acknowledged", "processing:interpreting", "processing:thinking")
