"""What an agent may say, worked out from the session, the trace and what a model worded."""

import json

import understudy.engine as p
from understudy.engine.composition.canned import RenderError, fields_of, render, standard_fields
from understudy.engine.domain.facts import FieldFacts, KnownVariable
from understudy.engine.domain.session import ToolEvent
from understudy.engine.domain.trace import Trace
from understudy.engine.domain.values import JSON
from understudy.engine.tooling.proposals import worth_telling

from .definitions import NO_MATCH
from .play import Moment, World


def check_wording(world: World, moment: Moment, trace: Trace) -> None:
    """A strict agent says a canned response, all of whose fields are there, or that it has none."""
    if trace.composition is None:
        assert not trace.said
        return
    strict = trace.composition.mode is p.CompositionMode.STRICT
    assert strict or world.agent.composition_mode is not p.CompositionMode.STRICT
    fields = _fields(world, moment, trace)
    given = {text for call in trace.calls for text in call.result.canned_responses}
    for said in trace.said:
        if said.canned is None:
            assert said.text in ((NO_MATCH,) if strict else (trace.composition.draft, trace.composition.reworded))
            continue
        response = world.agent.canned_response(said.canned)
        if response is None:
            assert any(said.text in _renderings(moment, template, fields=fields) for template in given)
            continue
        assert response.journey in (None, *trace.active_journeys)
        assert {name.partition(".")[0] for name in response.field_dependencies} <= fields.keys()
        assert said.text in _renderings(moment, response.template, fields=fields)


def _renderings(moment: Moment, template: str, *, fields: dict[str, JSON]) -> set[str]:
    """What a template may say, with what the model worded for it; nothing where it takes what is not there."""
    try:
        taken = fields_of(template)
        if "generative" not in taken:
            return {render(template, fields)} if taken <= fields.keys() else set()
        worded = [{"mood": value} for value in _worded(moment, template)]
        return {render(template, {**fields, "generative": values}) for values in worded}
    except (RenderError, p.TemplateError):
        return set()


def _worded(moment: Moment, template: str) -> list[str]:
    """The values that the model gave for the fields of a template."""
    asked = [text for ask, text in moment.asks if isinstance(ask.facts, FieldFacts) and ask.facts.template == template]
    return [value for text in asked if (value := _value(text)) is not None]


def _value(text: str | None) -> str | None:
    try:
        value = json.loads(text or "")["value"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _fields(world: World, moment: Moment, trace: Trace) -> dict[str, JSON]:
    """What canned responses may refer to, worked out from the session and the trace."""
    before = [event for event in moment.before.events if isinstance(event, ToolEvent)]
    calls = (*(call for event in before for call in event.calls), *trace.calls)
    fields = {name: value for call in calls for name, value in call.result.canned_response_fields.items()}
    standard = standard_fields(
        customer_name="Guest",
        agent_name=world.agent.name,
        variables=[KnownVariable(name=name, description="", value=value) for name, value in trace.variables.items()],
        terms=world.agent.terms,
        insights=worth_telling(trace.insights),
    )
    return {**fields, "std": standard}
