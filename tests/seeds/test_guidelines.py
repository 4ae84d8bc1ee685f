"""The course in twenty hours, on guidelines: wordings, criticality, ambiguity, history, metadata, variables, terms."""

import ast

import understudy.engine as p

from ..engine.test_disambiguation import unclear
from ..engine.worlds import calling, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "000"


async def declared(snippet: Snippet, agent: p.Agent, **around: object) -> list[p.Guideline]:
    """The guidelines that a snippet declares, with the agent around it."""
    before = len(await agent.list_guidelines())
    await snippet.run(p=p, agent=agent, **around)
    return (await agent.list_guidelines())[before:]


@row("C08", 235, 249)
async def test_one_condition_holds_for_the_messages_that_are_marked_so(snippet: Snippet) -> None:
    marks = ["# ✓" in line for line in snippet.text.splitlines() if "#" in line and '"' in line]
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop")
        names = await snippet.run(p=p, agent=agent)
        (returning,) = await agent.list_guidelines()
        fired = []
        for message, holds in zip(names["customer_messages"], marks, strict=True):
            model._answers["match"] = matching(*([returning.id] if holds else []))
            fired.append(bool((await server.conversation(agent).say(message)).fired))
    assert marks == [True, True, True, False]
    assert fired == marks
    asked = [ask.prompt for ask in model.asked if ask.decision == "match"]
    assert all(f"when: {returning.condition}" in prompt for prompt in asked)
    assert all(message in prompt for message, prompt in zip(names["customer_messages"], asked, strict=True))


