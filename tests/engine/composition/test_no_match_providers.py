"""What a strict agent says when nothing fits, where an object words it: a template, with the fields at hand."""

import pytest

import understudy.engine as p

from ..worlds import choosing, saying, scripted_model

STRICT = p.CompositionMode.STRICT


async def told(provider: object, *, responses: tuple[str, ...] = ()) -> p.TurnResult:
    """A turn of a strict agent that has nothing which fits."""
    model = scripted_model(draft=saying("Our dog is called Rex."), selection=choosing(None, "none"))
    async with p.Server(model=model, no_match_provider=provider) as server:  # pyright: ignore[reportArgumentType]
        agent = await server.create_agent("Desk", composition_mode=STRICT)
        for template in responses:
            await agent.create_canned_response(template)
        return await server.conversation(agent, customer=p.Customer(id="ada", name="Ada")).say(
            "What is your dog called?"
        )


async def test_a_provider_gives_a_template_in_which_the_standard_fields_may_stand():
    provider = p.BasicNoMatchResponseProvider(template="Sorry, {{std.customer.name}}, say that again?")
    turn = await told(provider)
    assert turn.reply == "Sorry, Ada, say that again?"
    assert turn.trace.notes == ()


async def test_a_template_set_anew_is_what_is_said_from_then_on():
    provider = p.BasicNoMatchResponseProvider(template="Pardon?")
    async with p.Server(model=scripted_model(), no_match_provider=provider) as server:
        agent = await server.create_agent("Desk", composition_mode=STRICT)
        talk = server.conversation(agent)
        first = await talk.say("Hm")
        provider.template = "I did not get that."
        second = await talk.say("Hm")
    assert (first.reply, second.reply) == ("Pardon?", "I did not get that.")


async def test_a_provider_of_ones_own_sees_the_turn_and_the_draft_which_is_not_said():
    class Provider:
        async def get_template(self, context: p.EngineContext, draft: str | None = None, /) -> str:
            assert draft is not None
            return f"{context.agent.name} can't say {len(draft)} characters."

    turn = await told(Provider(), responses=("We open at nine.",))
    assert turn.reply == "Desk can't say 22 characters."


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Hello {{nobody}}", "gave a template that can't be rendered"),
        ("Hello {{", "gave a template that can't be rendered"),
        ("{{ '' }}", "gave a template that renders to nothing"),
        ("", "gave '' and not a text"),
    ],
)
async def test_a_template_that_gives_no_text_leaves_the_agents_own_word_and_a_note(template: str, why: str):
    turn = await told(p.BasicNoMatchResponseProvider(template=template))
    assert turn.reply == "I'm not sure I understood. Could you put it another way?"
    assert len(turn.trace.notes) == 1
    assert why in turn.trace.notes[0]


async def test_a_provider_that_breaks_leaves_the_agents_own_word():
    class Broken:
        async def get_template(self, context: p.EngineContext, draft: str | None = None, /) -> str:
            raise KeyError("templates")

    turn = await told(Broken())
    assert turn.reply == "I'm not sure I understood. Could you put it another way?"
    assert "KeyError" in turn.trace.notes[0]


async def test_a_plain_function_or_method_words_it_too():
    class Provider:
        def get_template(self, context: p.EngineContext, draft: str | None = None, /) -> str:
            return "Say that again, {{std.customer.name}}?"

    by_function = await told(lambda context, draft: f"Not: {draft}", responses=("We open at nine.",))
    by_method = await told(Provider())
    assert by_function.reply == "Not: Our dog is called Rex."
    assert by_method.reply == "Say that again, Ada?"
    assert by_function.trace.notes == by_method.trace.notes == ()
