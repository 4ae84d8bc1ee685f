# pyright: basic
"""Reaching a provider: when to try again, how long to wait, what to say when it fails."""

import asyncio
import email.utils
import os
import re
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from ...domain.values import JSON
from ...errors import ModelUnavailableError
from .throttle import Gate

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds; a provider that asks for a longer pause than this is given up on."""

_NO_KEY = re.compile(r"[Mm]issing credentials|api_key client option must be set")
_PREFIX = re.compile(r"^(?:litellm\.)?(?:\w+Error: )+(?:\w*Exception - )?")

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
    max_concurrent: int | None = None
    """How many requests may be under way at once; None is no limit."""
    requests_per_minute: int | None = None
    """How many requests may begin within any minute; None is no limit."""
    price: JSON = None
    """USD for a million tokens ({prompt: 0.15, answer: 0.6, cached: 0.075}); None takes litellm's list."""


class BrokenOffError(Exception):
    """A provider stopped in the middle of an answer."""


class Wire:
    """The way to one provider: through a gate, with a time-out, and again where that may help."""

    def __init__(self, transport: Transport, *, model: str) -> None:
        self._transport = transport
        self._model = model
        self._gate = Gate(max_concurrent=transport.max_concurrent, requests_per_minute=transport.requests_per_minute)

    async def call(self, request: Callable[[], Awaitable[T]], *, model: str | None = None) -> T:
        """What a request gives back. Raises ModelUnavailableError, in the provider's words, when nothing can be had."""
        litellm = import_litellm()
        tries = self._transport.retries + 1
        timed_out = False
        for number in range(1, tries + 1):
            try:
                # A provider may drip bytes for ever, which litellm's own time-out does not see.
                async with self._gate.passing(), asyncio.timeout(self._transport.timeout):
                    return await request()
            except (TimeoutError, BrokenOffError, *litellm.exceptions.LITELLM_EXCEPTION_TYPES) as error:
                timed_out = timed_out or isinstance(error, (TimeoutError, BrokenOffError, litellm.Timeout))
                wait = self._wait(error, number, litellm=litellm)
                if wait is None or number == tries:
                    raise self.unavailable(error, tries=number, model=model, may_have_cost=timed_out) from None
                await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def unavailable(
        self, error: Exception, *, tries: int = 1, model: str | None = None, may_have_cost: bool = True
    ) -> ModelUnavailableError:
        """The error to raise for one of a provider or of litellm."""
        times = "1 try" if tries == 1 else f"{tries} tries"
        if isinstance(error, TimeoutError):
            words = f"no answer within {self._transport.timeout:g} s"
        else:
            words = _own_words(str(getattr(error, "message", "") or error))
        text = f"the model {model or self._model!r} gave no answer after {times}: {self._clean(words)}"
        return ModelUnavailableError(text, may_have_cost=may_have_cost)

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

    def _clean(self, words: str) -> str:
        """The words without the credentials that a provider may echo."""
        names = ("KEY", "TOKEN", "SECRET")
        known = [value for name, value in os.environ.items() if name.upper().endswith(names)]
        for secret in sorted({*known, self._transport.api_key or ""}, key=len, reverse=True):
            words = words.replace(secret, "***") if len(secret) >= 6 else words
        return words


def import_litellm() -> Any:
    """litellm, imported at its first use: it takes seconds."""
    # Before the import: without it litellm fetches a list of prices from the network.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        # What litellm's dependencies have to say about each other is nothing a user can mend.
        warnings.simplefilter("ignore")
        import litellm
        import litellm.exceptions

        # Its types are built at their first use, and that warns too.
        litellm.ModelResponse()
        litellm.ModelResponseStream()
    litellm.suppress_debug_info = True
    # So is what it uses of pydantic that is to go: said for each piece of a stream, where warnings may be errors.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"litellm\.")
    return litellm


def _own_words(text: str) -> str:
    """What a provider said, without the names of errors, the traceback and the advice that litellm adds."""
    words = re.split(r"\s*\n(?:Traceback|\s*This looks like a bug)", text, maxsplit=1)[0].strip()
    return (_PREFIX.sub("", words) or words)[:LONGEST_MESSAGE]


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
