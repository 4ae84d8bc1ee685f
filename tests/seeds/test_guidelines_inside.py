"""The internals guide, on guidelines: their fields, the steps of matching, strategies, matches, saved state."""

import ast

import understudy.engine as p

from ..engine.worlds import following, matching, moving, scripted_model
from .snippets import Snippet, row

DOCUMENT = "002"


@row("I04", 126, 139)
async def test_every_field_of_a_guideline_can_be_read(snippet: Snippet) -> None:
    described = [node for node in ast.parse(snippet.text).body if isinstance(node, ast.ClassDef)]
    named = {part.target.id for node in described for part in node.body if isinstance(part, ast.AnnAssign)}  # pyright: ignore[reportAttributeAccessIssue]

    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("looked")

    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        rule = await agent.create_guideline("asks", "answer", tools=[look], criticality=p.Criticality.HIGH)
    assert named == {"condition", "action", "id", "content", "criticality", "enabled", "tools"}
    assert (rule.id, rule.condition, rule.action) == ("asks", "asks", "answer")
    assert (rule.criticality, rule.enabled, rule.tools) == (p.Criticality.HIGH, True, ("look",))


@row("I15", 471, 532)
async def test_of_many_journeys_only_relevant_ones_are_asked_about_and_a_surprise_is_brought_in(
    snippet: Snippet,
) -> None:
    assert snippet.text.count("STEP") == 8
    answers = {"match": matching("wants-a-2", "inside-2"), "journey": moving(journey_2=("advance", "first"))}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Shop")
        for number in range(4):
            journey = await agent.create_journey(f"Journey {number}", triggers=[f"wants a {number}"])
            first = await journey.initial_state.transition_to(chat_state="Ask", id="first")
            await first.transition_to(chat_state="Ask more", id="second")
            await journey.create_guideline("hesitates", "encourage", id=f"inside-{number}")
        turn = await server.conversation(agent).say("A two")
    matches = [[it.id for it in ask.facts.candidates] for ask in model.asked if ask.decision == "match"]
    assert matches == [[f"wants-a-{number}" for number in range(4)], ["inside-2"]]
    journeys = [[view.id for view in ask.facts.journeys] for ask in model.asked if ask.decision == "journey"]
    assert journeys == [["journey-2"]]
    assert turn.fired == ("wants-a-2", "inside-2")


@row("I16", 538, 590)
async def test_guidelines_are_told_apart_by_who_judges_them_and_batches_are_asked_side_by_side(
    snippet: Snippet,
) -> None:
    assert "strategy" in snippet.text

    async def guests(context: p.GuidelineMatchingContext, guideline: object) -> p.GuidelineMatch:
        return p.GuidelineMatch(matched=context.customer.name == "Guest", rationale="a guest")

    async with p.Server(model=(model := scripted_model(match=matching("rule-0", "rule-19")))) as server:
        agent = await server.create_agent("Shop")
        for number in range(20):
            await agent.create_guideline(f"when {number}", "do it", id=f"rule-{number}")
        await agent.create_guideline("is a guest", "greet them", id="coded", matcher=guests)
        turn = await server.conversation(agent).say("Hi")
    assert turn.fired == ("rule-0", "rule-19", "coded")
    methods = {check.guideline: check.method for check in turn.trace.checks}
    assert (methods["coded"], methods["rule-0"]) == ("code", "model")
    assert [ask.id for ask in model.asked if ask.decision == "match"] == ["1/match/1", "1/match/2"]


@row("I17", 598, 605)
async def test_a_match_has_a_rationale_and_no_score_that_nobody_gave(snippet: Snippet) -> None:
    assert "rationale" in snippet.text
    async with p.Server(model=scripted_model(match=matching("asks"))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks", "answer", id="asks")
        turn = await server.conversation(agent).say("Hi")
    (check,) = turn.trace.checks
    assert (check.guideline, check.matched, check.rationale) == ("asks", True, "as scripted")
    assert "score" not in repr(turn.trace)


@row("I43", 1594, 1639)
async def test_what_was_applied_grows_after_the_reply_and_the_next_turn_sees_it(snippet: Snippet) -> None:
    assert "applied_guideline_ids" in snippet.text
    answers = {"match": matching("greet", "offer"), "analysis": following("greet")}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("arrives", "greet", id="greet")
        await agent.create_guideline("looks around", "offer help", id="offer")
        talk = server.conversation(agent)
        await talk.say("Hi")
        model._answers["analysis"] = following("offer")
        await talk.say("Hm")
    assert [state.applied for state in talk.session.states] == [("greet",), ("greet", "offer")]
    second = [ask.facts.candidates for ask in model.asked if ask.decision == "match"][1]
    assert [candidate.kind for candidate in second] == ["applied", "actionable"]
