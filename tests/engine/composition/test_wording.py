"""From a draft to what is said: rewording, worded fields, follow-ups, parts, and the response that nothing fits."""

from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.composition.following_up import is_repetition
from understudy.engine.composition.speaking import paragraphs

from ..worlds import choosing, matching, saying, scripted_model

FLUID, COMPOSITED, STRICT = p.CompositionMode.FLUID, p.CompositionMode.COMPOSITED, p.CompositionMode.STRICT


def asked(model: p.ScriptedModel, decision: str) -> list[Any]:
    return [ask for ask in model.asked if ask.decision == decision]


def said(turn: p.TurnResult) -> list[tuple[str, str]]:
    """The agent's messages of a turn, each with its role."""
    return [(e.role, e.text) for e in turn.events if e.kind == "message" and e.source == "ai_agent"]


# Rewording


async def test_composited_says_the_draft_in_the_style_of_the_responses():
    reworded = {"reason": "they are cheerful", "message": "Splendid! Nine it is."}
    model = scripted_model(draft=saying("We open at nine."), recompose=reworded)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=COMPOSITED)
        await agent.create_canned_response("Splendid! Your parcel is on its way.", id="parcel")
        turn = await server.conversation(agent).say("When do you open?")
    assert turn.reply == "Splendid! Nine it is."
    assert turn.trace.composition is not None
    assert (turn.trace.composition.draft, turn.trace.composition.reworded) == ("We open at nine.", turn.reply)
    assert turn.trace.said[0].canned is None
    assert "Splendid! Your parcel is on its way." in asked(model, "recompose")[0].prompt
    assert not asked(model, "selection")


async def test_composited_without_responses_says_its_draft():
    async with p.Server(model=scripted_model(draft=saying("We open at nine."))) as server:
        agent = await server.create_agent("Shop", composition_mode=COMPOSITED)
        turn = await server.conversation(agent).say("When do you open?")
    assert turn.reply == "We open at nine."


# Fields that have to be worded


def wording(**values: str | None):
    """Answers `generate_field`, by the field's name."""
    return lambda ask: {"evidence": "as scripted", "value": values[ask.facts.field]}


async def test_a_field_that_a_model_words_is_filled_in_and_the_rest_stands():
    model = scripted_model(
        draft=saying("Sorry about the soup."),
        generate_field=wording(complaint="your soup came cold"),
        selection=choosing("sorry", "high"),
    )
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Inn", composition_mode=STRICT)
        template = "Dear {{ std.customer.name }}, I am sorry that {{ generative.complaint }}."
        await agent.create_canned_response(template, id="sorry")
        turn = await server.conversation(agent).say("My soup is cold!")
    assert turn.reply == "Dear Guest, I am sorry that your soup came cold."
    assert "Sorry about the soup." in asked(model, "generate_field")[0].prompt


async def test_what_the_author_says_of_a_field_is_told_to_the_model_that_words_it_and_of_no_other():
    model = scripted_model(generate_field=wording(why="it snows", when="soon"), selection=choosing("late", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        said = {"description": "the reason,\nin three words", "examples": ["it snows", "a strike"]}
        template = "It comes {{generative.when}}, because {{generative.why}}."
        await agent.create_canned_response(template, id="late", fields=[{"name": "generative.why", **said}])
        turn = await server.conversation(agent).say("Where is it?")
    assert turn.reply == "It comes soon, because it snows."
    when, why = (ask.prompt for ask in asked(model, "generate_field"))
    assert "field to be filled: generative.why\nwhat belongs there: the reason, ⏎ in three words\n" in why
    assert "\nfor example: it snows, a strike\n" in why
    assert "what belongs there:" not in when
    assert "for example:" not in when


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ([{"name": "reson"}], p.UnknownNameError, "test_wording.py:.*field of the template .* 'reson'.*'reason'"),
        ([{"name": "reason", "exampels": []}], p.WrongKindError, "fields= holds a dict, which is not a field with"),
        ({"reason": "why"}, p.WrongKindError, "fields= takes a list of fields"),
    ],
)
async def test_an_explanation_that_can_never_be_shown_is_refused_where_it_is_written(
    fields: Any, error: type[Exception], words: str
):
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(error, match=words):
            await agent.create_canned_response("As {{generative.reason}}.", fields=fields)


