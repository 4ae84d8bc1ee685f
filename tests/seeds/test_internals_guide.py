"""The guide to the internals: an agent's fields, the tool decorator, and the healthcare agent.

The layers that it draws first are kept here by the import contracts in pyproject.toml, which `make lint` checks.
"""

import ast
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import understudy.engine as p
from understudy.engine.domain.relationship import Endpoint

from ..engine.worlds import calling, matching, moving, scripted_model
from .snippets import Snippet, row

DOCUMENT = "002"
NOW = "2026-03-02T09:00:00+00:00"

URGENT = "patient-says-visit-is-urgent"
WANTS_VISIT = "patient-wants-to-schedule-appointment"


@row("I02", 76, 86)
async def test_every_field_of_an_agent_can_be_read(snippet: Snippet) -> None:
    (described,) = ast.parse(snippet.text).body
    assert isinstance(described, ast.ClassDef)
    fields = [ast.unparse(line.target) for line in described.body if isinstance(line, ast.AnnAssign)]
    async with p.Server() as server:
        agent = await server.create_agent("Emma", tags=["north"])
        plain = await server.create_agent("Otto", "Sells cars", composition_mode=p.CompositionMode.STRICT)
    assert len(fields) == 7
    assert [name for name in fields if not hasattr(agent, name)] == []
    assert (agent.id, agent.name, agent.description, agent.tags) == ("emma", "Emma", "", ("north",))
    assert (plain.description, plain.tags) == ("Sells cars", ())
    assert agent.max_engine_iterations == 3
    assert agent.creation_utc.tzinfo is UTC
    assert agent.creation_utc <= plain.creation_utc
    assert (agent.composition_mode, plain.composition_mode) == (p.CompositionMode.FLUID, p.CompositionMode.STRICT)
    assert [mode.value for mode in p.CompositionMode] == ["fluid", "composited", "strict"]


