"""Variables as an author holds them: what they are called, who gives their values, and the values set by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack, cast

from ..domain.current import current_part
from ..domain.knowledge import Sharing, Variable
from ..domain.session import Customer
from ..domain.values import JSON
from ..errors import FreshnessError, NotOpenError, UnknownNameError
from ..knowledge.freshness import check_cron
from ..knowledge.variables import store_name
from ..ports import StoredValue
from . import kinds
from .checking import checked, shown
from .draft import AgentDraft
from .names import here
from .relations import Tag, tag_ids
from .tool_references import ToolRef
from .tools import ToolId

SHARINGS: tuple[Sharing, ...] = ("customer", "agent", "global")
RULES = ("max_age_seconds", "cron")
EVERYBODY = "*"
"""Under what values are kept of a variable that several agents have."""
LIBRARY = ""
"""What the server stands under where variables are looked for among its agents; no agent has an empty id."""


class VariableOptions(TypedDict, total=False):
    """What may be said of a variable beside its name and description."""

    id: str | None
    tool: ToolRef | None
    service_name: str
    tool_name: str
    freshness_rules: str | Mapping[str, Any] | None
    shared_by: Sharing
    tags: Sequence[Tag | str]


class VariableHandle:
    """A variable of an agent in the making, whose values may be set for a customer, a tag, the agent or everybody."""

    __slots__ = ("_draft", "id")

    def __init__(self, draft: AgentDraft, variable_id: str) -> None:
        self._draft = draft
        self.id = variable_id

    def __repr__(self) -> str:
        return f"<Variable {self.id!r}>"

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

    @property
    def tool(self) -> str | None:
        """The tool that gives its value, by its id."""
        return self.value.tool

    @property
    def freshness_rules(self) -> str | None:
        """The cron expression of its tool's value; None where it goes by age, or is asked for in each turn."""
        return self.value.freshness

    async def set_value(self, value: JSON, *, customer_id: str | None = None, tag: object | None = None) -> None:
        """Set the value for one customer or for all customers with a tag; exactly one of the two is given."""
        if (customer_id is None) == (tag is None):
            given = "neither" if tag is None else "both"
            raise ValueError(f"variable {self.id!r}: set_value() takes customer_id= or tag=, and {given} were given")
        await self._set(_of_customer(customer_id) if tag is None else _of_tag(tag), value)

    async def set_value_for_customer(self, customer: Customer | str, value: JSON) -> None:
        """Set the value for one customer; it wins over every other."""
        await self._set(_of_customer(customer), value)

    async def set_value_for_tag(self, tag: object, value: JSON) -> None:
        """Set the value for all customers with a tag."""
        await self._set(_of_tag(tag), value)

    async def set_value_for_agent(self, agent: object, value: JSON) -> None:
        """Set the value for every customer of the agent."""
        await self._set(self._of_agent(agent), value)

    async def set_global_value(self, value: JSON) -> None:
        """Set the value for everybody who has no other."""
        await self._set("global", value)

    async def get_value_for_customer(self, customer: Customer | str) -> JSON:
        """The value set for one customer itself, None where there is none."""
        return await self._get(_of_customer(customer))

    async def get_value_for_tag(self, tag: object) -> JSON:
        """The value set for the customers with a tag, None where there is none."""
        return await self._get(_of_tag(tag))

    async def get_value_for_agent(self, agent: object) -> JSON:
        """The value set for every customer of the agent, None where there is none."""
        return await self._get(self._of_agent(agent))

    async def get_global_value(self) -> JSON:
        """The value set for everybody who has no other, None where there is none."""
        return await self._get("global")

    async def get_value(self) -> JSON:
        """The value in force in the turn being played, None where there is none. Raises NotOpenError outside."""
        known = current_part("variables")
        if known is None:
            raise NotOpenError(
                f"the value of variable {self.id!r} in force is known only while a turn is played: use get_value() "
                "inside a tool, hook, handler, retriever or matcher, or ask for the value of a customer"
            )
        return cast("Mapping[str, JSON]", known).get(self.name)

    def _of_agent(self, agent: object) -> str:
        return self.value.agent_scope(str(getattr(agent, "id", agent)))

    def _kept_as(self) -> str:
        return store_name(self.value.home or self._draft.settings.id, self.id)

    async def _set(self, scope: str, value: JSON) -> None:
        self._draft.variables[self.id] = replace(self.value, values={**self.value.values, scope: value})
        if self._draft.values is not None:
            await self._draft.values.save(self._kept_as(), scope, stored=StoredValue(value=value, at=datetime.now(UTC)))

    async def _get(self, scope: str) -> JSON:
        if self._draft.values is not None:
            stored = await self._draft.values.load(self._kept_as(), scope)
            if stored is not None:
                return stored.value
        return self.value.values.get(scope)


def _of_customer(customer: object) -> str:
    return f"customer:{getattr(customer, 'id', customer)}"


def _of_tag(tag: object) -> str:
    return f"tag:{getattr(tag, 'id', tag)}"