@row("C09", 253, 274)
async def test_criticality_can_be_read_and_reaches_batching_and_prompts(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop")
        rules = await declared(snippet, agent)
        model._answers["match"] = matching(*(rule.id for rule in rules))
        await server.conversation(agent).say("Hi")
    assert [rule.criticality for rule in rules] == list(reversed(p.Criticality))
    high, medium, low = (rule.id for rule in rules)
    batches = [[it.id for it in ask.facts.candidates] for ask in model.asked if ask.decision == "match"]
    assert batches == [[high], [medium, low]]
    (draft,) = [ask.prompt for ask in model.asked if ask.decision == "draft"]
    assert draft.count("weight: critical") == 1
    analysed = [[it.id for it in ask.facts.instructions] for ask in model.asked if ask.decision == "analysis"]
    assert analysed == [[high, medium]], "what is nice to have is not judged"


@row("C10", 280, 295)
async def test_a_condition_in_words_is_asked_about_even_if_everybody_meets_it(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop")
        anything, important = await declared(snippet, agent)
        model._answers["match"] = matching(anything.id)
        turn = await server.conversation(agent).say("Do you deliver?")
    assert turn.fired == (anything.id,)
    assert turn.trace.considered == (anything.id, important.id)


@row("C11", 299, 316)
async def test_an_ambiguous_request_is_asked_about_and_the_answer_resolves_it(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Bank")
        atm = await agent.create_guideline("asks for the cash limit", "fetch the cash limit", id="atm")
        card = await agent.create_guideline("asks for the card limit", "fetch the card limit", id="card")
        (head,) = await declared(snippet, agent, fetch_atm_limit_guideline=atm, fetch_credit_card_limit_guideline=card)
        model._answers |= {
            "match": matching(head.id, "atm", "card"),
            "disambiguate": unclear("atm", "card", question="Which limit do you mean, cash or card?"),
        }
        talk = server.conversation(agent)
        first = await talk.say("What are my limits?")
        model._answers |= {"match": matching(head.id, "card"), "disambiguate": unclear()}
        second = await talk.say("That of the card")
    assert head.action == ""
    assert first.fired == (f"clarify-{head.id}",)
    assert first.trace.clarifications[0].question == "Which limit do you mean, cash or card?"
    assert second.fired == ("card",)


@row("C12", 320, 339)
async def test_edge_cases_hold_where_they_should_and_the_third_only_on_the_repeated_question(snippet: Snippet) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Shop", "Sells garden pots.")
        unrelated, policy, repeated = await declared(snippet, agent)
        talk = server.conversation(agent)
        fired = [(await talk.say(text)).fired for text in ("When do you open?", "When do you open?")]
        weather = await server.conversation(agent).say("Who won the football cup?")
    assert unrelated.criticality is p.Criticality.HIGH
    assert policy.criticality is p.Criticality.MEDIUM
    assert [repeated.id in names for names in fired] == [False, True]
    assert unrelated.id in weather.fired


@row("C13", 345, 369)
async def test_good_and_poor_wordings_are_four_definitions_with_four_ids(snippet: Snippet) -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        rules = await declared(snippet, agent)
        graph = await agent.get_policy_graph()
    assert len({rule.id for rule in rules}) == len(rules) == 4
    assert graph.warnings == ()


@row("C14", 373, 387)
async def test_metadata_is_kept_with_the_definition_and_shown_to_no_model(snippet: Snippet) -> None:
    lines = snippet.text.split("export ", maxsplit=1)[0]  # the last line is for a shell
    kept = ast.literal_eval(lines.partition("guideline_metadata = ")[2].partition("}")[0] + "}")
    async with p.Server(model=(model := scripted_model(match=matching("refunds")))) as server:
        agent = await server.create_agent("Shop")
        rule = await agent.create_guideline("asks about refunds", "explain them", id="refunds", metadata=kept)
        await server.conversation(agent).say("Refunds?")
        definition = agent.freeze()
    assert kept["owner"]
    assert rule.metadata == definition.guidelines[0].metadata == kept
    assert not [ask for ask in model.asked if any(value in ask.prompt for value in kept.values())]


@row("C15", 391, 409)
async def test_the_policy_graph_has_nodes_edges_and_warnings_and_guidelines_are_found_by_name(snippet: Snippet) -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        made = await agent.create_guideline("wants to return an order", "help them", id="return-process")
        asks = await agent.create_observation("asks something", id="asks")
        await made.depend_on(asks)
        names = await snippet.run(p=p, agent=agent)
        expected = {case["expected_guideline"] for case in names["test_scenarios"]}
        found = {(await agent.get_guideline(name)).id for name in expected}
    graph = names["policy_graph"]
    assert [node.key for node in graph.nodes] == ["guideline:return-process", "guideline:asks"]
    assert [(edge.kind, edge.target) for edge in graph.edges] == [("dependency", "guideline:asks")]
    assert graph.warnings == ()
    assert found == {"return-process"}


@row("C30", 901, 931)
async def test_guidelines_of_a_journey_fire_inside_of_it_and_nowhere_else(snippet: Snippet) -> None:
    @p.tool
    async def cancel_booking(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("cancelled")

    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Hotel")
        names = await snippet.run(p=p, cancel_booking=cancel_booking)
        journey = await names["setup_booking_journey"](agent)
        trigger, room, mind = await agent.list_guidelines()
        model._answers["match"] = matching(room.id, mind.id)
        outside = await server.conversation(agent).say("I changed my mind")
        model._answers |= {
            "match": matching(trigger.id, room.id, mind.id),
            "journey": lambda ask: {"steps": [began(view) for view in ask.facts.journeys]},
            "tools": calling(cancel_booking={}),
        }
        inside = await server.conversation(agent).say("I want a room, or rather not")
    assert outside.fired == ()
    assert set(inside.fired) == {trigger.id, room.id, mind.id}
    assert list(inside.journeys) == [journey.id]
    assert inside.tool_calls == ("cancel_booking",)
    assert room.criticality is p.Criticality.MEDIUM


def began(view) -> dict[str, object]:
    target = view.steps[0].target
    return {"journey": view.id, "evidence": "", "current_completed": True, "move": "advance", "target": target}


@row("C37", 1112, 1132)
async def test_a_synonym_of_a_term_makes_the_condition_that_uses_it_hold(snippet: Snippet) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Bank")
        await (await snippet.run(p=p))["glossary_driven_behavior"](agent)
        (rule,) = await agent.list_guidelines()
        vip = await server.conversation(agent).say("I am a VIP and I need support")
        other = await server.conversation(agent).say("I need support")
    assert vip.fired == (rule.id,)
    assert vip.trace.terms == ("High-Value Customer",)
    assert other.fired == ()


@row("C40", 1195, 1216)
async def test_values_reach_the_matching_prompt_and_a_missing_one_is_simply_not_there(snippet: Snippet) -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop")
        tier = await agent.create_variable("subscription_tier", "the subscription level")
        await agent.create_variable("feature_adoption", "features tried")
        await tier.set_value_for_customer("jo", "premium")
        await (await snippet.run(p=p))["use_variables_in_guidelines"](agent)
        free, premium, unused = await agent.list_guidelines()
        model._answers["match"] = matching(premium.id, unused.id)
        turn = await server.conversation(agent, customer="jo").say("Hi")
    (prompt,) = [ask.prompt for ask in model.asked if ask.decision == "match"]
    assert '- subscription_tier (the subscription level): "premium"' in prompt
    assert "feature_adoption" not in prompt
    assert all(rule.condition in prompt for rule in (free, premium, unused))
    assert turn.fired == (premium.id, unused.id)


@row("C57", 1931, 2001)
async def test_four_conditions_alone_are_four_observations_and_the_duplicate_is_told(snippet: Snippet) -> None:
    first = snippet.text.split("# PITFALL 2", maxsplit=1)[0]
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        pitfall = Snippet(file=snippet.file, first=snippet.first, text=first)
        rules = await declared(pitfall, agent)
        graph = await agent.get_policy_graph()
    assert len({rule.id for rule in rules}) == len(rules) == 4
    assert {rule.action for rule in rules} == {""}
    assert [warning.kind for warning in graph.warnings] == ["duplicate_condition", "id_collision"]
    assert graph.warnings[0].about == (rules[0].id, rules[1].id)