@row("I07", 186, 190)
async def test_a_decorated_function_is_a_tool(snippet: Snippet) -> None:
    get_weather = (await snippet.run(p=p))["get_weather"]
    model = scripted_model(match=matching("weather"), tools=calling(get_weather={"city": "Oslo"}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Guide")
        await agent.create_guideline("asks for the weather", "tell it", id="weather", tools=[get_weather])
        turn = await server.conversation(agent).say("What's the weather in Oslo?")
    assert [(item.name, item.type, item.required) for item in get_weather.tool.parameters] == [("city", "string", True)]
    (call,) = turn.trace.calls
    assert (call.tool, call.arguments) == ("get_weather", {"city": "Oslo"})
    assert call.result.data == {"temp": 20, "condition": "sunny"}
    assert '"condition":"sunny","temp":20' in model.asked[-2].prompt


@p.tool
async def get_insurance_providers(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult(["Mega Insurance", "Acme Health"])


class JourneyToCome:
    """Stands for a journey that is declared once there is an agent to declare it on."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.endpoint = Endpoint(kind="journey", id=title)


async def clinic(snippet: Snippet) -> p.BuiltAgent:
    """The healthcare agent with what it takes for granted: a type, a tool and two journeys to choose between."""
    choices = (JourneyToCome("results"), JourneyToCome("billing"))
    around: dict[str, Any] = {"datetime": datetime, "get_insurance_providers": get_insurance_providers}
    names = await snippet.run(journey1=choices[0], journey2=choices[1], **around)
    for choice in choices:
        await names["agent"].create_journey(choice.title)
    return names["server"].build(names["agent"])


@row("I40", 1453, 1541)
async def test_the_healthcare_agent_is_built_whole(snippet: Snippet) -> None:
    definition = (await clinic(snippet)).definition
    assert (definition.id, definition.max_engine_iterations) == ("healthcare-agent", 3)
    assert definition.composition_mode is p.CompositionMode.FLUID
    assert [(term.name, term.synonyms) for term in definition.terms] == [
        ("Office Hours", ()),
        ("Charles Xavier", ("Professor X",)),
    ]
    assert [(item.id, item.criticality.value, item.tools) for item in definition.guidelines] == [
        ("patient-asks-about-insurance", "medium", ("get_insurance_providers",)),
        (URGENT, "high", ()),
        (WANTS_VISIT, "medium", ()),
        ("patient-asks-to-follow-up-but-unclear-how", "medium", ()),
    ]
    assert [str(item.target) for item in definition.relations("disambiguation")] == [
        "journey 'results'",
        "journey 'billing'",
    ]


@row("I40", 1453, 1541)
async def test_its_journey_ends_when_the_visit_is_booked(snippet: Snippet) -> None:
    journey = (await clinic(snippet)).definition.journeys[0]
    assert [(state.id, state.kind) for state in journey.states] == [
        ("root", "initial"),
        ("determine-reason-for-visit", "chat"),
        ("get_upcoming_slots", "tool"),
        ("list-available-times-and-ask-which-works", "chat"),
        ("confirm-details-before-scheduling", "chat"),
        ("schedule_appointment", "tool"),
        ("end", "end"),
    ]
    states = [state.id for state in journey.states]
    assert [(way.source, way.target) for way in journey.transitions] == list(pairwise(states))
    assert [way.condition for way in journey.transitions if way.condition] == [
        "Patient picks a time",
        "Patient confirms details",
    ]


@row("I40", 1453, 1541)
async def test_a_parameter_may_have_the_name_of_its_type(snippet: Snippet) -> None:
    tool = (await clinic(snippet)).definition.tool("schedule_appointment")
    assert tool is not None
    assert [(item.name, item.type) for item in tool.parameters] == [("datetime", "datetime")]


@row("I40", 1453, 1541)
async def test_a_visit_is_booked_and_the_journey_completed(snippet: Snippet) -> None:
    built = await clinic(snippet)

    def go_on(session: p.Session | None, *, to: str, **answers: Any) -> p.Conversation:
        model = scripted_model(journey=moving(schedule_appointment=("advance", to)), **answers)
        return p.open_conversation(built, llm=model, now=NOW, session=session)

    talk = go_on(None, to="get_upcoming_slots", match=matching(WANTS_VISIT))
    offered = await talk.say("I want to schedule an appointment, my back hurts")
    talk = go_on(talk.session, to="confirm-details-before-scheduling")
    picked = await talk.say("Tuesday at two")
    booking = calling(schedule_appointment={"datetime": "2026-03-03T14:00"})
    talk = go_on(talk.session, to="schedule_appointment", tools=booking)
    booked = await talk.say("Yes, that is right")
    assert [turn.trace.failure for turn in (offered, picked, booked)] == [None] * 3
    assert (offered.tool_calls, picked.tool_calls) == (("get_upcoming_slots",), ())
    assert offered.journeys == {"schedule-appointment": "list-available-times-and-ask-which-works"}
    assert [call.result.data for call in booked.trace.calls] == ["Scheduled for 2026-03-03 14:00:00"]
    assert talk.session.state.paths["schedule-appointment"][-1] == "<completed>"


@row("I40", 1453, 1541)
async def test_urgent_visits_insurance_and_the_glossary_are_dealt_with(snippet: Snippet) -> None:
    talk = p.open_conversation(await clinic(snippet), llm=p.make_llm("offline"), now=NOW)
    urgent = await talk.say("This visit is urgent")
    insured = await talk.say("Which insurance do you take?")
    asked = await talk.say("Is Professor X there?")
    assert urgent.fired == (URGENT,)
    assert urgent.reply == "Please call office immediately."
    assert insured.tool_calls == ("get_insurance_providers",)
    assert "Mega Insurance, Acme Health" in insured.reply
    assert asked.trace.terms == ("Charles Xavier",)
    assert "Neurologist" in asked.reply
