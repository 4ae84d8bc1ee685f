"""Which model answers: the one that code names, else the environment's, else the offline model, which says so."""

import logging

import pytest

import understudy.engine as p

from ..worlds import saying, scripted_model

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")


async def reply_of(server: p.Server, model: str | None = None) -> str:
    agent = await server.create_agent("Otto", model=model)
    await agent.create_guideline("the customer greets you", "offer a refreshing drink")
    turn = await server.conversation(agent).say("Hello")
    return turn.reply if turn.trace.failure is None else turn.trace.failure.kind


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no model, in a process that may use any, unlike a test run."""
    for name in (*KEYS, "UNDERSTUDY_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("understudy.engine.sdk.models._Restricted.to", "any")
    return monkeypatch


@pytest.mark.parametrize("parameter", ["model", "nlp_service"])
async def test_a_server_takes_its_model_under_two_names(environment: pytest.MonkeyPatch, parameter: str) -> None:
    environment.setenv("UNDERSTUDY_MODEL", "blocked")
    scripted = scripted_model(draft=saying("As written."))
    assert await reply_of(p.Server(**{parameter: scripted})) == "As written."


async def test_the_environment_counts_where_code_names_nothing(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("UNDERSTUDY_MODEL", "blocked")
    assert await reply_of(p.Server()) == "model_unavailable"


async def test_without_a_name_the_offline_model_answers_and_one_line_says_so(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="understudy"):
        reply = await reply_of(p.Server())
    assert "refreshing drink" in reply
    (line,) = caplog.messages
    assert "no model was named" in line
    assert "the offline model answers" in line


@pytest.mark.parametrize("key", KEYS)
async def test_a_key_that_happens_to_be_set_chooses_nothing(environment: pytest.MonkeyPatch, key: str) -> None:
    environment.setenv(key, "abc")
    assert "refreshing drink" in await reply_of(p.Server())


async def test_where_models_are_restricted_only_an_offline_one_that_was_named_answers(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setattr("understudy.engine.sdk.models._Restricted.to", "named_offline")
    assert await reply_of(p.Server()) == "model_unavailable"
    assert await reply_of(p.Server(model="openai/gpt-4o-mini")) == "model_unavailable"
    assert "refreshing drink" in await reply_of(p.Server(model="offline"))


async def test_what_an_agent_names_goes_before_what_the_server_names(environment: pytest.MonkeyPatch) -> None:
    assert "refreshing drink" in await reply_of(p.Server(model="blocked"), model="offline")


async def test_the_settings_beside_a_models_name_reach_the_model(environment: pytest.MonkeyPatch) -> None:
    server = p.Server(model={"name": "openai/gpt-4o-mini", "temprature": 0.2})
    with pytest.raises(p.UnknownNameError, match="'temprature'; did you mean 'temperature'"):
        await reply_of(server)


async def test_a_models_key_is_no_part_of_what_is_built(environment: pytest.MonkeyPatch) -> None:
    server = p.Server(model={"name": "openai/gpt-4o-mini", "api_key": "sk-123"})
    built = server.build(await server.create_agent("Otto"))
    assert built.model == "openai/gpt-4o-mini"
    assert "sk-123" not in repr(built)
