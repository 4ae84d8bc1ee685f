"""What an agent knows and may say: terms, variables and canned responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .values import JSON, Source

PREAMBLE = "__preamble__"
"""The tag of canned responses that are kept for preambles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the business, with what it means and what else customers call it."""

    id: str
    name: str
    description: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A value that may differ by customer; `values` maps a scope to the value set there.

    Scopes are `customer:<id>`, `tag:<name>`, `agent` and `global`, looked up in this order.
    """

    id: str
    name: str
    description: str = ""
    values: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    tool: str | None = None
    freshness: str | None = None

    def value_for(self, customer_id: str, customer_tags: tuple[str, ...]) -> JSON:
        """The value in force for a customer, None where there is none."""
        scopes = (f"customer:{customer_id}", *(f"tag:{tag}" for tag in customer_tags), "agent", "global")
        return next((self.values[scope] for scope in scopes if scope in self.values), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponse:
    """A text, with fields, that may be said as it stands."""

    id: str
    template: str
    signals: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    journey: str | None = None
    state: str | None = None
    """The state it belongs to, as `journey/state`; it is a candidate only there."""
    field_dependencies: tuple[str, ...] = ()
    exclusive: bool = False
    """Whether it may be said only while a guideline or a state that names it holds."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)
