"""Of many candidates those near the draft are offered, and those that belong to what holds."""

from collections.abc import Sequence
from typing import Any

import understudy.engine as p
from understudy.engine.ports import Vector

from ..worlds import choosing, matching, now_answering, saying, scripted_model

STRICT = p.CompositionMode.STRICT


class Fixed:
    """An embedder for which a text is as near to "draft" as the number at its end says, in hundredths."""

    near = 0.4

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        self.texts += texts
        return tuple(self._vector(text) for text in texts)

    def _vector(self, text: str) -> Vector:
        nearness = 1.0 if text == "draft" else int(text.rsplit(" ", 1)[1]) / 100
        return (nearness, (1 - nearness**2) ** 0.5)


def offered(model: p.ScriptedModel) -> set[str]:
    asks: list[Any] = [ask for ask in model.asked if ask.decision == "selection"]
    return {candidate.id for candidate in asks[-1].facts.candidates}


async def shop(server: p.Server, *, responses: int) -> p.Agent:
    agent = await server.create_agent("Shop", composition_mode=STRICT)
    for number in range(responses):
        await agent.create_canned_response(f"text {number}", id=f"r{number}")
    return agent


async def test_up_to_thirty_candidates_are_all_offered_and_nothing_is_embedded():
    model, embedder = scripted_model(draft=saying("draft"), selection=choosing(None, "none")), Fixed()
    async with p.Server(model=model, embedder=embedder) as server:
        await server.conversation(await shop(server, responses=30)).say("Hi")
    assert len(offered(model)) == 30
    assert embedder.texts == []


async def test_of_more_the_thirty_nearest_are_offered():
    model = scripted_model(draft=saying("draft"), selection=choosing(None, "none"))
    async with p.Server(model=model, embedder=Fixed()) as server:
        await server.conversation(await shop(server, responses=90)).say("Hi")
    assert offered(model) == {f"r{number}" for number in range(60, 90)}


async def test_what_is_not_near_at_all_is_not_offered():
    model = scripted_model(draft=saying("draft"), selection=choosing(None, "none"))
    async with p.Server(model=model, embedder=Fixed()) as server:
        turn = await server.conversation(await shop(server, responses=43)).say("Hi")
    assert offered(model) == {"r40", "r41", "r42"}
    assert turn.trace.composition is not None
    assert turn.trace.composition.considered[0].fate == "too far from the draft"


async def test_a_response_is_as_near_as_the_nearest_of_its_signals():
    model = scripted_model(draft=saying("draft"), selection=choosing(None, "none"))
    async with p.Server(model=model, embedder=Fixed()) as server:
        agent = await shop(server, responses=31)
        await agent.create_canned_response("far 1", id="signalled", signals=["also far 2", "near 90"])
        await server.conversation(agent).say("Hi")
    assert offered(model) == {"signalled"}


async def test_a_response_of_a_guideline_that_holds_is_offered_however_far_it_is():
    model = scripted_model(
        match=matching("refunds"), draft=saying("draft"), selection=choosing("of-guideline", "partial")
    )
    async with p.Server(model=model, embedder=Fixed()) as server:
        agent = await shop(server, responses=31)
        named = await agent.create_canned_response("far 1", id="of-guideline")
        await agent.create_guideline("asks for a refund", "tell how", id="refunds", canned_responses=[named])
        talk = server.conversation(agent)
        attached = await talk.say("Refund!")
        now_answering(model, match=matching())
        unattached = await talk.say("Hi")
    assert attached.reply == "far 1"
    assert unattached.trace.composition is not None
    assert unattached.trace.composition.no_match


async def test_a_text_is_embedded_once_in_a_conversation():
    model, embedder = scripted_model(draft=saying("draft"), selection=choosing(None, "none")), Fixed()
    async with p.Server(model=model, embedder=embedder) as server:
        talk = server.conversation(await shop(server, responses=45))
        await talk.say("Hi")
        await talk.say("Hi")
    assert len(embedder.texts) == 46
