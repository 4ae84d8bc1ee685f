# pyright: basic
"""Any model that litellm can reach. litellm itself takes seconds to import, so it is imported at the first ask."""

import asyncio
import os
import re
import warnings
from dataclasses import dataclass, field, fields
from typing import Any

from ...domain.ask import Ask, Reply, Settings, Usage
from ...domain.values import JSON
from ...errors import ModelUnavailableError, UnknownNameError
from .structured import instructed, repaired, response_format

LONGEST_WAIT = 60.0
"""Seconds; a provider that asks for a longer pause than this is given up on."""

LONGEST_MESSAGE = 1000
"""Characters of a provider's words that are handed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How a model is reached. Nothing of it changes an answer."""

    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    """None leaves it to the provider's environment variable."""
    api_version: str | None = None
    timeout: float = 120.0
    """Seconds for one try."""
    retries: int = 3
    """Tries after the first, for failures of transport alone."""
    backoff: float = 0.5
    """Seconds before the first retry, doubled for each further one, where the provider does not say how long."""


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

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises ModelUnavailableError, in the provider's words, when no answer can be had."""
        litellm = _litellm()
        settings = ask.settings.over(self._settings)
        arguments = self._arguments(ask, settings, litellm=litellm)
        clock = asyncio.get_running_loop()
        tries = self._transport.retries + 1
        for number in range(1, tries + 1):
            started = clock.time()
            try:
                # A provider may drip bytes for ever, which litellm's own time-out does not see.
                async with asyncio.timeout(self._transport.timeout):
                    response = await litellm.acompletion(**arguments)
            except (TimeoutError, *litellm.exceptions.LITELLM_EXCEPTION_TYPES) as error:
                wait = self._wait(error, number, litellm=litellm)
                if wait is None or number == tries:
                    raise self._unavailable(error, settings, tries=number) from None
                await asyncio.sleep(wait)
            else:
                return _reply(response, settings.model or "", seconds=clock.time() - started)
        raise AssertionError("the last try returns or raises")

    def _arguments(self, ask: Ask, settings: Settings, *, litellm: Any) -> dict[str, Any]:
        form = response_format(ask, settings.model or "", litellm=litellm)
        text = ask.prompt if form and form["type"] == "json_schema" else instructed(ask)
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
            "messages": [{"role": "user", "content": text}],
            "timeout": self._transport.timeout,
            # Retries are counted here, once, where Retry-After is honoured.
            "max_retries": 0,
            "num_retries": 0,
            **{name: value for name, value in wanted.items() if value is not None},
        }

    def _wait(self, error: Exception, number: int, *, litellm: Any) -> float | None:
        """Seconds until the next try, None where another one would not help."""
        passing = (
            TimeoutError,
            litellm.RateLimitError,
            litellm.InternalServerError,
            litellm.ServiceUnavailableError,
            litellm.BadGatewayError,
            litellm.Timeout,
            litellm.APIConnectionError,
        )
        if not isinstance(error, passing):
            return None
        said = _retry_after(error)
        wait = self._transport.backoff * 2 ** (number - 1) if said is None else said
        return wait if wait <= LONGEST_WAIT else None

    def _unavailable(self, error: Exception, settings: Settings, *, tries: int) -> ModelUnavailableError:
        times = "1 try" if tries == 1 else f"{tries} tries"
        if isinstance(error, TimeoutError):
            words = f"no answer within {self._transport.timeout:g} s"
        else:
            words = _own_words(str(getattr(error, "message", "") or error))
        return ModelUnavailableError(f"the model {settings.model!r} gave no answer after {times}: {self._clean(words)}")

    def _clean(self, words: str) -> str:
        """The words without the credentials that a provider may echo."""
        names = ("KEY", "TOKEN", "SECRET")
        known = [value for name, value in os.environ.items() if name.upper().endswith(names)]
        for secret in sorted({*known, self._transport.api_key or ""}, key=len, reverse=True):
            words = words.replace(secret, "***") if len(secret) >= 6 else words
        return words


def _own_words(text: str) -> str:
    """What a provider said, without the traceback and the advice that litellm adds."""
    return re.split(r"\s*\n(?:Traceback|\s*This looks like a bug)", text, maxsplit=1)[0].strip()[:LONGEST_MESSAGE]


def _litellm() -> Any:
    # Before the import: without it litellm fetches a list of prices from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        # What litellm's dependencies have to say about each other is nothing a user can mend.
        warnings.simplefilter("ignore")
        import litellm
        import litellm.exceptions

        litellm.ModelResponse()  # its types are built at their first use, and that warns too
    litellm.suppress_debug_info = True
    return litellm


def _retry_after(error: Exception) -> float | None:
    response = getattr(error, "response", None)
    for headers in (getattr(error, "litellm_response_headers", None), getattr(response, "headers", None)):
        said = headers.get("retry-after") if headers else None
        try:
            if said is not None:
                return max(0.0, float(said))
        except ValueError:  # a date; the backoff will do
            continue
    return None


def _reply(response: Any, asked: str, *, seconds: float) -> Reply:
    choice = response.choices[0] if response.choices else None
    text = (choice.message.content if choice else None) or ""
    return Reply(
        text=repaired(text),
        model=response.model or asked,
        usage=_usage(response),
        finish_reason=(choice.finish_reason if choice else None) or "stop",
        source="live",
        seconds=seconds,
    )


def _usage(response: Any) -> Usage:
    counted = getattr(response, "usage", None)
    details = getattr(counted, "prompt_tokens_details", None)
    cost = getattr(response, "_hidden_params", {}).get("response_cost")
    return Usage(
        prompt_tokens=getattr(counted, "prompt_tokens", 0) or 0,
        cached_tokens=getattr(details, "cached_tokens", 0) or 0,
        answer_tokens=getattr(counted, "completion_tokens", 0) or 0,
        cost=cost or 0.0,
    )
