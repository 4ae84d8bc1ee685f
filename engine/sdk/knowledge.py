"""Terms, variables and canned responses as an author holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from ..canned import fields_of
from ..domain.knowledge import CannedResponse, Term, Variable
from ..domain.session import Customer
from ..domain.values import JSON
from ..errors import UnknownNameError
from .draft import AgentDraft
from .names import caller
from .relations import Tag, tag_ids


def add_response(draft: AgentDraft, response: CannedResponse) -> str:
    """Add a canned response and give its id: the author's, or its first words. Raises TemplateError."""
    response_id = draft.id_for(draft.responses, response.id or None, response.template)
    if response_id in draft.responses:
        made_at = draft.responses[response_id].source
        raise ValueError(f"a canned response {response_id!r} was declared at {made_at}; give this one another id=")
    named = replace(response, id=response_id)
    fields_of(named.template, response=response_id, place=str(named.source or ""))
    draft.responses[response_id] = named
    return response_id


class ResponseOptions(TypedDict, total=False):
    """What may be said of a canned response beside its template."""

    signals: Sequence[str]
    tags: Sequence[Tag | str]
    metadata: Mapping[str, JSON] | None
    field_dependencies: Sequence[str]
    id: str | None


def make_response(draft: AgentDraft, template: str, **options: Unpack[ResponseOptions]) -> str:
    """Add a canned response and give its id. Raises TemplateError, and UnknownNameError for an unknown option."""
    known = ResponseOptions.__annotations__
    for option in options:
        if option not in known:
            place = str(caller() or "")
            raise UnknownNameError(kind="option of a canned response", name=option, known=known, place=place)
    response = CannedResponse(
        id=options.get("id") or "",
        template=template,
        signals=tuple(options.get("signals", ())),
        tags=tag_ids(options.get("tags", ())),
        field_dependencies=tuple(options.get("field_dependencies", ())),
        metadata=dict(options.get("metadata") or {}),
        source=caller(),
    )
    return add_response(draft, response)


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

    async def set_value(self, value: JSON, *, customer_id: str | None = None, tag: object | None = None) -> None:
        """Set the value for one customer or for all customers with a tag; exactly one of the two is given."""
        if (customer_id is None) == (tag is None):
            given = "neither" if tag is None else "both"
            raise ValueError(f"variable {self.id!r}: set_value() takes customer_id= or tag=, and {given} were given")
        self._set(f"customer:{customer_id}" if tag is None else f"tag:{getattr(tag, 'id', tag)}", value)

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


class Variables:
    """The variables of a server's agents."""

    def __init__(self, drafts: Mapping[str, AgentDraft]) -> None:
        self._drafts = drafts

    async def create(self, *, agent_id: str, name: str, description: str = "") -> VariableHandle:
        """Add a variable to an agent. Raises UnknownNameError for an agent that is not there."""
        return add_variable(self._draft(agent_id), name=name, description=description)

    async def list(self, *, agent_id: str) -> Sequence[VariableHandle]:
        """An agent's variables, in order of declaration. Raises UnknownNameError for an agent that is not there."""
        draft = self._draft(agent_id)
        return [VariableHandle(draft, variable_id) for variable_id in draft.variables]

    async def set_value(
        self,
        *,
        variable_id: str,
        value: JSON,
        customer_id: str | None = None,
        tag: object | None = None,
        agent_id: str | None = None,
    ) -> None:
        """Set a variable's value for one customer or for all customers with a tag.

        `agent_id` says whose variable is meant where several agents have one of that id. Raises UnknownNameError.
        """
        drafts = self._drafts if agent_id is None else {agent_id: self._draft(agent_id)}
        owners = [name for name, draft in drafts.items() if variable_id in draft.variables]
        if len(owners) != 1:
            known = [name for draft in drafts.values() for name in draft.variables]
            several = [f"{name}/{variable_id}" for name in owners]
            place = "set_value() without agent_id=" if several else ""
            raise UnknownNameError(kind="variable", name=variable_id, known=known, several=several, place=place)
        await VariableHandle(drafts[owners[0]], variable_id).set_value(value, customer_id=customer_id, tag=tag)

    def _draft(self, agent_id: str) -> AgentDraft:
        if agent_id not in self._drafts:
            raise UnknownNameError(kind="agent", name=agent_id, known=self._drafts)
        return self._drafts[agent_id]
