# pyright: basic
"""A moderator that asks a provider's moderation service, by way of litellm."""

from collections.abc import Mapping
from typing import Any

from ...domain.session import Session
from ...errors import ModelUnavailableError
from ...ports import Moderation
from ..provider import failures, import_litellm, words_of

TAGS: tuple[str, ...] = ("harassment", "hate", "illicit", "self-harm", "sexual", "violence")
"""What we call kinds of offence; a provider's finer ones, such as `violence/graphic`, count as these."""


class LiteLLMModerator:
    """Asks a moderation model that litellm names."""

    def __init__(self, model: str = "omni-moderation-latest", **settings: Any) -> None:
        self.model = model
        self._settings = settings

    async def check(self, text: str, session: Session, /) -> Moderation:
        """The kinds of offence found. Raises ModelUnavailableError where the service can't be had."""
        litellm = import_litellm()
        try:
            response = await litellm.amoderation(input=text, model=self.model, **self._settings)
        except failures(litellm) as error:
            words = words_of(error, key=self._settings.get("api_key"))
            raise ModelUnavailableError(f"the moderation model {self.model!r} gave no answer: {words}") from None
        found = [tag for result in response.results for tag in tags_of(_categories(result.categories))]
        return Moderation(tags=tuple(dict.fromkeys(found)))


def _categories(categories: Any) -> Mapping[str, bool]:
    """A result's categories by the provider's names, however they come."""
    given = categories if isinstance(categories, Mapping) else categories.model_dump(by_alias=True)
    return {str(name): bool(is_found) for name, is_found in given.items()}


def tags_of(categories: Mapping[str, bool]) -> tuple[str, ...]:
    """What a provider found, in our words; a kind that we have no word for keeps the provider's."""
    found = dict.fromkeys(_in_our_words(name) for name, is_found in categories.items() if is_found)
    known = [tag for tag in TAGS if tag in found]
    return (*known, *(name for name in found if name not in TAGS))


def _in_our_words(name: str) -> str:
    """The kind that a provider's finer one belongs to, however it parts the two."""
    plain = name.replace("_", "-").replace("/", "-")
    return next((tag for tag in TAGS if plain == tag or plain.startswith(f"{tag}-")), plain)
