"""The internals guide, on replies, prompts and models; and the web site's two dialogues that went wrong elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.litellm import LiteLLMModel
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.ports import Moderation, Vector
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.playing import runner

from ..engine.worlds import matching, saying, scripted_model
from ..loopback import MODEL_SERVED, in_turn, loopback
from .snippets import Range, Snippet, find_document, row
from .test_tool_calls_inside import asks_for, fields_of, look, play

DOCUMENT = "002"
WEB_SITE = "004"
SHOP = Path(__file__).parents[2] / "scenarios" / "retail"


async def know_shoes(agent: p.Agent) -> None:
    """Give the agent a term, a variable and a journey that begins with its guideline."""
    await agent.create_term("last", "the form of a shoe", synonyms=["mould"])
    tier = await agent.create_variable("tier", "how loyal they are", id="tier")
    await tier.set_global_value("gold")
    seven = await agent.create_observation("speaks of seven", id="seven")
    journey = await agent.create_journey("Fit", "find what fits", triggers=[seven], id="fit")
    await journey.initial_state.transition_to(chat_state="ask where it hurts", id="hurts")


async def drafted(*tools: Any) -> Ask:
    """The ask for the reply of an agent that knows shoes."""
    model = scripted_model(match=matching("asks", "seven"))
    turn = await play(*tools, model=model, prepare=know_shoes)
    assert turn.reply == "All right."
    (ask,) = asks_for(model, "draft")
    return ask


@row("I23", 818, 838)
async def test_a_reply_is_made_from_all_that_the_turn_has_found_out(snippet: Snippet) -> None:
    assert "staged_tool_events=context.state.tool_events" in snippet.text
    facts = (await drafted(look)).facts
    situation = facts.situation
    assert (situation.agent_name, situation.customer_name) == ("Ada", "Bo")
    assert [line.text for line in situation.conversation] == ["Seven?"]
    assert [term.name for term in situation.terms] == ["last"]
    assert [call.summary for call in situation.calls] == ['look {} gave "looked"']
    assert [item.id for item in facts.instructions] == ["asks", "fit/hurts"]  # pyright: ignore[reportAttributeAccessIssue]


@row("I24", 844, 910)
async def test_there_are_three_attempts_at_a_reply_whose_temperatures_are_a_policy(snippet: Snippet) -> None:
    assert "generation_attempt_temperatures = [0.5, 0.7, 0.9]" in snippet.text
    policy = p.OptimizationPolicy(retry_temperatures={"draft": (0.5, 0.7, 0.9)})
    model = scripted_model(match=matching("asks"), draft=saying(" "))
    turn = await play(model=model, optimization_policy=policy)
    assert turn.reply == ""
    assert turn.trace.failure is not None
    assert turn.trace.failure.kind == "undecided"
    attempts = asks_for(model, "draft")
    assert [(ask.attempt, ask.settings.temperature) for ask in attempts] == [(1, 0.5), (2, 0.7), (3, 0.9)]
    assert ["the message is empty" in ask.prompt for ask in attempts] == [False, True, True]


@row("I24", 844, 910)
async def test_an_agent_that_has_nothing_to_say_is_silent(snippet: Snippet) -> None:
    assert "LLM decided no response needed" in snippet.text
    turn = await play(model=scripted_model(match=matching("asks"), draft=saying(None)))
    assert (turn.reply, turn.trace.said, turn.trace.failure) == ("", (), None)
    assert turn.trace.statuses[-1] == "ready:completed"


@row("I25", 916, 939)
async def test_a_draft_plans_each_instruction_before_its_text_and_what_was_followed_is_judged_after(
    snippet: Snippet,
) -> None:
    assert "revisions" in fields_of(snippet, "MessageSchema")
    model = scripted_model(match=matching("asks"))
    model._answers["draft"] = lambda ask: {"plans": [], "message": "Yes."} if ask.attempt == 1 else saying("Yes.")(ask)
    turn = await play(model=model)
    first, second = asks_for(model, "draft")
    assert list(cast(Any, first.schema)["properties"]) == ["plans", "message"]
    assert "instruction 'asks' has no plan" in second.prompt
    assert [ask.decision for ask in model.asked] == ["match", "draft", "draft", "analysis"]
    assert (turn.reply, turn.trace.followed, turn.trace.not_followed) == ("Yes.", (), ("asks",))


@row("I27", 978, 991)
async def test_a_prompt_has_named_sections_those_that_seldom_change_first(snippet: Snippet) -> None:
    assert "BuiltInSection" in snippet.text
    ask = await drafted(look)
    names = [section.name for section in ask.sections]
    ours = ["agent", "glossary", "variables", "guidelines", "conversation", "turn"]
    assert names == ["instructions", "examples", *ours, "answer"]
    assert names[ask.stable_sections] == "conversation"


@row("I28", 995, 1064)
async def test_a_prompt_tells_the_agent_its_terms_values_guidelines_and_conversation(snippet: Snippet) -> None:
    assert snippet.text.count("add_section") == 5
    told = {section.name: section.text for section in (await drafted(look)).sections}
    assert "Name: Ada\nSells shoes" in told["agent"]
    assert "- last (also: mould): the form of a shoe" in told["glossary"]
    assert '- tier (how loyal they are): "gold"' in told["variables"]
    assert "- id: asks\n  when: asks\n  do: answer\n  weight: critical" in told["guidelines"]
    assert "journey: Fit\n  do: ask where it hurts" in told["guidelines"]
    assert told["conversation"].endswith("customer: Seven?")
    assert told["turn"].endswith('- look {} gave "looked"')


class OwnModel:
    """A model of an author's own: one method."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self._answers = scripted_model(match=matching("asks"), draft=saying("From my own model."))

    async def ask(self, ask: Ask, /) -> Reply:
        self.asked.append(ask)
        return await self._answers.ask(ask)


