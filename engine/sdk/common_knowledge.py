"""What agents of a server know in common: terms, variables and capabilities declared on it, for all or by tag."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from ..domain.knowledge import Variable
from .draft import AgentDraft
from .knows import Knows
from .variables import VariableHandle


class Tagged(Protocol):
    """Something that may carry tags."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Ids of its tags."""
        ...


T = TypeVar("T", bound=Tagged)


class CommonKnowledge(Knows):
    """A server as far as it knows things for its agents: without tags for all, else for those that carry one of them.

    An agent that has something of the same id keeps its own.
    """

    _library: AgentDraft

    def _knows_in(self) -> AgentDraft:
        return self._library


def with_common_knowledge(draft: AgentDraft) -> AgentDraft:
    """An agent in the making with what it knows by its server; the agent itself where that is nothing."""
    if draft.library is None:
        return draft
    library = draft.library
    terms = _joined(draft.terms, library.terms, tags=draft.settings.tags)
    capabilities = _joined(draft.capabilities, library.capabilities, tags=draft.settings.tags)
    variables = _joined(draft.variables, library.variables, tags=draft.settings.tags)
    added = [variables[name] for name in variables if name not in draft.variables]
    if len(terms) == len(draft.terms) and len(capabilities) == len(draft.capabilities) and not added:
        return draft
    tools = {item.tool: library.tools[item.tool] for item in added if item.tool is not None}
    own = {item.id: _of_agent(item, draft.settings.id) for item in added}
    return replace(
        draft,
        terms=terms,
        capabilities=capabilities,
        variables={**draft.variables, **own},
        tools={**draft.tools, **{name: tool for name, tool in tools.items() if name not in draft.tools}},
    )


def variables_of(draft: AgentDraft) -> list[VariableHandle]:
    """The variables that an agent has: its own, then those of its server."""
    own = [VariableHandle(draft, name) for name in draft.variables]
    if draft.library is None:
        return own
    joined = _joined(draft.variables, draft.library.variables, tags=draft.settings.tags)
    return own + [VariableHandle(draft.library, name) for name in joined if name not in draft.variables]


def _joined(own: Mapping[str, T], common: Mapping[str, T], *, tags: Iterable[str]) -> dict[str, T]:
    """What is an agent's own, then what it has of the server's."""
    carried = set(tags)
    seen = {name: item for name, item in common.items() if not item.tags or carried & set(item.tags)}
    return {**own, **{name: item for name, item in seen.items() if name not in own}}


def _of_agent(variable: Variable, agent: str) -> Variable:
    """A common variable as one agent has it: of the values set for agents, its own."""
    kept = {scope: value for scope, value in variable.values.items() if not scope.startswith("agent:")}
    if (mine := variable.agent_scope(agent)) in variable.values:
        kept["agent"] = variable.values[mine]
    return replace(variable, values=kept)
