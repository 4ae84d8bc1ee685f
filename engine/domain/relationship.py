"""Relationships between guidelines, journeys, tags and tools."""

from dataclasses import dataclass, field
from typing import Literal

from .values import Source

RelationshipKind = Literal[
    "entailment", "priority", "dependency", "dependency_any", "disambiguation", "reevaluation", "overlap"
]
EndpointKind = Literal["guideline", "journey", "tag_all", "tag_any", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One end of a relationship; a tag stands for all of its members, or for any of them."""

    kind: EndpointKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A directed relation: source entails, has priority over, depends on, disambiguates … target."""

    kind: RelationshipKind
    source: Endpoint
    target: Endpoint
    group: str = ""
    """Dependencies of kind dependency_any that were declared together: at least one of a group must hold."""
    made_at: Source | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """What tells it from every other relationship of its agent: two of one kind between the same ends are one."""
        return str(self)

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.target}"
