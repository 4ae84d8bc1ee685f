"""Models behind litellm, over real HTTP to a server on this machine."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from understudy.engine.adapters.llm.litellm import LiteLLMModel, Transport
from understudy.engine.adapters.llm.structured import is_strict, repaired
from understudy.engine.domain.ask import Ask, Reply, Section, Settings, Usage
from understudy.engine.domain.facts import MatchFacts, Situation
from understudy.engine.errors import ModelUnavailableError, UnknownNameError

from ....loopback import MODEL_SERVED, Answer, Loopback, in_turn, loopback

KEY = "sk-testtesttesttesttest"
ASK = Ask(
    id="1/match/1",
    decision="match",
    sections=(Section(name="role", text="You judge."), Section(name="newest", text="Hello")),
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    facts=MatchFacts(situation=Situation(agent_name="A", agent_description="", customer_name="C"), candidates=()),
)


def ask(server: Loopback, *, ask: Ask = ASK, model: str = "openai/small", **settings: Any) -> Reply:
    told = {"api_base": server.url, "api_key": KEY, "backoff": 0.001, **settings}
    return asyncio.run(LiteLLMModel(model, **told).ask(ask))


def test_an_answer_comes_with_the_model_that_served_it_and_its_tokens() -> None:
    with loopback(in_turn('{"ok": true}')) as server:
        reply = ask(server)
    assert reply == Reply(
        text='{"ok": true}',
        model=MODEL_SERVED,
        usage=Usage(prompt_tokens=100, cached_tokens=64, answer_tokens=7),
    )
    assert reply.source == "live"
    assert reply.seconds > 0


def test_a_model_whose_price_is_known_comes_with_its_cost() -> None:
    priced = Answer(body=_completion_of("gpt-4o-mini"))
    with loopback(in_turn(priced)) as server:
        assert ask(server, model="openai/gpt-4o-mini").usage.cost > 0


def test_settings_of_the_ask_go_before_those_of_the_model() -> None:
    with loopback(in_turn("{}")) as server:
        ask(server, temperature=0.7, seed=3, ask=replace(ASK, settings=Settings(temperature=0.1)))
    assert server.requests[0]["temperature"] == 0.1
    assert server.requests[0]["seed"] == 3
    assert "top_p" not in server.requests[0]


def test_a_model_that_can_be_held_to_a_schema_is() -> None:
    with loopback(in_turn("{}")) as server:
        ask(server, model="openai/gpt-4o-mini")
    asked = server.requests[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["schema"] == ASK.schema
    assert asked["json_schema"]["strict"] is True
    assert server.requests[0]["messages"] == [{"role": "user", "content": "You judge.\n\nHello"}]


def test_a_model_that_is_not_known_to_be_is_told_the_schema_in_words() -> None:
    with loopback(in_turn("{}")) as server:
        ask(server)
    assert server.requests[0]["response_format"] == {"type": "json_object"}
    assert '"additionalProperties": false' in server.requests[0]["messages"][0]["content"]


def test_a_provider_that_is_busy_is_asked_again_as_it_says() -> None:
    busy = Answer(status=429, text="slow down", headers={"Retry-After": "0"})
    with loopback(in_turn(busy, busy, '{"ok": true}')) as server:
        # A backoff that would be given up on shows that the provider's own pause is taken.
        assert ask(server, backoff=10_000.0).text == '{"ok": true}'
    assert len(server.requests) == 3


def test_a_pause_that_is_too_long_is_not_waited_for() -> None:
    with loopback(in_turn(Answer(status=429, text="quota spent", headers={"Retry-After": "3600"}))) as server:
        with pytest.raises(ModelUnavailableError, match=r"after 1 try: .*quota spent"):
            ask(server)
    assert len(server.requests) == 1


def test_a_server_error_is_tried_four_times_and_then_told_in_the_providers_words() -> None:
    with loopback(in_turn(Answer(status=500, text="the hamster died"))) as server:
        with pytest.raises(ModelUnavailableError, match=r"'openai/small' gave no answer after 4 tries.*hamster died"):
            ask(server)
    assert len(server.requests) == 4


def test_a_refused_request_is_not_tried_again() -> None:
    with loopback(in_turn(Answer(status=400, text="no such parameter"))) as server:
        with pytest.raises(ModelUnavailableError, match="no such parameter"):
            ask(server)
    assert len(server.requests) == 1


def test_a_hang_ends_with_the_time_out() -> None:
    with loopback(in_turn(Answer(hang=True))) as server:
        with pytest.raises(ModelUnavailableError, match=r"after 2 tries: no answer within 0\.2 s|[Tt]imed? ?out"):
            ask(server, timeout=0.2, retries=1)


def test_a_body_that_is_no_completion_is_the_models_failure() -> None:
    with loopback(in_turn(Answer(body=b"<html>gateway</html>"))) as server:
        with pytest.raises(ModelUnavailableError):
            ask(server, retries=0)


def test_a_body_that_is_half_a_json_is_the_models_failure() -> None:
    with loopback(in_turn(Answer(body=b'{"id": "chatcmpl-1", "choices": [{"ind'))) as server:
        with pytest.raises(ModelUnavailableError):
            ask(server, retries=0)


def test_a_server_that_is_not_there_is_the_models_failure() -> None:
    with loopback(in_turn("{}")) as server:
        pass
    with pytest.raises(ModelUnavailableError, match="gave no answer after 1 try"):
        ask(server, retries=0)


def test_a_model_of_no_provider_is_said_to_be_one() -> None:
    with loopback(in_turn("{}")) as server:
        with pytest.raises(ModelUnavailableError, match="Provider"):
            ask(server, model="nonsense", api_base=None)


@pytest.mark.parametrize(
    ("answer", "text", "reason"),
    [
        (Answer(text=None, finish_reason="content_filter"), "", "content_filter"),
        (Answer(text=""), "", "stop"),
        (Answer(text='{"ok": tr', finish_reason="length"), '{"ok": tr', "length"),
        (Answer(text='{"another": 1}'), '{"another": 1}', "stop"),
    ],
    ids=["a refusal", "an empty reply", "half a JSON", "another schema"],
)
def test_what_a_model_did_answer_is_handed_on_for_others_to_judge(answer: Answer, text: str, reason: str) -> None:
    with loopback(in_turn(answer)) as server:
        reply = ask(server)
    assert (reply.text, reply.finish_reason) == (text, reason)
    assert len(server.requests) == 1


def test_a_key_is_used_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "from-the-environment")
    echo = Answer(status=401, text=f"Incorrect API key provided: {KEY}, nor from-the-environment")
    with loopback(in_turn(echo)) as server:
        with pytest.raises(ModelUnavailableError, match="Incorrect API key provided") as caught:
            ask(server)
    assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in str(caught.value)
    assert "from-the-environment" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert KEY not in repr(Transport(api_key=KEY))


def test_a_cancelled_ask_is_cancelled() -> None:
    async def play(url: str) -> None:
        model = LiteLLMModel("openai/small", api_base=url, api_key=KEY)
        asked = asyncio.create_task(model.ask(ASK))
        await asyncio.sleep(0.05)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    with loopback(in_turn(Answer(hang=True))) as server:
        asyncio.run(play(server.url))


def test_an_unknown_setting_is_named_with_the_nearest_that_there_is() -> None:
    with pytest.raises(UnknownNameError, match=r"no setting is called 'temprature'; did you mean 'temperature'\?"):
        LiteLLMModel("openai/small", temprature=0)


def test_litellm_is_not_imported_before_the_first_ask() -> None:
    code = (
        "import sys; from understudy.engine.adapters.llm.choice import make_llm; make_llm('openai/small', seed=1);"
        "sys.exit('litellm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "written",
    [
        '{"ok": true}',
        '```json\n{"ok": true}\n```',
        '```\n{"ok": true}```',
        'Here you are:\n\n{"ok": true}\n\nAnything else?',
        '  {"ok": true}\n',
    ],
)
def test_json_is_found_in_its_wrapping(written: str) -> None:
    assert repaired(written) == '{"ok": true}'


def test_a_comma_too_many_is_taken_out() -> None:
    assert repaired('{"a": [1, 2,], }') == '{"a": [1, 2] }'


@pytest.mark.parametrize("written", ["I'd rather not.", "", '{"ok": tr', "[1, 2]", "} {"])
def test_text_without_a_json_object_stays_as_it_is(written: str) -> None:
    assert repaired(written) == written


def test_a_schema_with_an_open_object_or_an_optional_field_is_not_strict() -> None:
    assert is_strict(ASK.schema)
    assert not is_strict({**ASK.schema, "additionalProperties": True})
    assert not is_strict({**ASK.schema, "required": []})
    assert not is_strict({**ASK.schema, "$defs": {"Open": {"type": "object", "properties": {}}}})


def _completion_of(model: str) -> bytes:
    return (
        b'{"id": "1", "object": "chat.completion", "created": 1, "model": "' + model.encode() + b'", "choices": '
        b'[{"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}], '
        b'"usage": {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010}}'
    )
