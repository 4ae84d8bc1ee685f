"""What an agent knows, as its author declares it: terms, variables, retrievers, capabilities."""

from ..domain.knowledge import RetrieverScope
from ..errors import UnknownNameError
from .common_knowledge import variables_of
from .draft import AgentDraft
from .knows import Knows
from .retrievers import Retrieves
from .variables import VariableHandle


class Knowing(Knows, Retrieves):
    """An agent as far as its knowledge goes."""

    __slots__ = ("draft",)

    draft: AgentDraft

    def _knows_in(self) -> AgentDraft:
        return self.draft

    def _retrieves_for(self) -> tuple[AgentDraft, RetrieverScope, str]:
        return self.draft, "agent", ""

    @property
    def retrievers(self) -> tuple[str, ...]:
        """Ids of its retrievers, in order of attachment."""
        return tuple(self.draft.retrievers)

    async def list_variables(self) -> list[VariableHandle]:
        """Its variables in order of declaration, then those that it has by its server."""
        return variables_of(self.draft)

    async def find_variable(self, *, id: str | None = None, name: str | None = None) -> VariableHandle | None:
        """The variable of that id or name, None where there is none."""
        for variable in variables_of(self.draft):
            if variable.id == id or (id is None and variable.name == name):
                return variable
        return None

    async def get_variable(self, *, id: str | None = None, name: str | None = None) -> VariableHandle:
        """The variable of that id or name. Raises UnknownNameError."""
        found = await self.find_variable(id=id, name=name)
        if found is None:
            wanted = id if id is not None else name or ""
            known = [variable.id for variable in variables_of(self.draft)]
            raise UnknownNameError(kind="variable", name=wanted, known=known)
        return found