def add_variable(
    draft: AgentDraft, *, name: str, description: str | None, **options: Unpack[VariableOptions]
) -> VariableHandle:
    """Add a variable to an agent. Raises FreshnessError, and UnknownNameError for what there is not."""
    place = here(f"variable {name!r}")
    _known(options, VariableOptions.__annotations__, kind="option of a variable", place=place)
    given = {"name": name, "description": description, **options}
    said = checked(f"variable {shown(name)}", given, kinds.VARIABLE, required=("name",))
    options = cast("VariableOptions", {option: value for option, value in said.items() if option in options})
    variable_id = draft.id_for(draft.variables, options.get("id"), name)
    tool = _tool(options)
    shared_by = options.get("shared_by") or "customer"
    _known([shared_by], SHARINGS, kind="way to share a value", place=place)
    cron, age = freshness_of(options.get("freshness_rules"), place=place)
    if tool is None and (cron is not None or age is not None):
        raise FreshnessError(f"{place}: freshness_rules= say when a tool is asked again, and no tool= is given")
    draft.variables[variable_id] = Variable(
        id=variable_id,
        name=name,
        description=description or "",
        tool=None if tool is None else _without_parameters(draft, tool, place=place),
        freshness=cron,
        max_age_seconds=age,
        shared_by=shared_by,
        home=EVERYBODY if draft.is_library else "",
        tags=tag_ids(options.get("tags") or ()),
    )
    return VariableHandle(draft, variable_id)


def freshness_of(rules: str | Mapping[str, Any] | None, *, place: str) -> tuple[str | None, float | None]:
    """A cron expression or an age in seconds. Raises FreshnessError, and UnknownNameError for an unknown rule."""
    if rules is None:
        return None, None
    if isinstance(rules, str):
        check_cron(rules, place=place)
        return rules, None
    _known(rules, RULES, kind="rule of freshness", place=place)
    if len(rules) != 1:
        raise FreshnessError(
            f"{place}: freshness_rules= takes one of {' and '.join(RULES)}, and {len(rules)} were given"
        )
    if "cron" in rules:
        return freshness_of(str(rules["cron"]), place=place)
    age = rules["max_age_seconds"]
    if isinstance(age, bool) or not isinstance(age, int | float) or not age > 0:
        raise FreshnessError(f"{place}: max_age_seconds is {age!r}; give a number of seconds above 0")
    return None, float(age)


def _known(
    names: Mapping[str, object] | Sequence[str], known: Mapping[str, Any] | Sequence[str], *, kind: str, place: str
) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(kind=kind, name=name, known=known, place=place)


def _tool(options: VariableOptions) -> ToolRef | None:
    """The tool that gives the value: named by itself, or by its service and its name."""
    if "tool_name" in options:
        return ToolId(options.get("service_name", "default"), options["tool_name"])
    return options.get("tool")


def _without_parameters(draft: AgentDraft, ref: ToolRef, *, place: str) -> str:
    """The id of a tool that can be called without arguments. Raises ValueError for one that can't."""
    (name,) = draft.use_tools([ref])
    needed = [parameter.name for parameter in draft.tools[name].tool.parameters if parameter.required]
    if needed:
        raise ValueError(
            f"{place}: its tool {name!r} needs {', '.join(needed)}, and nobody is there to say what; take a tool "
            "without required parameters, which finds the customer in its context"
        )
    return name


class Variables:
    """The variables of a server's agents."""

    def __init__(self, drafts: Mapping[str, AgentDraft], *, library: AgentDraft) -> None:
        self._drafts = drafts
        self._library = library

    async def create(
        self, *, agent_id: str, name: str, description: str = "", **options: Unpack[VariableOptions]
    ) -> VariableHandle:
        """Add a variable to an agent; further parameters as of Agent.create_variable, and service_name, tool_name.

        Raises UnknownNameError for an agent, a tool or an option that is not there, FreshnessError.
        """
        return add_variable(self._draft(agent_id), name=name, description=description, **options)

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
        await self._find(variable_id, agent_id).set_value(value, customer_id=customer_id, tag=tag)

    async def get_value(
        self,
        *,
        variable_id: str,
        customer_id: str | None = None,
        tag: object | None = None,
        agent_id: str | None = None,
    ) -> JSON:
        """The value set for one customer, for the customers with a tag, or, where neither is named, for everybody."""
        variable = self._find(variable_id, agent_id)
        if customer_id is not None:
            return await variable.get_value_for_customer(customer_id)
        return await (variable.get_global_value() if tag is None else variable.get_value_for_tag(tag))

    def _find(self, variable_id: str, agent_id: str | None) -> VariableHandle:
        wanted = self._drafts if agent_id is None else {agent_id: self._draft(agent_id)}
        drafts = {**wanted, LIBRARY: self._library}
        owners = [name for name, draft in drafts.items() if variable_id in draft.variables]
        if agent_id is not None:  # an agent's own counts before the server's of the same id
            owners = owners[:1]
        if len(owners) != 1:
            known = [name for draft in drafts.values() for name in draft.variables]
            several = [f"{name}/{variable_id}" for name in owners]
            place = "set_value() without agent_id=" if several else ""
            raise UnknownNameError(kind="variable", name=variable_id, known=known, several=several, place=place)
        return VariableHandle(drafts[owners[0]], variable_id)

    def _draft(self, agent_id: str) -> AgentDraft:
        if agent_id not in self._drafts:
            raise UnknownNameError(kind="agent", name=agent_id, known=self._drafts)
        return self._drafts[agent_id]