async def test_each_field_is_asked_for_once_for_each_response():
    model = scripted_model(generate_field=wording(a="1", b="2"), selection=choosing(None, "none"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Inn", composition_mode=STRICT)
        await agent.create_canned_response("{{generative.a}} {{generative.b}} {{generative.a}}", id="both")
        await agent.create_canned_response("Only {{generative.a}}", id="one")
        turn = await server.conversation(agent).say("Hi")
    assert [ask.facts.field for ask in asked(model, "generate_field")] == ["a", "b", "a"]
    assert len({ask.id for ask in turn.trace.asks}) == len(turn.trace.asks)
    assert [one.text for one in asked(model, "selection")[0].facts.candidates] == ["1 2 1", "Only 1"]


async def test_a_response_whose_field_nobody_can_word_is_not_offered():
    model = scripted_model(generate_field=wording(when=None), selection=choosing("sent", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("It arrives {{generative.when}}.", id="arrives")
        await agent.create_canned_response("It is sent.", id="sent")
        turn = await server.conversation(agent).say("When?")
    assert turn.reply == "It is sent."
    assert turn.trace.composition is not None
    assert turn.trace.composition.considered[0].fate == "nothing is known for generative.when"


async def test_a_value_that_stays_unacceptable_costs_the_response_and_not_the_turn():
    model = scripted_model(generate_field=wording(when="two\nlines"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT, no_match_response="Pardon?")
        await agent.create_canned_response("It arrives {{generative.when}}.", id="arrives")
        turn = await server.conversation(agent).say("When?")
    assert turn.trace.failure is None
    assert turn.reply == "Pardon?"
    assert len(asked(model, "generate_field")) == 3


async def test_a_worded_value_is_not_read_as_a_template():
    model = scripted_model(generate_field=wording(x="{{ std.agent.name }}"), selection=choosing("x", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("You said {{generative.x}}.", id="x")
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == "You said {{ std.agent.name }}."


# Follow-ups


async def inn(server: p.Server, *, mode: p.CompositionMode = STRICT) -> p.Agent:
    agent = await server.create_agent("Inn", composition_mode=mode)
    await agent.create_canned_response("Your table is booked.", id="booked")
    await agent.create_canned_response("You can park behind the house.", id="parking", metadata={"map": True})
    await agent.create_canned_response("Booked is your table.", id="again")
    return agent


BOTH = saying("Your table is booked. Park behind the house.")


async def test_a_strict_agent_sends_one_further_response_for_what_is_still_unsaid():
    model = scripted_model(draft=BOTH, selection=choosing("booked", "partial"), follow_up=choosing("parking", "high"))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await inn(server)).say("A table, and where can I park?")
    assert said(turn) == [("reply", "Your table is booked."), ("follow_up", "You can park behind the house.")]
    assert turn.trace.statuses[-3:] == ("typing", "typing", "ready:completed")
    assert turn.trace.composition is not None
    assert turn.trace.composition.follow_up == "parking"
    messages = [event for event in turn.events if event.kind == "message"]
    assert messages[-1].metadata == {"map": True}
    (ask,) = asked(model, "follow_up")
    assert [candidate.id for candidate in ask.facts.candidates] == ["parking"], "what says the same again is left out"
    assert all(line.speaker == "customer" for line in ask.facts.situation.conversation)


@pytest.mark.parametrize(("response", "quality"), [("parking", "low"), (None, "none")])
async def test_a_follow_up_that_adds_little_is_not_sent(response: str | None, quality: str):
    model = scripted_model(draft=BOTH, selection=choosing("booked", "high"), follow_up=choosing(response, quality))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await inn(server)).say("A table")
    assert said(turn) == [("reply", "Your table is booked.")]


async def test_only_strict_agents_follow_up():
    model = scripted_model(draft=BOTH, selection=choosing("booked", "high"), follow_up=choosing("parking", "high"))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await inn(server, mode=FLUID)).say("A table")
    assert said(turn) == [("reply", "Your table is booked.")]
    assert not asked(model, "follow_up")


async def test_a_follow_up_that_can_not_be_decided_leaves_the_turn_in_order():
    model = scripted_model(draft=BOTH, selection=choosing("booked", "high"), follow_up=choosing("unknown", "high"))
    async with p.Server(model=model) as server:
        turn = await server.conversation(await inn(server)).say("A table")
    assert turn.trace.failure is None
    assert said(turn) == [("reply", "Your table is booked.")]
    assert turn.trace.notes[0].startswith("follow-up: decision 'follow_up'")


@pytest.mark.parametrize(
    ("text", "before", "repeats"),
    [
        ("We open at nine.", "We OPEN at nine!", True),
        ("At nine we open.", "As ever, we open at nine.", True),
        ("We are open at nine", "We are closed at nine", False),
        ("Park behind the house.", "We open at nine.", False),
    ],
)
def test_what_was_said_already_is_known_by_its_words(text: str, before: str, repeats: bool):
    assert is_repetition(text, before) is repeats


# Parts and pauses


class Waits:
    """A sleeper that notes what it was asked to wait for."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def pause(self, seconds: float, /) -> None:
        self.pauses.append(seconds)

    async def passed(self, seconds: float, /) -> None:
        self.pauses.append(-seconds)


async def test_a_long_message_is_sent_in_parts_when_the_policy_says_so():
    waits = Waits()
    policy = p.NullPerceivedPerformancePolicy(split=True, follow_up_delay=1.5)
    model = scripted_model(draft=saying("First.\n\nSecond,\nsame part.\n \nThird."))
    async with p.Server(model=model, perceived_performance_policy=policy) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent, sleeper=waits).say("Hi")
    assert [text for _, text in said(turn)] == ["First.", "Second,\nsame part.", "Third."]
    assert turn.trace.statuses.count("typing") == 3
    assert waits.pauses == [1.5, 1.5]
    assert turn.reply == "First.\n\nSecond,\nsame part.\n\nThird."


async def test_nothing_is_split_or_waited_for_unless_somebody_asks_for_it():
    async with p.Server(model=scripted_model(draft=saying("First.\n\nSecond."))) as server:
        agent = await server.create_agent("Shop")
        turn = await server.conversation(agent).say("Hi")
    assert [text for _, text in said(turn)] == ["First.\n\nSecond."]


@pytest.mark.parametrize(
    ("text", "parts"), [("one", ("one",)), ("a\n\n\n\nb", ("a", "b")), ("\n\na\n\n", ("a",)), ("\n\n", ("\n\n",))]
)
def test_paragraphs_are_what_blank_lines_separate(text: str, parts: tuple[str, ...]):
    assert paragraphs(text) == parts


async def test_a_policy_that_breaks_is_noted_and_the_message_sent():
    class Broken(p.NullPerceivedPerformancePolicy):
        async def is_message_splitting_required(self, context, message, /) -> bool:
            raise RuntimeError("no idea")

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop", perceived_performance_policy=Broken())
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == "All right."
    assert turn.trace.notes == ("the perceived-performance policy Broken broke: RuntimeError: no idea",)


# The no-match response


async def test_a_provider_words_the_no_match_response_from_the_turn_and_the_draft():
    async def provider(context: Any, draft: str | None) -> str:
        return f"{context.agent.name} can't put this better: {draft}"

    model = scripted_model(draft=saying("Nine."), selection=choosing(None, "none"))
    async with p.Server(model=model, no_match_provider=provider) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("Hello.")
        turn = await server.conversation(agent).say("When?")
    assert turn.reply == "Shop can't put this better: Nine."


async def test_an_agents_own_no_match_response_wins_over_the_servers_provider():
    async def provider(context: Any, draft: str | None) -> str:
        return "from the server"

    async with p.Server(model=scripted_model(), no_match_provider=provider) as server:
        own = await server.create_agent("Shop", composition_mode=STRICT, no_match_response="Pardon?")
        other = await server.create_agent("Bakery", composition_mode=STRICT)
        assert (await server.conversation(own).say("Hi")).reply == "Pardon?"
        assert (await server.conversation(other).say("Hi")).reply == "from the server"


@pytest.mark.parametrize("answer", [None, "  ", 7])
async def test_a_provider_that_gives_no_text_is_noted_and_the_agents_text_said(answer: Any):
    async def provider(context: Any, draft: str | None) -> Any:
        return answer

    async with p.Server(model=scripted_model(), no_match_provider=provider) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        turn = await server.conversation(agent).say("Hi")
    assert turn.reply == agent.freeze().no_match_response
    assert turn.trace.notes == (f"the no-match provider gave {answer!r} and not a text",)


# Drafts


async def test_a_draft_without_words_leaves_the_agent_silent():
    async with p.Server(model=scripted_model(draft=saying(None))) as server:
        agent = await server.create_agent("Shop", composition_mode=STRICT)
        await agent.create_canned_response("Hello.")
        turn = await server.conversation(agent).say("Bye")
    assert said(turn) == []
    assert turn.trace.failure is None
    assert turn.trace.statuses[-1] == "ready:completed"


async def test_the_draft_says_of_every_instruction_how_it_is_met():
    model = scripted_model(match=matching("greet"), draft={"plans": [], "message": "Hi."})
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("greets", "greet back", id="greet")
        turn = await server.conversation(agent).say("Hi")
    assert turn.trace.failure is not None
    assert "instruction 'greet' has no plan" in turn.trace.failure.message


async def test_retries_may_have_temperatures_of_their_own():
    model = scripted_model(draft={"plans": [], "message": " "})
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, retry_temperatures={"draft": (0.5, 0.7)})
        await talk.say("Hi")
    assert [ask.settings.temperature for ask in asked(model, "draft")] == [0.5, 0.7, 0.7]
