"""Answers piece by piece, over real HTTP to a server on this machine."""

import asyncio
from typing import Any

import pytest

from understudy.engine.adapters.llm.litellm import LiteLLMModel
from understudy.engine.adapters.llm.streams import stream_of
from understudy.engine.domain.ask import Ask, Reply, Usage
from understudy.engine.errors import ModelUnavailableError
from understudy.engine.ports import LLM, StreamingLLM

from ....loopback import MODEL_SERVED, Answer, Loopback, in_turn, loopback
from .test_litellm import ASK, KEY

PIECES = ('{"ok"', ": tr", "ue}")


def stream(server: Loopback, **settings: Any) -> tuple[list[str | Reply], Exception | None]:
    """What came, and how it ended."""
    model = LiteLLMModel("openai/small", api_base=server.url, api_key=KEY, **{"backoff": 0.001, **settings})
    return asyncio.run(listen(model))


async def listen(model: LLM) -> tuple[list[str | Reply], Exception | None]:
    came: list[str | Reply] = []
    try:
        async for piece in stream_of(model, ASK):
            came += [piece]
    except ModelUnavailableError as error:
        return came, error
    return came, None


def test_an_answer_comes_in_pieces_and_then_whole_with_its_tokens() -> None:
    with loopback(in_turn(Answer(pieces=PIECES))) as server:
        came, error = stream(server, price={"prompt": 1, "answer": 1})
    assert error is None
    assert tuple(came[:-1]) == PIECES
    assert came[-1] == Reply(
        text='{"ok": true}',
        model=MODEL_SERVED,
        usage=Usage(prompt_tokens=100, cached_tokens=64, answer_tokens=7, cost=107 / 1_000_000),
    )


def test_a_stream_that_stops_in_the_middle_is_the_models_failure() -> None:
    with loopback(in_turn(Answer(pieces=PIECES[:2], stops=True))) as server:
        came, error = stream(server)
    assert tuple(came) == PIECES[:2]
    assert "broke off in the middle" in str(error)
    assert len(server.requests) == 1


def test_a_stream_that_goes_silent_ends_with_the_time_out() -> None:
    with loopback(in_turn(Answer(pieces=PIECES[:1], drips=True))) as server:
        came, error = stream(server, timeout=0.3, retries=0)
    assert tuple(came) == PIECES[:1]
    assert isinstance(error, ModelUnavailableError)
    assert error.cut_off == 1


@pytest.mark.parametrize("fault", [Answer(status=500), Answer(status=429), Answer(reset=True)], ids=str)
def test_before_the_first_piece_a_fault_that_passes_costs_another_try(fault: Answer) -> None:
    with loopback(in_turn(fault, Answer(pieces=PIECES))) as server:
        came, error = stream(server)
    assert (tuple(came[:-1]), error) == (PIECES, None)


def test_a_model_that_answers_whole_is_one_piece() -> None:
    class Whole:
        async def ask(self, ask: Ask, /) -> Reply:
            return Reply(text="{}", model="whole")

    assert asyncio.run(listen(Whole())) == (["{}", Reply(text="{}", model="whole")], None)


def test_the_adapter_is_a_streaming_model() -> None:
    assert isinstance(LiteLLMModel("openai/small"), StreamingLLM)
