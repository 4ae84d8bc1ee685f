# A test knows which event, fact or option it looks at.
# pyright: reportCallIssue=false
"""The short way: an agent in one expression, a session without a server."""

import pytest

import understudy.engine as p

from ..worlds import calling, matching, scripted_model


@p.tool
async def get_weather(city: str) -> dict:
    """Get a city's weather."""
    return {"city": city, "temp": 22}


@p.guideline
def be_helpful():
    return "Always be helpful"


def model() -> p.ScriptedModel:
    return scripted_model(match=matching(), tools=calling(get_weather={"city": "Oslo"}))


async def test_an_agent_in_one_expression_answers_in_a_session_of_its_own():
    agent = p.Agent(name="weather", description="Knows it", tools=[get_weather], guidelines=[be_helpful], model=model())
    session = agent.create_session(customer_id="user123")
    response = await session.send_message("What is the weather in Oslo?")
    assert response.text == response.reply == "All right."
    assert response.tool_calls == ("get_weather",)
    assert "be_helpful" in response.active_guidelines
    assert session.session.customer.id == "user123"
    assert session.turn_count == 1


def test_an_agent_and_its_session_are_made_without_an_event_loop_and_talk_in_any():
    import asyncio

    agent = p.create_agent("weather", guidelines=["be brief"], model=scripted_model())
    session = p.create_session(agent=agent, customer_id="user123")
    first = asyncio.run(session.send_message("Hi"))
    second = asyncio.run(session.send_message("Hi again"))
    assert (first.text, second.trace.turn) == ("All right.", 2)


async def test_more_can_be_declared_on_it_as_on_any_agent():
    agent = p.Agent("Desk", model=scripted_model(match=matching("refund")))
    await agent.create_guideline("asks for a refund", "explain", id="refund")
    turn = await agent.create_session().send_message("I want my money back")
    assert turn.fired == ("refund",)


async def test_two_agents_of_one_name_do_not_meet():
    one, two = p.Agent("Desk", model=scripted_model()), p.Agent("Desk", model=scripted_model())
    assert one.id == two.id == "desk"
    assert (await one.create_session().send_message("Hi")).trace.trace_id == "session/1"
    assert (await two.create_session().send_message("Hi")).trace.trace_id == "session/1"


def test_how_it_is_to_be_evaluated_is_kept_with_it_and_no_key_of_its_model_is():
    agent = p.Agent(
        "Desk",
        llm_config={"provider": "openai", "model": "gpt-4", "api_key": "sk-very-secret", "temperature": 0.2},
        evaluation_config={"metrics": ["accuracy"]},
        context_config={"max_tokens": 4000, "important_fields": ["order_id"]},
    )
    definition = agent.freeze()
    assert definition.metadata == {"evaluation_config": {"metrics": ["accuracy"]}}
    assert (definition.context.max_tokens, definition.context.important) == (4000, ("order_id",))
    assert "secret" not in repr(definition) + repr(agent)


async def test_an_option_that_no_agent_has_is_an_error_with_the_nearest():
    with pytest.raises(p.UnknownNameError, match="did you mean 'guidelines'"):
        p.Agent("Desk", guidlines=["be brief"])


async def test_a_script_that_is_read_for_its_agent_hands_it_over(tmp_path):
    (tmp_path / "main.py").write_text(
        "import understudy.engine as p\n"
        "agent = p.Agent('Weather', guidelines=['be brief'])\n"
        "session = p.create_session(agent=agent)\n"
        "import asyncio\n"
        "asyncio.run(session.send_message('Hi'))\n"
    )
    built = p.load_agent("main.py", tmp_path)
    assert built.definition.id == "weather"
    assert [guideline.action for guideline in built.definition.guidelines] == ["be brief"]


async def test_an_agent_utters_only_in_sessions_that_are_open_on_its_server():
    agent = p.Agent("Desk", model=scripted_model())
    with pytest.raises(ValueError, match="session 'elsewhere' is not open on the server of agent 'desk'"):
        await agent.utter(p.Session(id="elsewhere", agent_id="desk"), guidelines=[{"action": "say hello"}])
