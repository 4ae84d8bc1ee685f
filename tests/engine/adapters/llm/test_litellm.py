"""Models behind litellm, over real HTTP to a server on this machine."""

import asyncio
import contextlib
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from understudy.engine.adapters.llm.litellm import LiteLLMModel, marked
from understudy.engine.adapters.llm.structured import is_strict
from understudy.engine.adapters.llm.transport import Transport
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
    assert server.requests[0]["messages"] == [
        {"role": "system", "content": "You judge."},
        {"role": "user", "content": "Hello"},
    ]


def test_a_model_that_is_not_known_to_be_is_told_the_schema_in_words() -> None:
    with loopback(in_turn("{}")) as server:
        ask(server)
    assert server.requests[0]["response_format"] == {"type": "json_object"}
    assert '"additionalProperties": false' in server.requests[0]["messages"][0]["content"]


def test_what_stands_before_the_conversation_is_the_systems_so_that_prompt_caches_hit() -> None:
    names = ("instructions", "agent", "conversation", "now")
    sections = tuple(Section(name=name, text=name.upper()) for name in names)
    with loopback(in_turn("{}")) as server:
        ask(server, ask=replace(ASK, sections=sections))
        ask(server, ask=replace(ASK, sections=(*sections[:2], Section(name="conversation", text="more"))))
    first, second = (request["messages"] for request in server.requests)
    assert first[0]["content"].startswith("INSTRUCTIONS\n\nAGENT\n\nAnswer with one JSON object")
    assert first[0] == second[0]
    assert [message["content"] for message in (first[1], second[1])] == ["CONVERSATION\n\nNOW", "more"]


def test_a_prompt_of_one_section_is_the_users() -> None:
    with loopback(in_turn("{}")) as server:
        ask(server, ask=replace(ASK, sections=ASK.sections[:1]))
    assert [message["role"] for message in server.requests[0]["messages"]] == ["user"]


def test_providers_that_cache_only_what_is_marked_get_a_mark() -> None:
    written: list[dict[str, Any]] = [{"role": "system", "content": "rules"}, {"role": "user", "content": "Hi"}]
    assert marked(written, model="openai/gpt-4o-mini") == written
    system, user = marked(written, model="anthropic/claude-sonnet-4")
    assert system["content"] == [{"type": "text", "text": "rules", "cache_control": {"type": "ephemeral"}}]
    assert user == written[1]


def test_a_provider_that_is_busy_is_asked_again_as_it_says() -> None:
    busy = Answer(status=429, text="slow down", headers={"Retry-After": "0"})
    with loopback(in_turn(busy, busy, '{"ok": true}')) as server:
        # A backoff that would be given up on shows that the provider's own pause is taken.
        assert ask(server, backoff=10_000.0).text == '{"ok": true}'
    assert len(server.requests) == 3


def test_a_provider_that_is_busy_and_does_not_say_for_how_long_is_asked_again() -> None:
    with loopback(in_turn(Answer(status=429, text="slow down"), '{"ok": true}')) as server:
        assert ask(server).text == '{"ok": true}'


def test_a_pause_may_be_told_as_a_date() -> None:
    busy = Answer(status=429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with loopback(in_turn(busy, '{"ok": true}')) as server:
        assert ask(server, backoff=10_000.0).text == '{"ok": true}'


@pytest.mark.parametrize("fault", [Answer(status=500), Answer(status=503), Answer(reset=True)], ids=str)
def test_a_fault_that_passes_costs_another_try_and_nothing_else(fault: Answer) -> None:
    with loopback(in_turn(fault, '{"ok": true}')) as server:
        assert ask(server).text == '{"ok": true}'
    assert len(server.requests) == 2


def test_a_connection_that_is_reset_again_and_again_is_the_models_failure() -> None:
    with loopback(in_turn(Answer(reset=True))) as server:
        with pytest.raises(ModelUnavailableError, match="after 2 tries"):
            ask(server, retries=1)


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
        with pytest.raises(
            ModelUnavailableError, match=r"after 2 tries: no answer within 0\.2 s|[Tt]imed? ?out"
        ) as caught:
            ask(server, timeout=0.2, retries=1)
    assert caught.value.cut_off == 2


def test_a_try_that_was_cut_off_before_an_answer_is_told_with_it() -> None:
    with loopback(in_turn(Answer(hang=True), Answer(status=500), Answer(text='{"ok": true}'))) as server:
        reply = ask(server, timeout=0.4, retries=2)
    assert (reply.text, reply.cut_off) == ('{"ok": true}', 1)


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
        (Answer(refusal="I can't help with that."), "I can't help with that.", "stop"),
        (Answer(text=""), "", "stop"),
        (Answer(text='```json\n{"ok": true}\n```'), '{"ok": true}', "stop"),
        (Answer(text='{"ok": tr', finish_reason="length"), '{"ok": tr', "length"),
        (Answer(text='{"another": 1}'), '{"another": 1}', "stop"),
    ],
    ids=["a filter", "a refusal", "an empty reply", "a fence", "half a JSON", "another schema"],
)
def test_what_a_model_did_answer_is_handed_on_for_others_to_judge(answer: Answer, text: str, reason: str) -> None:
    with loopback(in_turn(answer)) as server:
        reply = ask(server)
    assert (reply.text, reply.finish_reason) == (text, reason)
    assert len(server.requests) == 1


def test_a_price_that_is_given_goes_before_every_list() -> None:
    with loopback(in_turn("{}")) as server:
        cost = ask(server, price={"prompt": 10, "answer": 100, "cached": 1}).usage.cost
    assert cost == pytest.approx((36 * 10 + 64 * 1 + 7 * 100) / 1_000_000)


def test_a_price_that_is_none_says_how_to_write_one() -> None:
    with pytest.raises(ValueError, match=r"model 'openai/small': price is '0\.15'; write USD for a million tokens"):
        LiteLLMModel("openai/small", price="0.15")


def test_what_an_answer_may_cost_at_most_is_known_before_it_is_asked_for() -> None:
    most = LiteLLMModel("openai/gpt-4o-mini", max_tokens=100).most_it_may_cost(ASK)
    assert most is not None
    assert 100 * 6e-7 < most < 120 * 6e-7
    assert LiteLLMModel("openai/gpt-4o-mini").most_it_may_cost(ASK) == pytest.approx(16384 * 6e-7, rel=0.01)
    assert LiteLLMModel("openai/small").most_it_may_cost(ASK) is None


def test_no_more_requests_are_under_way_than_are_allowed() -> None:
    arrived, barrier = [], threading.Barrier(2)

    def respond(request: dict[str, Any]) -> str:
        arrived.append(request)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=0.1)
        return "{}"

    async def play(url: str) -> None:
        model = LiteLLMModel("openai/small", api_base=url, api_key=KEY, max_concurrent=1)
        await asyncio.gather(model.ask(ASK), model.ask(ASK))

    with loopback(respond) as server:
        asyncio.run(play(server.url))
    # Two requests at once would have met at the barrier.
    assert (len(arrived), barrier.broken) == (2, True)


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
