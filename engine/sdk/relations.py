"""Relationships as methods: guidelines, journeys and tags can win, lose and depend."""

from collections.abc import Iterable
from typing import Protocol

from ..author_code.matching import Strategy
from ..domain.knowledge import PREAMBLE
from ..domain.relationship import Endpoint, Relationship, RelationshipKind
from .checking import TOOLS, checked, ends
from .draft import add_relationship
from .names import caller
from .tool_references import ToolRef, tool_id


class Registry(Protocol):
    """Where relationships are declared: an agent in the making, or a server's tags."""

    def relate(self, kind: RelationshipKind, source: Endpoint, *, target: Endpoint, group: str = "") -> Relationship:
        """Declare a relationship."""
        ...

    def new_group(self) -> str:
        """A name for dependencies that are declared together."""
        ...


class HasEndpoint(Protocol):
    """Anything that can be one end of a relationship."""

    @property
    def endpoint(self) -> Endpoint:
        """The end it is."""
        ...


class Related:
    """Something that can be one end of relationships and declare them."""

    __slots__ = ("_registry", "endpoint")

    def __init__(self, *, registry: Registry, endpoint: Endpoint) -> None:
        self._registry = registry
        self.endpoint = endpoint

    @property
    def id(self) -> str:
        """The readable id."""
        return self.endpoint.id

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id!r}>"

    async def prioritize_over(self, *targets: HasEndpoint) -> list[Relationship]:
        """When this and a target are both active, the target is dropped. Raises RelationshipCycleError."""
        found = ends(f"{self.id!r}.prioritize_over()", targets)
        return [self._registry.relate("priority", self.endpoint, target=target.endpoint) for target in found]

    async def exclude(self, *targets: HasEndpoint) -> list[Relationship]:
        """The same as prioritize_over."""
        return await self.prioritize_over(*targets)

    async def depend_on(self, *targets: HasEndpoint) -> list[Relationship]:
        """This only holds while every target is active. Raises RelationshipCycleError."""
        found = ends(f"{self.id!r}.depend_on()", targets)
        return [self._registry.relate("dependency", self.endpoint, target=target.endpoint) for target in found]

    async def depend_on_any(self, *targets: HasEndpoint) -> list[Relationship]:
        """This only holds while at least one of the targets is active. Raises RelationshipCycleError."""
        found, group = ends(f"{self.id!r}.depend_on_any()", targets), self._registry.new_group()
        return [
            self._registry.relate("dependency_any", self.endpoint, target=target.endpoint, group=group)
            for target in found
        ]

    async def reevaluate_after(self, *tools: ToolRef) -> list[Relationship]:
        """This is looked at again, within the same turn, once one of the tools has run."""
        (named,) = checked(f"{self.id!r}.reevaluate_after()", {"tools": tools}, {"tools": TOOLS}).values()
        after = [Endpoint(kind="tool", id=tool_id(tool)) for tool in named]
        return [self._registry.relate("reevaluation", self.endpoint, target=end) for end in after]


class Entailing(Related):
    """Something that can bring others in: a guideline, or a tag."""

    __slots__ = ()

    async def entail(self, target: "Entailing") -> Relationship:
        """When this holds the target holds too, whatever its own condition. Raises RelationshipCycleError."""
        (found,) = ends(f"{self.id!r}.entail()", (target,), wants="a guideline or a tag")
        return self._registry.relate("entailment", self.endpoint, target=found.endpoint)


class Tag(Entailing):
    """A name that groups guidelines, journeys and customers. As a dependency it means all of its members."""

    __slots__ = ()

    @staticmethod
    def preamble() -> "Tag":
        """The tag of canned responses that are kept for preambles."""
        return Tag(registry=TagRelations(), endpoint=Endpoint(kind="tag_all", id=PREAMBLE))

    @property
    def name(self) -> str:
        """The tag's name, which is also its id."""
        return self.id


def tag_ids(tags: Iterable[Tag | str]) -> tuple[str, ...]:
    """The ids of tags, however they were given."""
    return tuple(tag if isinstance(tag, str) else tag.id for tag in tags)


class AnyOf:
    """A tag as a dependency that holds when any of its members is active."""

    __slots__ = ("endpoint",)

    def __init__(self, tag: Tag) -> None:
        self.endpoint = Endpoint(kind="tag_any", id=tag.id)


class AllOf:
    """A tag as a dependency that holds when all of its members are active."""

    __slots__ = ("endpoint",)

    def __init__(self, tag: Tag) -> None:
        self.endpoint = Endpoint(kind="tag_all", id=tag.id)


class TagRelations:
    """The relationships declared on a server's tags."""

    __slots__ = ("declared", "names", "strategies")

    def __init__(self) -> None:
        self.declared: list[Relationship] = []
        self.names: dict[str, None] = {}
        """Names of the tags that were declared, in order."""
        self.strategies: dict[str, Strategy] = {}
        """Matching strategies of tags, by their names."""

    def relate(self, kind: RelationshipKind, source: Endpoint, *, target: Endpoint, group: str = "") -> Relationship:
        """Declare a relationship. Raises RelationshipCycleError when it closes a circle."""
        made = Relationship(kind=kind, source=source, target=target, group=group, made_at=caller())
        add_relationship(self.declared, made)
        return made

    def new_group(self) -> str:
        """A name for dependencies that are declared together."""
        return f"tags-any-{1 + len({relation.group for relation in self.declared if relation.group})}"
