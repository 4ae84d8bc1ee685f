"""The moderator that asks a provider, against a service on this machine."""

import json

import pytest

import understudy.engine as p
from understudy.engine.adapters.moderation.litellm import LiteLLMModerator
from understudy.engine.errors import ModelUnavailableError

from ....loopback import Answer, Loopback

SESSION = p.Session(id="s", agent_id="a")


def response(**categories: bool) -> Answer:
    named = {name.replace("__", "/").replace("_", "-"): found for name, found in categories.items()}
    result = {"flagged": any(named.values()), "categories": named, "category_scores": dict.fromkeys(named, 0.5)}
    return Answer(body=json.dumps({"id": "m-1", "model": "omni", "results": [result]}).encode())


def moderator(server: Loopback) -> LiteLLMModerator:
    return LiteLLMModerator("openai/omni-moderation-latest", api_base=server.url, api_key="sk-test", max_retries=0)


async def test_what_the_provider_finds_is_told_in_our_words():
    server = Loopback(lambda request: response(violence=True, violence__graphic=True, hate=False, self_harm=True))
    try:
        found = await moderator(server).check("I will hurt you", SESSION)
    finally:
        server.close()
    assert found == p.Moderation(tags=("self-harm", "violence"))
    assert server.requests[0]["input"] == "I will hurt you"


async def test_a_harmless_message_has_no_tags():
    server = Loopback(lambda request: response(violence=False, hate=False))
    try:
        found = await moderator(server).check("Where is my order?", SESSION)
    finally:
        server.close()
    assert found == p.Moderation()


async def test_a_service_that_can_not_be_had_is_an_error_that_names_the_model():
    server = Loopback(lambda request: Answer(status=401, text="no such key"))
    try:
        with pytest.raises(ModelUnavailableError, match="omni-moderation-latest' gave no answer"):
            await moderator(server).check("Hi", SESSION)
    finally:
        server.close()
