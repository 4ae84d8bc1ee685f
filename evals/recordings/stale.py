"""Recordings of the same facts, made with another template: served where somebody allowed it, and marked as such."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...engine.domain.values import digest
from .entry import Entry, RecordedAsk
from .key import AskRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What an ask was made from and with, beside its words."""

    facts: str
    """The hash of the facts."""
    template: str
    """The hash of the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleAnswer:
    """An answer that was given to the same facts in other words."""

    turn: int
    decision: str

    def __str__(self) -> str:
        return f"turn {self.turn}: {self.decision}" if self.turn else f"agent: {self.decision}"


def of_these_facts(request: AskRequest, made: Made, *, entries: Iterable[Entry], ordinal: int) -> Entry | None:
    """The recording that differs from a request by its template alone, None where there is none."""
    same = (entry for entry in entries if entry.ordinal == ordinal and differs_by_template(request, made, entry=entry))
    return min(same, key=lambda entry: entry.place, default=None)


def differs_by_template(request: AskRequest, made: Made, *, entry: Entry) -> bool:
    """Whether a recording was made of equal facts, for the same model and settings, with another template."""
    body = entry.body
    return (
        isinstance(body, RecordedAsk)
        and (entry.name, entry.trial, body.attempt) == (request.decision, request.trial, request.attempt)
        and (body.model, dict(body.settings)) == (request.settings.model or "", request.sampling)
        and body.schema == digest(request.schema)
        and body.facts == made.facts
        and body.template != made.template
    )
