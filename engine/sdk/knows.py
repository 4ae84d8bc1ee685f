"""What agents and servers alike can be told: terms, variables, canned responses in bulk, capabilities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from ..domain.knowledge import Term
from .draft import AgentDraft
from .knowledge import ExperimentalFeatures, add_term
from .relations import Tag
from .response_files import load_responses
from .variables import VariableHandle, VariableOptions, add_variable


class Knows:
    """Something that knows things: an agent for itself, a server for its agents."""

    __slots__ = ()

    def _knows_in(self) -> AgentDraft:
        """Where what it knows is kept."""
        raise NotImplementedError

    @property
    def experimental_features(self) -> ExperimentalFeatures:
        """What may still change: capabilities."""
        return ExperimentalFeatures(self._knows_in())

    async def create_term(
        self,
        name: str,
        description: str,
        *,
        synonyms: Sequence[str] | None = (),
        tags: Sequence[Tag | str] | None = (),
        id: str | None = None,
    ) -> Term:
        """Add a word of the business to the glossary; a server's is every agent's, or of those with one of the tags."""
        return add_term(self._knows_in(), name=name, description=description, synonyms=synonyms, tags=tags, id=id)

    async def create_variable(
        self, name: str, description: str | None = "", **options: Unpack[VariableOptions]
    ) -> VariableHandle:
        """Add a variable, whose value may differ by customer.

        Further parameters: id, tags, and for one whose value a tool gives: tool (or tool_name and service_name),
        freshness_rules (a cron expression, {"cron": …} or {"max_age_seconds": …}; without, it is asked each turn) and
        shared_by ("customer", "agent" or "global"). A server's is every agent's, or of those with one of the tags: a
        value set for a customer, for a tag or for everybody holds with all of them, one set for an agent with that one.
        Raises FreshnessError, UnknownNameError.
        """
        return add_variable(self._knows_in(), name=name, description=description, **options)

    async def load_canned_responses(self, file: str | Path) -> tuple[str, ...]:
        """Add the canned responses of a YAML, JSON or CSV file; gives their ids in order.

        Each has a template, and maybe id, signals, tags, metadata and field_dependencies. Nothing is added where
        anything is wrong. Raises DefinitionError with every mistake, AuthoringError for a file that can't be read.
        """
        return load_responses(self._knows_in(), file)