class OwnEmbedder:
    """To it the number seven is near however it is written, and nothing else is."""

    @property
    def near(self) -> float:
        return 0.5

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        return tuple((1.0, 0.0) if {"vii", "seven"} & set(text.lower().split()) else (0.0, 1.0) for text in texts)


class OwnModerator:
    """It minds whoever shouts."""

    async def check(self, text: str, session: p.Session, /) -> Moderation:
        return Moderation(tags=("shouting",) if text.isupper() else ())


@row("I30", 1125, 1139)
async def test_models_embedders_and_moderators_of_an_authors_own_are_each_a_class_with_its_port(
    snippet: Snippet,
) -> None:
    assert snippet.text.count("@abstractmethod") == 3
    model = OwnModel()
    async with p.Server(model=model, embedder=OwnEmbedder(), moderator=OwnModerator()) as server:
        agent = await server.create_agent("Ada")
        await agent.create_guideline("asks", "answer", id="asks")
        for number in range(100):
            await agent.create_term(f"form {number}", "the form of a shoe")
        await agent.create_term("last", "the form of size seven")
        talk = server.conversation(agent, moderation="auto")
        turn = await talk.say("Do you have a vii ?")
        await talk.say("HELLO?")
    assert (turn.reply, turn.fired) == ("From my own model.", ("asks",))
    assert [ask.decision for ask in model.asked[:3]] == ["match", "draft", "analysis"]
    shown = [term.name for term in model.asked[0].facts.situation.terms]
    assert (len(shown), shown[-1]) == (20, "last")
    messages = [event for event in talk.session.events if event.kind == "message" and event.source == "customer"]
    assert [event.flagged for event in messages] == [(), ("shouting",)]


@row("I31", 1145, 1174)
async def test_every_ask_brings_the_schema_that_its_answer_is_held_to(snippet: Snippet) -> None:
    assert "schema" in snippet.text
    model = scripted_model(match=matching("asks"))
    answer = model._answers["match"]
    model._answers["match"] = lambda ask: {"verdicts": []} if ask.attempt == 1 else answer(ask)
    turn = await play(model=model)
    first, second = asks_for(model, "match")
    assert first.schema == second.schema
    assert list(cast(Any, first.schema)["properties"]) == ["checks"]
    assert "checks" in "\n".join(section.text for section in second.sections if section.name == "objections")
    assert turn.fired == ("asks",)


