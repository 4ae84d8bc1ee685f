"""Terms, variables and canned responses as an author holds them."""

from collections.abc import Sequence
from dataclasses import replace

from ..canned import fields_of
from ..domain.knowledge import CannedResponse, Term, Variable
from ..domain.session import Customer
from ..domain.values import JSON
from .draft import AgentDraft


def add_response(draft: AgentDraft, response: CannedResponse) -> str:
    """Add a canned response and give its id: the author's, or its first words. Raises TemplateError."""
    response_id = draft.id_for(draft.responses, response.id or None, response.template)
    if response_id in draft.responses:
        made_at = draft.responses[response_id].source
        raise ValueError(f"a canned response {response_id!r} was declared at {made_at}; give this one another id=")
    named = replace(response, id=response_id)
    fields_of(named.template)
    draft.responses[response_id] = named
    return response_id


def add_term(draft: AgentDraft, *, name: str, description: str, synonyms: Sequence[str], id: str | None) -> Term:
    """Add a term to an agent's glossary."""
    term_id = draft.id_for(draft.terms, id, name)
    made = Term(id=term_id, name=name, description=description, synonyms=tuple(synonyms))
    draft.terms[term_id] = made
    return made


class VariableHandle:
    """A variable of an agent in the making, whose values may be set for a customer, a tag, the agent or everybody."""

    __slots__ = ("_draft", "id")

    def __init__(self, draft: AgentDraft, variable_id: str) -> None:
        self._draft = draft
        self.id = variable_id

    @property
    def value(self) -> Variable:
        """The variable as it stands."""
        return self._draft.variables[self.id]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.value.name

    @property
    def description(self) -> str:
        """What it means."""
        return self.value.description

    async def set_value_for_customer(self, customer: Customer | str, value: JSON) -> None:
        """Set the value for one customer; it wins over every other."""
        self._set(f"customer:{getattr(customer, 'id', customer)}", value)

    async def set_value_for_tag(self, tag: object, value: JSON) -> None:
        """Set the value for all customers with a tag."""
        self._set(f"tag:{getattr(tag, 'id', tag)}", value)

    async def set_value_for_agent(self, agent: object, value: JSON) -> None:
        """Set the value for every customer of the agent."""
        self._set("agent", value)

    async def set_global_value(self, value: JSON) -> None:
        """Set the value for everybody who has no other."""
        self._set("global", value)

    def _set(self, scope: str, value: JSON) -> None:
        self._draft.variables[self.id] = replace(self.value, values={**self.value.values, scope: value})


def add_variable(draft: AgentDraft, *, name: str, description: str, id: str | None = None) -> VariableHandle:
    """Add a variable to an agent."""
    variable_id = draft.id_for(draft.variables, id, name)
    draft.variables[variable_id] = Variable(id=variable_id, name=name, description=description)
    return VariableHandle(draft, variable_id)
