"""What an agent knows and may say: terms, variables, capabilities, retrievers and canned responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

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
    tags: tuple[str, ...] = field(default=(), compare=False)
    """On a server: which agents have it, those that carry one of them. Settled before a definition is made."""


Sharing = Literal["customer", "agent", "global"]
"""Who shares a value that a tool gave: each customer has one, or all of the agent, or all of the server."""


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
    """The tool that gives the value where none was set for the customer or one of its tags."""
    freshness: str | None = None
    """A cron expression: what the tool gave is good until its next tick."""
    max_age_seconds: float | None = None
    """How long what the tool gave is good. With neither of the two, the tool is asked in each turn."""
    shared_by: Sharing = "customer"
    home: str = field(default="", compare=False)
    """Of one that several agents have: under what its values are kept; else empty, and they are kept with the agent."""
    tags: tuple[str, ...] = field(default=(), compare=False)
    """On a server: which agents have it, those that carry one of them. Settled before a definition is made."""

    def value_for(self, customer_id: str, customer_tags: tuple[str, ...]) -> JSON:
        """The value set for a customer, None where there is none; what a tool gave is not looked at."""
        own = self.own_scopes(customer_id, customer_tags)
        return next((self.values[scope] for scope in (*own, "agent", "global") if scope in self.values), None)

    def is_set_for(self, customer_id: str, customer_tags: tuple[str, ...]) -> bool:
        """Whether a value was set for the customer itself or for one of its tags."""
        return any(scope in self.values for scope in self.own_scopes(customer_id, customer_tags))

    def agent_scope(self, agent: str) -> str:
        """The scope of a value for all customers of an agent, where several agents may have the variable."""
        return f"agent:{agent}" if self.home else "agent"

    @staticmethod
    def own_scopes(customer_id: str, customer_tags: tuple[str, ...]) -> tuple[str, ...]:
        """The scopes of a customer and of its tags, in the order in which they are looked up."""
        return (f"customer:{customer_id}", *(f"tag:{tag}" for tag in customer_tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something that the agent can do for customers, so that it may offer it; `signals` are requests for it."""

    id: str
    title: str
    description: str
    signals: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default=(), compare=False)
    """On a server: which agents have it, those that carry one of them. Settled before a definition is made."""


RetrieverScope = Literal["agent", "guideline", "journey", "state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """Code that looks up what the agent should know for its reply: in every turn, or while something is active."""

    id: str
    scope: RetrieverScope = "agent"
    owner: str = ""
    """The guideline, the journey, or the state as `journey/state`; empty for one of the agent itself."""
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RetrieverResult:
    """What a retriever found; it is known for one turn and then forgotten.

    `data` (any JSON value) is all that a model sees. `metadata` is kept in the trace. `canned_response_fields` are
    values that canned responses may refer to, `canned_responses` whole ones for this turn, and `guidelines` hold for
    this turn: each a mapping with `action` and maybe `condition`, `description`, `priority`, `criticality`. Raises
    TypeError where one of these two is no list.
    """

    data: JSON = None
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON], kw_only=True)
    canned_responses: Sequence[str] = field(default=(), kw_only=True)
    canned_response_fields: Mapping[str, JSON] = field(default_factory=dict[str, JSON], kw_only=True)
    guidelines: Sequence[Mapping[str, JSON]] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        for name in ("canned_responses", "guidelines"):
            given = getattr(self, name)
            if isinstance(given, str | Mapping):
                raise TypeError(f"RetrieverResult({name}=…) takes a list: write {name}=[{given!r}]")
            object.__setattr__(self, name, tuple(given))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that the turn could use."""
        bare = self.data is None or self.data in ("", [], {})
        return bare and not (self.canned_responses or self.canned_response_fields or self.guidelines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What became of a retriever in a turn."""

    retriever: str
    because: str = ""
    """The guideline ("guideline:returns"), journey or state it belongs to; empty for one of the agent itself."""
    result: RetrieverResult | None = None
    """None where it found nothing or broke."""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponseField:
    """A field of a canned response as its author explains it to whoever has to word it."""

    name: str
    """As the template has it; without `generative.`."""
    description: str = ""
    examples: tuple[str, ...] = ()
    """What might stand there."""


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
    fields: tuple[CannedResponseField, ...] = ()
    """Those of its template's fields that are explained."""
    field_dependencies: tuple[str, ...] = ()
    exclusive: bool = False
    """Whether it may be said only while a guideline or a state that names it holds."""
    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    source: Source | None = field(default=None, compare=False)
