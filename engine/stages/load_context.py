"""The first step: who is asking, and which values hold for them."""

from dataclasses import replace

from ..domain.facts import KnownVariable
from ..domain.journey import Path
from ..domain.session import Session, ToolEvent
from ..domain.turn import Turn
from ..domain.values import JSON
from ..progress import path_before
from ..services import Services
from ..situation import lines


async def load_context(turn: Turn, services: Services) -> Turn:
    """Look up the variables in force, the journeys' paths, and the fields that earlier tools left."""
    variables = tuple(_known_variables(turn))
    trace = replace(turn.trace, variables={variable.name: variable.value for variable in variables})
    fields = _fields_of_history(turn.session)
    return replace(
        turn,
        heard=lines(turn.session.events, turn.trace_id),
        heard_events=len(turn.session.events),
        variables=variables,
        paths=_paths(turn),
        fields=fields,
        trace=trace,
    )


def _paths(turn: Turn) -> dict[str, Path]:
    """The journeys' paths, without what the definition has lost since the session was saved."""
    stored = turn.session.state.paths
    return {journey.id: path_before(turn, journey) for journey in turn.agent.journeys if journey.id in stored}


def _known_variables(turn: Turn) -> list[KnownVariable]:
    customer = turn.session.customer
    known: list[KnownVariable] = []
    declared: set[str] = set()
    for variable in turn.agent.variables:
        declared.add(variable.name)
        value = turn.session.variables.get(variable.name, variable.value_for(customer.id, customer.tags))
        if value is not None:
            known.append(KnownVariable(name=variable.name, description=variable.description, value=value))
    undeclared = (name for name in turn.session.variables if name not in declared)
    known += [KnownVariable(name=name, description="", value=turn.session.variables[name]) for name in undeclared]
    return known


def _fields_of_history(session: Session) -> dict[str, JSON]:
    """Fields of tool results that live for the session; the newest of a name wins."""
    fields: dict[str, JSON] = {}
    for event in session.events:
        if isinstance(event, ToolEvent):
            for call in event.calls:
                fields.update(call.result.canned_response_fields)
    return fields
