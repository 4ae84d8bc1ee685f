# pyright: basic
"""Reaching a provider: when to try again, how long to wait, what to say when it fails."""

import asyncio
import email.utils
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from ...domain.values import JSON
from ...errors import ModelUnavailableError
from ..provider import failures, import_litellm, words_of
from .throttle import Gate

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds; a provider that asks for a longer pause than this is given up on."""

_NO_KEY = re.compile(r"[Mm]issing credentials|api_key client option must be set")


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
    max_concurrent: int | None = None
    """How many requests may be under way at once; None is no limit."""
    requests_per_minute: int | None = None
    """How many requests may begin within any minute; None is no limit."""
    price: JSON = None
    """USD for a million tokens ({prompt: 0.15, answer: 0.6, cached: 0.075}); None takes litellm's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached(Generic[T]):
    """What a provider gave, and how many tries before were cut off: it may charge for those all the same."""

    answer: T
    cut_off: int = 0


class BrokenOffError(Exception):
    """A provider stopped in the middle of an answer."""


class Wire:
    """The way to one provider: through a gate, with a time-out, and again where that may help."""

    def __init__(self, transport: Transport, *, model: str) -> None:
        self._transport = transport
        self._model = model
        self._gate = Gate(max_concurrent=transport.max_concurrent, requests_per_minute=transport.requests_per_minute)

    async def call(self, request: Callable[[], Awaitable[T]], *, model: str | None = None) -> Reached[T]:
        """What a request gives back. Raises ModelUnavailableError, in the provider's words, when nothing can be had."""
        litellm = import_litellm()
        tries = self._transport.retries + 1
        cut_off = 0
        for number in range(1, tries + 1):
            try:
                # A provider may drip bytes for ever, which litellm's own time-out does not see.
                async with self._gate.passing(), asyncio.timeout(self._transport.timeout):
                    return Reached(answer=await request(), cut_off=cut_off)
            except (BrokenOffError, *failures(litellm)) as error:
                cut_off += isinstance(error, (TimeoutError, BrokenOffError, litellm.Timeout))
                wait = self._wait(error, number, litellm=litellm)
                if wait is None or number == tries:
                    raise self.unavailable(error, tries=number, model=model, cut_off=cut_off) from None
                await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def unavailable(
        self, error: Exception, *, tries: int = 1, model: str | None = None, cut_off: int = 1
    ) -> ModelUnavailableError:
        """The error to raise for one of a provider or of litellm."""
        times = "1 try" if tries == 1 else f"{tries} tries"
        if isinstance(error, TimeoutError):
            words = f"no answer within {self._transport.timeout:g} s"
        else:
            words = words_of(error, key=self._transport.api_key)
        text = f"the model {model or self._model!r} gave no answer after {times}: {words}"
        return ModelUnavailableError(text, cut_off=cut_off)

    def _wait(self, error: Exception, number: int, *, litellm: Any) -> float | None:
        """Seconds until the next try, None where another one would not help."""
        passing = (
            TimeoutError,
            BrokenOffError,
            litellm.RateLimitError,
            litellm.InternalServerError,
            litellm.ServiceUnavailableError,
            litellm.BadGatewayError,
            litellm.Timeout,
            litellm.APIConnectionError,
        )
        # A missing key comes as a server's error, although nothing was ever sent.
        if not isinstance(error, passing) or _NO_KEY.search(str(error)):
            return None
        said = _retry_after(error)
        wait = self._transport.backoff * 2 ** (number - 1) if said is None else said
        return wait if wait <= LONGEST_WAIT else None


def _retry_after(error: Exception) -> float | None:
    """How many seconds a provider wants to be left alone, None where it does not say."""
    response = getattr(error, "response", None)
    for headers in (getattr(error, "litellm_response_headers", None), getattr(response, "headers", None)):
        said = headers.get("retry-after") if headers else None
        if said is not None:
            return _seconds(str(said))
    return None


def _seconds(said: str) -> float | None:
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    now = datetime.now(UTC)
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())
