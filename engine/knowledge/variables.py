"""The values of variables that hold for a customer: those set for it, those that a tool gives, and defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..asking.asks import side_by_side
from ..domain.current import join_turn
from ..domain.knowledge import Variable
from ..domain.situation import KnownVariable
from ..domain.trace_context import VariableRefresh
from ..domain.turn import Turn
from ..domain.values import JSON
from ..ports import StoredValue, ToolInvocation
from ..services import Services

FROM_TOOL = "tool/"
"""What the scope of a value begins with that a tool gave: it never takes the place of one that was set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A variable's value, and how it was asked for where it was."""

    value: JSON
    refresh: VariableRefresh | None = None


async def with_variables(turn: Turn, services: Services) -> Turn:
    """The turn with the values in force for its customer; tools are called for those that are no longer fresh."""
    declared = turn.agent.variables
    by_tool = [variable for variable in declared if variable.tool is not None]
    given_by_tools = await side_by_side(_value(turn, services, variable=variable) for variable in by_tool)
    found = {variable.id: value for variable, value in zip(by_tool, given_by_tools, strict=True)}
    values = [found.get(item.id) or await _value(turn, services, variable=item) for item in declared]
    known = [
        KnownVariable(name=variable.name, description=variable.description, value=value.value)
        for variable, value in zip(declared, values, strict=True)
        if value.value is not None
    ]
    names = {variable.name for variable in declared}
    given = turn.session.variables
    known += [KnownVariable(name=name, description="", value=given[name]) for name in given if name not in names]
    refreshed = tuple(value.refresh for value in values if value.refresh is not None)
    for refresh in refreshed:
        if refresh.error:
            turn = turn.note(f"variable {refresh.variable!r} was not refreshed by {refresh.tool!r}: {refresh.error}")
    trace = replace(
        turn.trace,
        variables={variable.name: variable.value for variable in known},
        context=replace(turn.trace.context, refreshed=refreshed),
    )
    join_turn(variables=trace.variables)
    return replace(turn, variables=tuple(known), trace=trace)


async def _value(turn: Turn, services: Services, *, variable: Variable) -> _Value:
    if variable.name in turn.session.variables:
        return _Value(value=turn.session.variables[variable.name])
    variable = replace(variable, values=await _set_values(turn, services, variable=variable))
    customer = turn.session.customer
    default = _Value(value=variable.value_for(customer.id, customer.tags))
    if variable.tool is None or variable.is_set_for(customer.id, customer.tags):
        return default
    given = await _from_tool(turn, services, variable=variable)
    return replace(given, value=default.value) if given.value is None else given


async def _set_values(turn: Turn, services: Services, *, variable: Variable) -> Mapping[str, JSON]:
    """What was set for the scopes that count for this customer, when the agent was declared or since."""
    if services.variables is None:
        return variable.values
    customer = turn.session.customer
    values = dict(variable.values)
    name = store_name(variable.home or turn.agent.id, variable.id)
    kept_as = {"agent": variable.agent_scope(turn.agent.id)}
    for scope in (*variable.own_scopes(customer.id, customer.tags), "agent", "global"):
        stored = await services.variables.load(name, kept_as.get(scope, scope))
        if stored is not None:
            values[scope] = stored.value
    return values


async def _from_tool(turn: Turn, services: Services, *, variable: Variable) -> _Value:
    """What the variable's tool gave, or gives now because that is no longer good."""
    from .freshness import is_fresh  # where no variable has a tool, nothing reads cron expressions

    now = services.clock.now()
    scope = scope_of(variable, customer=turn.session.customer.id)
    store = services.variables
    name = store_name("" if variable.shared_by == "global" else turn.agent.id, variable.id)
    stored = await store.load(name, FROM_TOOL + scope) if store else None
    if stored is not None and is_fresh(variable, at=stored.at, now=now):
        return _Value(value=stored.value)
    refresh = await _call(turn, services, variable=variable, scope=scope)
    if refresh.error:
        return _Value(value=stored.value if stored else None, refresh=refresh)
    if store is not None:
        await store.save(name, FROM_TOOL + scope, stored=StoredValue(value=refresh.value, at=now))
    return _Value(value=refresh.value, refresh=refresh)


async def _call(turn: Turn, services: Services, *, variable: Variable, scope: str) -> VariableRefresh:
    tool = turn.agent.tool(variable.tool or "")
    assert tool is not None, "a definition has the tools that its variables name"
    invocation = ToolInvocation(
        tool=tool,
        arguments={},
        session=turn.session,
        ordinal=turn.trace.turn,
        agent_name=turn.agent.name,
        agent_id=turn.agent.id,
        now=services.clock.now(),
    )
    result = await services.tools.run(invocation)
    made = VariableRefresh(variable=variable.name, tool=tool.id, scope=scope, value=result.data)
    return replace(made, value=None, error=result.error or "the call failed") if result.failed else made


def scope_of(variable: Variable, *, customer: str) -> str:
    """Under which scope what the variable's tool gives is kept."""
    return f"customer:{customer}" if variable.shared_by == "customer" else variable.shared_by


def store_name(agent: str, variable: str) -> str:
    """Under which name a variable's values are kept: two agents may have one of the same id."""
    return f"{agent}/{variable}"
