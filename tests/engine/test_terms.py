"""Which terms of the glossary a turn is about."""

import understudy.engine as p

from .worlds import scripted_model


async def terms_of(message: str, *names: str) -> tuple[str, ...]:
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Otto")
        for number, name in enumerate(names):
            await agent.create_term(name, "what it means", id=f"term-{number}")
        turn = await server.conversation(agent).say(message)
    return turn.trace.terms


async def test_a_term_is_spoken_of_where_a_word_begins_with_it_whatever_its_case_and_accents():
    assert await terms_of("Two cafés and a DEDUCTIBLE, please", "café", "deductible", "table") == ("café", "deductible")


async def test_a_term_of_another_script_is_spoken_of_only_where_it_is():
    assert await terms_of("What is a deductible?", "страховка", "保険", "+++") == ()
    assert await terms_of("Мне нужна страховка", "страховка", "полис") == ("страховка",)
    assert await terms_of("生命保険について", "保険", "年金") == ("保険",)
