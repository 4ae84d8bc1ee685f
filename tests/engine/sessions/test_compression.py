# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false
"""Long conversations: facts are found and kept, older turns are summarised, and the trace says what was left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.asking.compression import split, tokens_of
from understudy.engine.asking.situation import lines
from understudy.engine.domain.session import MessageEvent

from ..worlds import scripted_model

LONG = "I would like to talk about something that takes quite a few words to say, number {}"


def summarising(ask):
    """Finds the name where it was said; tells how much it read."""
    texts = [line.text for line in ask.facts.situation.conversation]
    name = (
        [{"name": "customer_name", "evidence": "said", "value": "Ada"}] if any("Ada" in text for text in texts) else []
    )
    return {"facts": name, "summary": f"{ask.facts.situation.summary}+{len(texts)} lines"}


async def long_talk(turns: int, **config):
    model = scripted_model(summarise=summarising)
    server = p.Server(model=model)
    agent = await server.create_agent("Shop", context_config=config)
    talk = server.conversation(agent)
    results = [await talk.say("My name is Ada and I have an order")]
    results += [await talk.say(LONG.format(number)) for number in range(turns)]
    return talk, model, results


def drafts(model):
    return [ask for ask in model.asked if ask.decision == "draft"]


async def test_a_name_told_in_the_first_turn_is_still_in_the_prompt_long_past_the_budget():
    talk, model, _results = await long_talk(30, max_tokens=200, important_fields=["customer_name"])
    prompt = drafts(model)[-1].prompt
    assert "My name is Ada" not in prompt
    assert "- customer_name: Ada" in prompt
    assert [fact.name for fact in talk.session.facts] == ["customer_name"]
    assert all("customer_name" in ask.facts.wanted for ask in model.asked if ask.decision == "summarise")


async def test_prompts_stay_within_the_budget_and_the_last_turns_are_word_for_word():
    _, model, _ = await long_talk(30, max_tokens=200)
    for ask in drafts(model)[5:]:
        assert tokens_of(ask.facts.situation.conversation) <= 200
    assert LONG.format(29) in drafts(model)[-1].prompt
    assert LONG.format(28) in drafts(model)[-1].prompt


async def test_the_trace_says_what_was_left_out_and_the_next_turns_do_not_ask_again():
    talk, model, results = await long_talk(12, max_tokens=200)
    compressed = [turn.trace.context.compressed for turn in results]
    done = [one for one in compressed if one is not None]
    assert 0 < len(done) < len(results) - 1
    assert [ask.decision for ask in model.asked].count("summarise") == len(done)
    first = done[0]
    assert first.strategy == "summarize"
    assert (first.first, first.ask) == (0, "0/summarise/1")
    assert first.tokens_after < first.tokens_before
    assert first.last < talk.session.events[-1].offset
    assert done[1].last > first.last


async def test_a_summary_is_made_of_the_one_before_and_what_came_since():
    talk, model, _ = await long_talk(20, max_tokens=200)
    summaries = [ask for ask in model.asked if ask.decision == "summarise"]
    assert summaries[0].facts.situation.summary == ""
    assert summaries[1].facts.situation.summary.startswith("+")
    assert "My name is Ada" not in summaries[1].prompt, "what was summarised is not read again"
    assert talk.session.summary.text in drafts(model)[-1].prompt


async def test_without_a_budget_nothing_is_left_out():
    _, model, results = await long_talk(12)
    assert "My name is Ada" in drafts(model)[-1].prompt
    assert not any(turn.trace.context.compressed for turn in results)


async def test_a_conversation_may_be_trimmed_without_a_summary():
    _, model, results = await long_talk(12, max_tokens=200, compression_strategy="trim")
    assert not any(ask.decision == "summarise" for ask in model.asked)
    assert any(turn.trace.context.compressed for turn in results)
    assert "My name is Ada" not in drafts(model)[-1].prompt
    assert "is left out" in drafts(model)[-1].prompt


async def test_a_summary_that_can_not_be_had_leaves_the_conversation_whole_with_a_note():
    invented = {"facts": [{"name": "x", "evidence": "x", "value": "never said"}], "summary": "x"}
    model = scripted_model(summarise=invented)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", context_config={"max_tokens": 20})
        talk = server.conversation(agent)
        await talk.say(LONG.format(1))
        turn = await talk.say(LONG.format(2))
    assert turn.reply == "All right."
    assert "stays as long as it is" in turn.trace.notes[0]
    assert "'never said' of the fact 'x' is not in the conversation" in turn.trace.notes[0]
    assert LONG.format(1) in drafts(model)[-1].prompt


async def test_the_offline_model_finds_names_and_numbers_by_their_words():
    async with p.Server(model="offline") as server:
        config = {"max_tokens": 60, "important_fields": ["customer_name", "order_id"]}
        agent = await server.create_agent("Shop", context_config=config)
        talk = server.conversation(agent)
        await talk.say("Hello, my name is Ada Lovelace and my order number is AB1234.")
        for number in range(6):
            turn = await talk.say(LONG.format(number))
        assert turn.trace.failure is None
    assert {fact.name: fact.value for fact in talk.session.facts} == {
        "customer_name": "Ada Lovelace",
        "order_id": "AB1234",
    }


async def test_sentences_that_were_marked_are_kept_and_names_are_looked_for():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent)
        talk.mark_as_important(["order_id", "The customer is allergic to nuts."])
        talk.mark_as_important("order_id")
        await talk.say("Hi")
    assert talk.session.important == ("order_id", "The customer is allergic to nuts.")
    prompt = drafts(model)[0].prompt
    assert "- The customer is allergic to nuts." in prompt
    assert "order_id" not in prompt, "there is no fact of that name yet"


async def test_a_summary_and_a_system_message_by_hand():
    model = scripted_model(summarise={"facts": [], "summary": "Ada wants a refund."})
    shown = []

    class Screen:
        async def emit(self, event):
            shown.append(event)

    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, sink=Screen())
        for number in range(11):
            await talk.say(f"message {number}")
        before = talk.session
        if talk.turn_count > 10:
            summary = await p.summarize_session(talk)
            assert talk.session == before
            talk.add_system_message(f"Previous conversation summary: {summary}")
        await talk.say("And now?")
    assert "system: Previous conversation summary: Ada wants a refund." in drafts(model)[-1].prompt
    assert tuple(shown) == talk.session.events


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"max_token": 3}, "did you mean 'max_tokens'"),
        ({"compression_strategy": "summarise"}, "did you mean 'summarize'"),
    ],
)
async def test_a_configuration_that_can_not_be_is_an_error_with_the_nearest(config, words: str):
    async with p.Server() as server:
        with pytest.raises(p.UnknownNameError, match=words):
            await server.create_agent("Shop", context_config=config)
        with pytest.raises(ValueError, match="max_tokens is 0"):
            await server.create_agent("Shop", context_config={"max_tokens": 0})


turns = st.lists(st.lists(st.text("ab ", min_size=1, max_size=60), min_size=1, max_size=3), min_size=1, max_size=8)


@given(turns, st.integers(1, 120))
def test_a_split_keeps_whole_turns_the_newest_first(said: list[list[str]], budget: int):
    events = tuple(
        MessageEvent(source="customer", text=text, trace_id=f"s/{number}", offset=index)
        for index, (number, text) in enumerate((number, text) for number, texts in enumerate(said, 1) for text in texts)
    )
    current = f"s/{len(said)}"
    parts = split(events, current=current, max_tokens=budget)
    assert parts.older + parts.kept == events
    assert any(event.trace_id == current for event in parts.kept)
    assert not {event.trace_id for event in parts.older} & {event.trace_id for event in parts.kept}
    if {event.trace_id for event in parts.kept} != {current}:
        assert tokens_of(lines(parts.kept, current)) <= budget
