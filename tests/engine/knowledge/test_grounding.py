"""Large glossaries and capabilities: prompts hold what is near to what is being said."""

import understudy.engine as p
from understudy.engine.errors import ModelUnavailableError

from ..worlds import scripted_model


def draft(model: p.ScriptedModel) -> str:
    return next(ask.prompt for ask in model.asked if ask.decision == "draft")


async def test_of_a_large_glossary_the_terms_near_to_what_is_said_are_shown():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        for number in range(60):
            await agent.create_term(f"filler {number}", f"stands for thing number {number}")
        await agent.create_term("overdraft", "borrowing by spending more than the balance of an account")
        turn = await server.conversation(agent).say("May I spend more than the balance of my account?")
    shown = [line for line in draft(model).splitlines() if line.startswith(("- filler", "- overdraft"))]
    assert len(shown) == 20
    assert any(line.startswith("- overdraft") for line in shown)
    assert turn.trace.terms == (), "near, and yet not spoken of"


async def test_a_term_spoken_of_by_its_synonym_is_always_shown():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        for number in range(60):
            await agent.create_term(f"account {number}", "an account like the others")
        await agent.create_term("IBAN", "a number", synonyms=["zebra code"])
        turn = await server.conversation(agent).say("What is the zebra code of my account?")
    assert turn.trace.terms == ("IBAN",)
    assert "- IBAN (also: zebra code): a number" in draft(model)


async def test_a_glossary_whose_neighbours_can_not_be_found_is_a_note():
    class Unreachable:
        near = 0.5

        async def embed(self, texts):
            raise ModelUnavailableError("connection refused")

    async with p.Server(model=scripted_model(), embedder=Unreachable()) as server:
        agent = await server.create_agent("Bank")
        for number in range(21):
            await agent.create_term(f"term {number}", "a word")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is None
    assert turn.trace.notes == ("the nearest terms of the glossary could not be found: connection refused",)


async def test_the_three_capabilities_nearest_to_what_is_said_are_in_prompts():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        features = agent.experimental_features
        await features.create_capability("Block a card", "Makes a lost card unusable", signals=["I lost my card"])
        await features.create_capability("Replace a card", "Sends a new card", signals=["my card is broken"])
        await features.create_capability("Open an account", "Opens a savings account", signals=["I want to save"])
        await features.create_capability("Weather report", "Tells the weather", signals=["will it rain tomorrow"])
        await features.create_capability("Card limits", "Changes the limit of a card", signals=["raise my card limit"])
        turn = await server.conversation(agent).say("I lost my card")
    shown = turn.trace.context.capabilities
    assert shown[0] == "block-a-card"
    assert len(shown) == 3
    assert "- Block a card: Makes a lost card unusable" in draft(model)
    assert "weather" not in draft(model).lower()


async def test_an_agent_without_capabilities_has_no_section_about_them():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.context.capabilities == ()
    assert "can do for customers" not in draft(model)