@row("I32", 1180, 1239)
async def test_a_providers_answer_is_mended_checked_and_its_tokens_accounted(snippet: Snippet) -> None:
    assert "normalize_json_output" in snippet.text
    matched = {"checks": [{"id": "asks", "evidence": "they ask", "applies": True}]}
    draft = {"plans": [{"id": "asks", "how": "say yes"}], "message": "Yes, seven."}
    analysis = {"checks": [{"id": "asks", "evidence": "it says so", "missing": "nothing", "followed": True}]}
    wrapped = [f"Here it is:\n```json\n{json.dumps(answer)}\n```" for answer in (matched, draft, analysis)]
    with loopback(in_turn(*wrapped)) as provider:
        model = LiteLLMModel("openai/small", api_base=provider.url, api_key="sk-test")
        async with p.Server(model=model) as server:
            agent = await server.create_agent("Ada")
            await agent.create_guideline("asks", "answer", id="asks")
            turn = await server.conversation(agent).say("Seven?")
    assert (turn.reply, turn.trace.followed) == ("Yes, seven.", ("asks",))
    assert [(ask.decision, ask.model) for ask in turn.trace.asks] == [
        (decision, MODEL_SERVED) for decision in ("match", "draft", "analysis")
    ]
    assert all((ask.usage.prompt_tokens, ask.usage.answer_tokens) == (100, 7) for ask in turn.trace.asks)


@pytest.fixture(params=[pytest.param(Range(first=92, last=116, begins="Customer message"), id="W04")])
def dialogues(request: pytest.FixtureRequest) -> Snippet:
    """The two dialogues, which stand in another document than the rest of this file."""
    lines: Range = request.param
    return lines.read(find_document(WEB_SITE))


SCENARIOS = {scenario.id: scenario for scenario in load_file(SHOP / "orders.yaml")}


@pytest.fixture(scope="module")
def shop() -> p.BuiltAgent:
    return p.load_agent("agent.py:build", SHOP)


def without(shop: p.BuiltAgent, *rules: str) -> p.BuiltAgent:
    """The shop with these guidelines switched off."""
    guidelines = tuple(replace(item, enabled=item.id not in rules) for item in shop.definition.guidelines)
    assert guidelines != shop.definition.guidelines, f"the shop has one of {rules}"
    return replace(shop, definition=replace(shop.definition, guidelines=guidelines))


@pytest.mark.parametrize(
    ("scenario", "rule"),
    [
        ("order-before-promises", "find-order-first"),
        ("three-requests", "replacement"),
        ("three-requests", "change-address"),
        ("three-requests", "warranty"),
        ("three-requests-after-the-order", "find-order-first"),
    ],
)
async def test_the_shop_does_right_what_went_wrong_and_a_scenario_shows_by_which_guideline(
    dialogues: Snippet, shop: p.BuiltAgent, scenario: str, rule: str
) -> None:
    assert "Ask for an order ID first" in dialogues.text
    assert "I have placed the replacement order" in dialogues.text
    offline = p.make_llm("offline")
    assert (await runner.play(SCENARIOS[scenario], shop, llm=offline)).verdict == "passed"
    assert (await runner.play(SCENARIOS[scenario], without(shop, rule), llm=offline)).verdict == "failed"


async def test_the_two_messages_themselves_are_answered_without_a_promise(
    dialogues: Snippet, shop: p.BuiltAgent
) -> None:
    lines = dialogues.text.split("\n")
    broken, compound = (lines[at + 1] for at, line in enumerate(lines) if line == "Customer message")
    asked = await p.open_conversation(shop, llm=p.make_llm("offline")).say(broken)
    assert "find-order-first" in asked.fired
    assert "order number" in asked.reply
    assert "return" not in asked.reply
    answered = await p.open_conversation(shop, llm=p.make_llm("offline")).say(compound)
    assert {"replacement", "change-address", "warranty"} <= set(answered.fired)
    assert answered.tool_calls == ()
    told = ("colleague decides", "changed in the account", "two years")
    assert [words for words in told if words not in answered.reply] == []
    assert "placed" not in answered.reply
