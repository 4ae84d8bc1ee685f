"""What an agent knows, as its author declares it: terms, variables, retrievers, capabilities."""

from collections.abc import Sequence
from typing import Unpack

from ..domain.knowledge import RetrieverScope, Term
from ..errors import UnknownNameError
from .draft import AgentDraft
from .knowledge import ExperimentalFeatures, add_term
from .retrievers import Retrieves
from .variables import VariableHandle, VariableOptions, add_variable


class Knowing(Retrieves):
    """An agent as far as its knowledge goes."""

    __slots__ = ("draft",)

    draft: AgentDraft

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self.draft, "agent", ""

    @property
    def retrievers(self) -> tuple[str, ...]:
        """Ids of its retrievers, in order of attachment."""
        return tuple(self.draft.retrievers)

    @property
    def experimental_features(self) -> ExperimentalFeatures:
        """What may still change: capabilities."""
        return ExperimentalFeatures(self.draft)

    async def create_term(
        self, name: str, description: str, *, synonyms: Sequence[str] = (), id: str | None = None
    ) -> Term:
        """Add a word of the business to the glossary."""
        return add_term(self.draft, name=name, description=description, synonyms=synonyms, id=id)

    async def create_variable(
        self, name: str, description: str | None = "", **options: Unpack[VariableOptions]
    ) -> VariableHandle:
        """Add a variable, whose value may differ by customer.

        Further parameters: id, and for one whose value a tool gives: tool (or tool_name and service_name),
        freshness_rules (a cron expression, {"cron": …} or {"max_age_seconds": …}; without, it is asked each turn) and
        shared_by ("customer", "agent" or "global"). Raises FreshnessError, UnknownNameError.
        """
        return add_variable(self.draft, name=name, description=description, **options)

    async def list_variables(self) -> list[VariableHandle]:
        """Its variables, in order of declaration."""
        return [VariableHandle(self.draft, variable_id) for variable_id in self.draft.variables]

    async def find_variable(self, *, id: str | None = None, name: str | None = None) -> VariableHandle | None:
        """The variable of that id or name, None where there is none."""
        for variable in self.draft.variables.values():
            if variable.id == id or (id is None and variable.name == name):
                return VariableHandle(self.draft, variable.id)
        return None

    async def get_variable(self, *, id: str | None = None, name: str | None = None) -> VariableHandle:
        """The variable of that id or name. Raises UnknownNameError."""
        found = await self.find_variable(id=id, name=name)
        if found is None:
            wanted = id if id is not None else name or ""
            raise UnknownNameError(kind="variable", name=wanted, known=self.draft.variables)
        return found
