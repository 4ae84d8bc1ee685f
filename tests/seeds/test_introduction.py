"""The introduction: a first agent, a guideline, a tool, a journey and a term.

Its first command installs the package; that the wheel can be installed alone is shown in tests/packaging.
"""

from pathlib import Path

import understudy.engine as p

from ..engine.worlds import calling, matching, moving, scripted_model
from .snippets import Snippet, read_fenced, row, run_script

DOCUMENT = "001"


@row("G03", 33, 50)
def test_the_first_script_prints_its_agents_name_and_id(snippet: Snippet, tmp_path: Path) -> None:
    done = run_script(snippet.script(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Agent 'Otto Carmen' created with ID: otto-carmen\n"


@row("G03", 33, 50)
def test_the_first_scripts_agent_can_be_rehearsed(snippet: Snippet, tmp_path: Path) -> None:
    snippet.script(tmp_path)
    definition = p.load_agent("main.py", tmp_path).definition
    assert (definition.id, definition.name) == ("otto-carmen", "Otto Carmen")
    assert definition.description == "You are a helpful assistant working at a car dealership."
    assert definition.guidelines == ()


@row("G04", 54, 56)
def test_run_as_shown_it_says_what_it_declared_and_ends(snippet: Snippet, tmp_path: Path) -> None:
    command, name = snippet.text.split()
    assert command == "python"
    done = run_script(read_fenced(snippet.file, 33, 50).script(tmp_path, name=name))
    assert done.returncode == 0, done.stderr
    assert done.stderr == "understudy: declared 'Otto Carmen' (otto-carmen)\n"


@row("G05", 64, 88)
async def test_a_greeting_fires_the_first_guideline(snippet: Snippet, tmp_path: Path) -> None:
    snippet.script(tmp_path)
    built = p.load_agent("main.py", tmp_path)
    talk = p.open_conversation(built, llm=p.make_llm("offline"))
    greeted = await talk.say("Hello!")
    asked = await talk.say("How much is the red one?")
    assert [(item.condition, item.action) for item in built.definition.guidelines] == [
        ("the customer greets you", "offer a refreshing drink")
    ]
    assert greeted.fired == ("the-customer-greets-you",)
    assert "refreshing drink" in greeted.reply
    assert asked.fired == ()


@row("G06", 118, 138)
async def test_a_tool_runs_for_its_guideline_and_what_it_found_is_told(snippet: Snippet) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Bank")
        tool = (await snippet.run(agent=agent))["get_account_balance"]
        talk = server.conversation(agent)
        greeted = await talk.say("Good morning")
        asked = await talk.say("What is the balance of my account ACC-77?")
    assert (tool.tool.id, tool.tool.description) == (
        "get_account_balance",
        "Fetches the current balance for a given customer account.",
    )
    assert [(item.name, item.type) for item in tool.tool.parameters] == [("account_id", "string")]
    assert greeted.tool_calls == ()
    (call,) = asked.trace.calls
    assert (call.arguments, call.result.data) == ({"account_id": "ACC-77"}, {"balance": 1234.5})
    assert call.because == ("guideline:the-customer-asks-for-their-account-balance",)
    assert "1234.5" in asked.reply


@p.tool
async def get_upcoming_slots(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult(["Monday 10 AM", "Tuesday 2 PM"])


REASON = "determine-the-reason-for-the-visit"
TIMES = "list-available-times-and-ask-which-works-for-them"
DETAILS = "confirm-the-details-with-the-patient-before-scheduling"


@row("G07", 150, 175)
async def test_a_journey_goes_from_chat_over_a_tool_to_chat(snippet: Snippet) -> None:
    names = await snippet.run(p=p, get_upcoming_slots=get_upcoming_slots)
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await names["create_scheduling_journey"](server, agent)
        (drawn,) = agent.freeze().journeys
    assert (journey.title, journey.description) == (
        "Schedule an Appointment",
        "Helps the patient find a time for their appointment.",
    )
    assert [trigger.condition for trigger in journey.triggers] == ["The patient wants to schedule an appointment"]
    assert [(state.id, state.kind) for state in drawn.states] == [
        ("root", "initial"),
        (REASON, "chat"),
        ("get_upcoming_slots", "tool"),
        (TIMES, "chat"),
        (DETAILS, "chat"),
    ]
    assert [(way.source, way.target, way.condition) for way in drawn.transitions] == [
        ("root", REASON, ""),
        (REASON, "get_upcoming_slots", ""),
        ("get_upcoming_slots", TIMES, ""),
        (TIMES, DETAILS, "The patient picks a time"),
    ]


@row("G07", 150, 175)
async def test_a_patient_is_led_through_it(snippet: Snippet) -> None:
    names = await snippet.run(p=p, get_upcoming_slots=get_upcoming_slots)
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Clinic")
        await names["create_scheduling_journey"](server, agent)
        talk = server.conversation(agent)
        turns = [
            await talk.say(text)
            for text in ("I want to schedule an appointment", "My back hurts", "Tuesday 2 PM works")
        ]
    assert [list(turn.journeys.values()) for turn in turns] == [[REASON], [TIMES], [DETAILS]]
    assert [turn.tool_calls for turn in turns] == [(), ("get_upcoming_slots",), ()]
    assert "Monday 10 AM" in turns[1].reply


@row("G07", 150, 175)
async def test_it_goes_on_by_itself_only_after_its_tool_has_run(snippet: Snippet) -> None:
    names = await snippet.run(p=p, get_upcoming_slots=get_upcoming_slots)
    model = scripted_model(
        match=matching("the-patient-wants-to-schedule-an-appointment"),
        journey=moving(schedule_an_appointment=("advance", "get_upcoming_slots")),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await names["create_scheduling_journey"](server, agent)
        turn = await server.conversation(agent).say("An appointment please, my back hurts")
    assert turn.trace.failure is None
    assert [(move.round, move.origin, move.target) for move in turn.trace.moves] == [
        (1, None, "get_upcoming_slots"),
        (2, "get_upcoming_slots", TIMES),
    ]
    assert turn.tool_calls == ("get_upcoming_slots",)
    assert [ask.decision for ask in turn.trace.asks].count("journey") == 1, "going on took no further question"


@row("G07", 150, 175)
async def test_it_waits_for_a_tool_that_can_not_run_yet(snippet: Snippet) -> None:
    @p.tool(name="get_upcoming_slots")
    async def get_slots_of(context: p.ToolContext, doctor: str) -> p.ToolResult:
        return p.ToolResult([f"Monday 10 AM with {doctor}"])

    names = await snippet.run(p=p, get_upcoming_slots=get_slots_of)
    model = scripted_model(
        match=matching("the-patient-wants-to-schedule-an-appointment"),
        journey=moving(schedule_an_appointment=("advance", "get_upcoming_slots")),
        tools=calling(get_upcoming_slots={"doctor": None}),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic")
        await names["create_scheduling_journey"](server, agent)
        turn = await server.conversation(agent).say("An appointment please, my back hurts")
    assert turn.tool_calls == ()
    assert turn.journeys == {"schedule-an-appointment": "get_upcoming_slots"}
    assert [item.parameter.name for item in turn.trace.insights] == ["doctor"]


@row("G10", 235, 241)
async def test_a_term_is_known_by_its_synonyms(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Hotel")
        await snippet.run(agent=agent)
        talk = server.conversation(agent)
        spoken_of = await talk.say("Do you have seaside rooms?")
        (term,) = agent.freeze().terms
    assert (term.name, term.synonyms) == ("Ocean View", ("seaside rooms", "beach view"))
    assert spoken_of.trace.terms == ("Ocean View",)
    assert term.description in model.asked[-1].prompt
