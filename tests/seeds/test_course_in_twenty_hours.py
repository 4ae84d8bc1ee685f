"""The course: its first program, its glossary, and the insurance agent that it ends with."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.evals.loader.scenario_files import load_file

from ..engine.worlds import calling, choosing, following, matching, moving, saying, scripted_model
from .snippets import Snippet, row, run_script

DOCUMENT = "000"
SUITE = Path(__file__).resolve().parents[2] / "scenarios" / "insurance"

ESCALATION = '''
import understudy.engine as p

@p.tool
async def escalate_to_human(context: p.ToolContext) -> p.ToolResult:
    """Hand the conversation over to a specialist."""
    return p.ToolResult({"reference": "REF-7"}, control={"mode": "manual"})
'''
"""What the insurance agent takes for granted."""

FILING = "the-customer-wants-to-file-a-new-claim"
SENSITIVE = "customer-provides-sensitive-information-ssn-credit-card"
STATUS = "customer-wants-to-check-claim-status"
SSN = "519-44-2071"


@pytest.fixture
def claims(snippet: Snippet, tmp_path: Path) -> p.BuiltAgent:
    """The insurance agent, taken from the whole script."""
    snippet.script(tmp_path, name="claims.py", before=ESCALATION)
    return p.load_agent("claims.py", tmp_path)


@row("C01", 63, 92)
async def test_a_turn_takes_the_drawn_steps_in_their_order(snippet: Snippet) -> None:
    @p.tool
    async def find_room(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("room 12")

    model = scripted_model(match=matching("room"), analysis=following("room"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Hotel")
        await agent.create_term("suite", "two rooms")
        await agent.create_guideline("asks for a room", "offer one", id="room", tools=[find_room])
        turn = await server.conversation(agent).say("A suite, please")
    stage_of = {
        "Load Domain Terminology": "ground",
        "Match Relevant Guidelines": "understand",
        "Infer & Call Tools": "call_tools",
        "Tailor Message & Self-Critique": "compose_message",
    }
    drawn = [stage_of[step] for step in re.findall(r"\d\. (.+?) +│", snippet.text)]
    assert len(drawn) == 4
    first_seen = list(dict.fromkeys(name for name, _ in turn.trace.timing.stages))
    assert [name for name in first_seen if name in drawn] == drawn
    assert (turn.trace.terms, turn.fired, turn.tool_calls) == (("suite",), ("room",), ("find_room",))


@row("C01", 63, 92)
async def test_the_draft_says_how_each_guideline_is_met_before_its_text_and_is_judged_afterwards(
    snippet: Snippet,
) -> None:
    assert "Self-Critique" in snippet.text
    model = scripted_model(match=matching("brief", "warm"), analysis=following("warm"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Hotel")
        await agent.create_guideline("speaks", "be brief", id="brief")
        await agent.create_guideline("greets", "be warm", id="warm")
        turn = await server.conversation(agent).say("Hello")
    (draft,) = [ask for ask in model.asked if ask.decision == "draft"]
    assert list(draft.schema["properties"]) == ["plans", "message"]
    assert [ask.decision for ask in turn.trace.asks] == ["match", "draft", "analysis"], "no rounds of revision"
    assert (turn.trace.followed, turn.trace.not_followed) == (("warm",), ("brief",))


@row("C02", 105, 119)
async def test_one_agent_is_one_persona(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    agent = names["agent"]
    assert (agent.id, agent.name) == ("emma", "Emma")
    assert agent.description == "Comprehensive customer support specialist"
    assert [found.id for found in await names["server"].list_agents()] == ["emma"]


@row("C04", 137, 161)
async def test_the_first_program_hands_over_an_agent_that_greets(snippet: Snippet, tmp_path: Path) -> None:
    snippet.script(tmp_path)
    built = p.load_agent("main.py", tmp_path)
    assert (built.definition.id, built.definition.name) == ("alex", "Alex")
    turn = await p.open_conversation(built, llm=p.make_llm("offline")).say("Hello there!")
    assert turn.fired == ("the-customer-greets-you",)
    assert turn.reply == "Hello! How can I help?"


@row("C04", 137, 161)
def test_serving_says_in_one_line_that_there_is_no_server_and_ends(snippet: Snippet, tmp_path: Path) -> None:
    done = run_script(snippet.script(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"understudy: serve\(\) .+\n", done.stderr)


@row("C07", 216, 229)
async def test_both_parts_of_a_guideline_can_be_read_and_it_fires_on_what_it_is_about(snippet: Snippet) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop")
        await snippet.run(agent=agent)
        (guideline,) = await agent.list_guidelines()
        asked = await server.conversation(agent).say("What is your refund policy?")
        other = await server.conversation(agent).say("Where is your shop?")
    assert guideline.condition == "The customer asks about refund policy"
    assert guideline.action == "Explain that we offer full refunds within 30 days"
    assert asked.fired == (guideline.id,) == ("the-customer-asks-about-refund-policy",)
    assert asked.reply == "We offer full refunds within 30 days."
    assert other.fired == ()


@row("C35", 1050, 1083)
async def test_a_term_is_grounded_by_its_synonym(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Hotel")
        await (await snippet.run())["setup_hotel_glossary"](agent)
        turn = await server.conversation(agent).say(
            "I'm a VIP member. Is the beach view free, and the morning special?"
        )
        terms = agent.freeze().terms
    assert [(term.name, len(term.synonyms)) for term in terms] == [
        ("Ocean View Room", 3),
        ("Sunrise Package", 2),
        ("Club Member", 3),
        ("Cancellation Policy", 2),
    ]
    assert turn.trace.terms == ("Ocean View Room", "Sunrise Package", "Club Member")
    assert "entitled to 15% discount" in model.asked[-1].prompt


REHEARSED = {
    "new claims with validation": ("registers-a-claim", "refuses-a-future-date", "unknown-kind-is-not-registered"),
    "claim status": ("status-needs-a-number", "unknown-claim"),
    "policy information": ("gold-cover", "standard-cover"),
    "PII": ("ssn-is-not-repeated", "card-is-not-repeated"),
    "complex cases": ("adjuster-takes-over",),
}
"""What the requirements of a claims agent are about, with the scenarios that rehearse it."""


@row("C54", 1662, 1673)
def test_every_requirement_of_a_claims_agent_is_rehearsed_in_the_insurance_suite(snippet: Snippet) -> None:
    required = re.findall(r"^\d\. (.+)$", snippet.text, re.MULTILINE)
    assert len(required) == len(REHEARSED)
    assert all(about in text for about, text in zip(REHEARSED, required, strict=True))
    present = {scenario.id for path in sorted(SUITE.glob("*.yaml")) for scenario in load_file(path)}
    assert [name for names in REHEARSED.values() for name in names if name not in present] == []


@row("C55", 1677, 1856)
def test_the_insurance_agent_is_built_whole_from_its_script(claims: p.BuiltAgent) -> None:
    agent = claims.definition
    assert (agent.id, agent.name) == ("claims-assistant", "Claims Assistant")
    assert [term.name for term in agent.terms] == ["Deductible", "Coverage Period"]
    assert [(item.name, dict(item.values)) for item in agent.variables] == [("customer_tier", {})]
    assert [(item.id, item.criticality.value, item.tools) for item in agent.guidelines] == [
        ("the-customer-greets-you", "medium", ()),
        (FILING, "high", ("file_claim",)),
        (SENSITIVE, "high", ()),
        (STATUS, "medium", ("check_claim_status",)),
        ("customer-asks-about-their-policy-or-coverage", "medium", ("get_policy_details",)),
        ("the-customers-issue-is-complex-or-requires-human-judgment", "high", ("escalate_to_human",)),
        ("the-customer-wants-to-file-a-claim", "medium", ()),
    ]
    filing = agent.tool("file_claim")
    assert filing is not None
    assert [(item.name, item.type, item.required) for item in filing.parameters] == [
        ("claim_type", "string", True),
        ("incident_date", "string", True),
        ("description", "string", True),
    ]
    assert len(agent.canned_responses) == 3
    assert agent.canned_responses[1].signals == ("claim submitted", "claim filed")


@row("C55", 1677, 1856)
def test_its_journey_is_a_line_of_states_with_one_condition(claims: p.BuiltAgent) -> None:
    (journey,) = claims.definition.journeys
    assert (journey.title, journey.triggers) == ("File New Claim", ("the-customer-wants-to-file-a-claim",))
    states = [state.id for state in journey.states]
    assert [state.kind for state in journey.states] == ["initial", "chat", "chat", "chat", "tool", "chat"]
    assert [(way.source, way.target) for way in journey.transitions] == list(pairwise(states))
    assert [way.condition for way in journey.transitions] == [
        *[""] * 3,
        "All required information has been collected",
        "",
    ]


@row("C55", 1677, 1856)
def test_it_runs_as_a_script_by_itself(snippet: Snippet, tmp_path: Path) -> None:
    done = run_script(snippet.script(tmp_path, before=ESCALATION))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"understudy: serve\(\) .+\n", done.stderr)


@pytest.mark.parametrize("quality", ["none", "low", "partial", "high"])
@row("C55", 1677, 1856)
async def test_however_the_model_answers_sensitive_data_is_never_repeated(claims: p.BuiltAgent, quality: str) -> None:
    safe = claims.definition.canned_responses[2]
    model = scripted_model(
        match=matching(SENSITIVE),
        draft=saying(f"I noted your number {SSN}."),
        selection=choosing(None if quality == "none" else safe.id, quality),
    )
    turn = await p.open_conversation(claims, llm=model).say(f"My SSN is {SSN}")
    assert turn.fired == (SENSITIVE,)
    assert turn.trace.composition is not None
    assert turn.trace.composition.mode is p.CompositionMode.STRICT
    fits = quality in ("partial", "high")
    assert turn.reply == (safe.template if fits else claims.definition.no_match_response)
    assert SSN not in turn.reply


@row("C55", 1677, 1856)
async def test_the_claim_number_can_be_told_once_there_is_one(claims: p.BuiltAgent) -> None:
    submitted = claims.definition.canned_responses[1]
    arguments = {"claim_type": "dental", "incident_date": "2026-03-01", "description": "a broken tooth"}
    answers: dict[str, Any] = {
        "match": matching(FILING),
        "tools": calling(file_claim={**arguments, "description": None}),
        "selection": choosing(None, "none"),
    }
    talk = p.open_conversation(claims, llm=scripted_model(**answers), now="2001-01-01T00:00:00+00:00")
    before = await talk.say("I want to file a new dental claim")
    answers.update(tools=calling(file_claim=arguments), selection=choosing(submitted.id, "high"))
    talk = p.open_conversation(claims, llm=scripted_model(**answers), session=talk.session)
    after = await talk.say("I broke a tooth")
    assert before.tool_calls == ()
    assert [item.parameter.name for item in before.trace.insights] == ["description"]
    assert before.trace.composition is not None
    fates = {item.id: item.fate for item in before.trace.composition.considered}
    assert "claim_number" in fates[submitted.id]
    number = after.trace.calls[0].result.data["claim_id"]
    assert after.reply == submitted.template.replace("{{claim_number}}", number)


@row("C55", 1677, 1856)
async def test_its_own_clock_goes_into_the_claim_number_whatever_the_engines_clock_says(claims: p.BuiltAgent) -> None:
    arguments = {"claim_type": "dental", "incident_date": "2001-01-01", "description": "a broken tooth"}
    model = scripted_model(
        match=matching(FILING), tools=calling(file_claim=arguments), selection=choosing(None, "none")
    )
    talk = p.open_conversation(
        claims, llm=model, now="2001-01-02T00:00:00+00:00", customer=p.Customer(id="jean", name="Jean")
    )
    turn = await talk.say("I want to file a new claim")
    prefix, customer, moment = turn.trace.calls[0].result.data["claim_id"].split("-")
    assert (prefix, customer) == ("CLM", "jean")
    assert float(moment) > 1_000_000_000, "a moment long after the one that the engine's clock stands at"


@row("C55", 1677, 1856)
async def test_guideline_and_journey_both_offer_the_filing_tool_and_it_is_called_once(claims: p.BuiltAgent) -> None:
    (journey,) = claims.definition.journeys
    told = journey.states[3].id
    arguments = {"claim_type": "dental", "incident_date": "2026-03-01", "description": "a broken tooth"}
    answers: dict[str, Any] = {
        "match": matching(FILING, "the-customer-wants-to-file-a-claim"),
        "journey": moving(file_new_claim=("advance", told)),
        "tools": calling(file_claim=dict.fromkeys(arguments)),
        "selection": choosing(None, "none"),
    }
    talk = p.open_conversation(claims, llm=scripted_model(**answers))
    first = await talk.say("I want to file a new dental claim. It happened on 1 March")
    answers.update(journey=moving(file_new_claim=("advance", "file_claim")), tools=calling(file_claim=arguments))
    talk = p.open_conversation(claims, llm=scripted_model(**answers), session=talk.session)
    second = await talk.say("A broken tooth")
    assert (first.tool_calls, first.journeys) == ((), {"file-new-claim": told})
    assert second.trace.failure is None
    assert second.tool_calls == ("file_claim",)
    assert second.trace.calls[0].because == (f"guideline:{FILING}", "state:file-new-claim/file_claim")
    assert second.journeys == {"file-new-claim": "confirm-claim-was-filed-and-provide-next-steps"}


@row("C55", 1677, 1856)
async def test_a_claims_status_is_told_and_a_claim_that_is_not_there_is_a_failed_call(claims: p.BuiltAgent) -> None:
    offline = p.make_llm("offline")
    known = await p.open_conversation(claims, llm=offline).say("I want to check the claim status of CLM-123-456")
    unknown = await p.open_conversation(claims, llm=offline).say("I want to check the claim status of CLM-000-000")
    assert known.fired == unknown.fired == (STATUS,)
    assert [(call.arguments, call.failed) for call in known.trace.calls] == [({"claim_id": "CLM-123-456"}, False)]
    assert "under_review" in known.reply
    assert [(call.failed, call.result.error) for call in unknown.trace.calls] == [(True, "Claim not found")]
    assert "under_review" not in unknown.reply


@row("C55", 1677, 1856)
async def test_what_its_policy_tool_returns_is_told(claims: p.BuiltAgent) -> None:
    turn = await p.open_conversation(claims, llm=p.make_llm("offline")).say("What does my policy cover?")
    assert turn.tool_calls == ("get_policy_details",)
    assert "500" in turn.reply
    assert "medical, dental" in turn.reply


@row("C55", 1677, 1856)
async def test_escalation_hands_over_to_the_specialist(claims: p.BuiltAgent) -> None:
    talk = p.open_conversation(claims, llm=p.make_llm("offline"))
    turn = await talk.say("My issue is complex and requires human judgment")
    assert turn.tool_calls == ("escalate_to_human",)
    assert "REF-7" in turn.reply
    assert talk.session.mode is p.SessionMode.MANUAL


@row("C55", 1677, 1856)
async def test_a_variable_without_a_value_is_in_no_prompt(claims: p.BuiltAgent) -> None:
    model = scripted_model(match=matching("the-customer-greets-you"), selection=choosing(None, "none"))
    turn = await p.open_conversation(claims, llm=model).say("Hello")
    assert turn.trace.variables == {}
    assert model.asked
    assert not any("customer_tier" in ask.prompt for ask in model.asked)
