# pyright: basic
"""Any model that litellm can reach. litellm itself takes seconds to import, so it is imported at the first ask."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields, replace
from typing import Any

from ...domain.ask import Ask, Reply, Settings, Usage
from ...domain.values import JSON
from ...errors import UnknownNameError
from ..provider import failures, import_litellm
from .prices import Price, listed_price, longest_answer, most_tokens, price_from
from .repair import repaired
from .structured import messages, response_format
from .transport import BrokenOffError, Transport, Wire

CACHES_WHAT_IS_MARKED = ("anthropic", "bedrock", "vertex_ai")
"""Providers that cache the part of a prompt that is marked; the others find it by themselves."""


class LiteLLMModel:
    """A model by its id at litellm, with the sampling settings that hold where an ask leaves them open."""

    def __init__(self, model: str, **settings: JSON) -> None:
        """Takes every field of Settings and Transport. Raises UnknownNameError for anything else."""
        self.model = model
        sampling = {part.name for part in fields(Settings)} - {"model"}
        transport = {part.name for part in fields(Transport)}
        for name in settings:
            if name not in sampling | transport:
                raise UnknownNameError(kind="setting", name=name, known=sampling | transport, place=f"model {model!r}")
        self._settings = Settings(model=model, **{name: value for name, value in settings.items() if name in sampling})
        self._transport = Transport(**{name: value for name, value in settings.items() if name in transport})
        self._price = price_from(self._transport.price, model=model)
        self._wire = Wire(self._transport, model=model)

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises ModelUnavailableError, in the provider's words, when no answer can be had."""
        litellm = import_litellm()
        settings = ask.settings.over(self._settings)
        arguments = self._arguments(ask, settings, litellm=litellm)
        clock = asyncio.get_running_loop()

        async def request() -> Reply:
            started = clock.time()
            response = await litellm.acompletion(**arguments)
            return self._reply(response, settings, seconds=clock.time() - started)

        reached = await self._wire.call(request, model=settings.model)
        return replace(reached.answer, cut_off=reached.cut_off)

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """Answer one ask piece by piece, and at the end give the whole reply.

        Raises ModelUnavailableError; up to the first piece it is tried again, as in `ask`.
        """
        litellm = import_litellm()
        settings = ask.settings.over(self._settings)
        arguments = {
            **self._arguments(ask, settings, litellm=litellm),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        clock = asyncio.get_running_loop()
        started = clock.time()
        chunks: list[Any] = []

        async def begin() -> Any:
            chunks.clear()
            response = await litellm.acompletion(**arguments)
            chunks.append(await _next_chunk(response))
            return response

        reached = await self._wire.call(begin, model=settings.model)
        response = reached.answer
        try:
            while chunks[-1] is not None:
                if piece := _piece(chunks[-1]):
                    yield piece
                left = self._transport.timeout - (clock.time() - started)
                chunks.append(await asyncio.wait_for(_next_chunk(response), left))
            _check_finished(response)
        except (BrokenOffError, *failures(litellm)) as error:
            raise self._wire.unavailable(error, model=settings.model, cut_off=reached.cut_off + 1) from None
        built = litellm.stream_chunk_builder([chunk for chunk in chunks if chunk is not None])
        yield replace(self._reply(built, settings, seconds=clock.time() - started), cut_off=reached.cut_off)

    def most_it_may_cost(self, ask: Ask) -> float | None:
        """What an answer may cost at most in USD; None where the model's price is not known."""
        litellm = import_litellm()
        settings = ask.settings.over(self._settings)
        model = settings.model or ""
        price = self._price or listed_price(model, litellm=litellm)
        if price is None:
            return None
        answer = settings.max_tokens or longest_answer(model, litellm=litellm)
        return price.of(Usage(prompt_tokens=most_tokens(ask), answer_tokens=answer))

    def _arguments(self, ask: Ask, settings: Settings, *, litellm: Any) -> dict[str, Any]:
        form = response_format(ask, settings.model or "", litellm=litellm)
        written = messages(ask, in_words=not (form and form["type"] == "json_schema"))
        wanted = {
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "seed": settings.seed,
            "max_tokens": settings.max_tokens,
            "response_format": form,
            "api_base": self._transport.api_base,
            "api_key": self._transport.api_key,
            "api_version": self._transport.api_version,
        }
        return {
            "model": settings.model,
            "messages": marked(written, model=settings.model or ""),
            "timeout": self._transport.timeout,
            # Retries are counted by the wire, once, where Retry-After is honoured.
            "max_retries": 0,
            "num_retries": 0,
            **{name: value for name, value in wanted.items() if value is not None},
        }

    def _reply(self, response: Any, settings: Settings, *, seconds: float) -> Reply:
        choice = response.choices[0] if response.choices else None
        message = choice.message if choice else None
        # What a model says when it refuses is its answer: whoever asked finds that it is not what was asked for.
        text = getattr(message, "content", None) or _refusal(message) or ""
        return Reply(
            text=repaired(text),
            model=_served(response) or settings.model or "",
            usage=_usage(response, self._price, model=settings.model or ""),
            finish_reason=(choice.finish_reason if choice else None) or "stop",
            source="live",
            seconds=seconds,
        )


def marked(written: Sequence[dict[str, JSON]], *, model: str) -> list[dict[str, JSON]]:
    """The messages, with what seldom changes marked for providers that cache only what is marked."""
    if model.partition("/")[0] not in CACHES_WHAT_IS_MARKED or "claude" not in model:
        return list(written)
    mark: JSON = {"type": "ephemeral"}
    return [
        {**message, "content": [{"type": "text", "text": message["content"], "cache_control": mark}]}
        if message["role"] == "system"
        else message
        for message in written
    ]


def _served(response: Any) -> str | None:
    """The model that the provider says answered; of a stream litellm's own field says which one was asked."""
    hidden = getattr(response, "_hidden_params", None) or {}
    return hidden.get("provider_response_model") or response.model


def _refusal(message: Any) -> str | None:
    special = getattr(message, "provider_specific_fields", None) or {}
    return special.get("refusal")


async def _next_chunk(response: Any) -> Any:
    """The next piece of a stream, None at its end."""
    return await anext(response, None)


def _piece(chunk: Any) -> str:
    choice = chunk.choices[0] if chunk.choices else None
    return (choice.delta.content if choice and choice.delta else None) or ""


def _check_finished(response: Any) -> None:
    """Raise where a stream ended without the provider's word that the answer is complete."""
    if getattr(response, "received_finish_reason", None) is None:
        raise BrokenOffError("the answer broke off in the middle")


def _usage(response: Any, price: Price | None, *, model: str) -> Usage:
    counted = getattr(response, "usage", None)
    details = getattr(counted, "prompt_tokens_details", None)
    usage = Usage(
        prompt_tokens=getattr(counted, "prompt_tokens", 0) or 0,
        cached_tokens=getattr(details, "cached_tokens", 0) or 0,
        answer_tokens=getattr(counted, "completion_tokens", 0) or 0,
    )
    said = getattr(response, "_hidden_params", {}).get("response_cost")
    if price is None and said is None:
        price = listed_price(model, litellm=import_litellm())
    return replace(usage, cost=price.of(usage) if price else said or 0.0)
