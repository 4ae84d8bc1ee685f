# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false
"""What was declared sensitive: placeholders in prompts, real values for tools, and nothing of it in replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.domain.sensitive import Masking, SensitivePattern
from understudy.engine.masking import find_sensitive, hide, learn, mask, restore_answer

from ..worlds import calling, matching, saying, scripted_model

CARD, OTHER = "4111 1111 1111 1111", "5500 0000 0000 0004"


async def test_prompts_hold_numbered_placeholders_and_two_cards_stay_two():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        await agent.create_guideline("pays", "take it")
        talk = server.conversation(agent)
        await talk.say(f"Not {CARD} but {OTHER}, please")
        await talk.say(f"I said {OTHER}!")
    prompts = [ask.prompt for ask in model.asked]
    assert not any(CARD in prompt or OTHER in prompt for prompt in prompts)
    assert "Not ⟦card 1⟧ but ⟦card 2⟧, please" in prompts[0]
    assert "I said ⟦card 2⟧!" in prompts[-1]
    assert not any(CARD in text or OTHER in text for text in talk.texts.values())
    assert CARD in talk.session.events[0].text, "the session itself is as it was said"


async def test_a_placeholder_in_an_argument_is_the_value_when_the_tool_is_called():
    called: list[str] = []

    @p.tool
    async def pay(context: p.ToolContext, card: str) -> p.ToolResult:
        called.append(card)
        return p.ToolResult({"charged": card})

    answers = {"match": matching("pay"), "tools": calling(pay={"card": "⟦card 1⟧"})}
    model = scripted_model(**answers)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        await agent.create_guideline("pays", "take it", id="pay", tools=[pay])
        turn = await server.conversation(agent).say(f"Take {CARD}")
    assert called == [CARD]
    assert turn.trace.calls[0].arguments == {"card": CARD}
    assert not any(CARD in ask.prompt for ask in model.asked)
    assert '"charged":"⟦card 1⟧"' in model.asked[-1].prompt + model.asked[-2].prompt


async def test_a_value_about_to_leave_in_a_reply_is_hidden_and_shows_as_a_leak():
    model = scripted_model(draft=saying("Your card ⟦card 1⟧ is blocked."))
    seen = []

    class Screen:
        async def emit(self, event):
            seen.append(event)

    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        turn = await server.conversation(agent, sink=Screen()).say(f"Block {CARD}")
    (message,) = [event for event in seen if event.kind == "message" and event.source == "ai_agent"]
    assert message.text == "Your card [card hidden] is blocked."
    assert CARD not in (message.draft or "")
    assert [(leak.pattern, leak.offset) for leak in turn.trace.context.leaks] == [("card", message.offset)]
    assert any("declared sensitive (card)" in note for note in turn.trace.notes)


async def test_a_reply_without_anything_sensitive_has_no_leak():
    async with p.Server(model=scripted_model(draft=saying("Blocked."))) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        turn = await server.conversation(agent).say(f"Block {CARD}")
    assert turn.reply == "Blocked."
    assert turn.trace.context.leaks == ()


async def test_a_model_that_writes_a_value_out_leaves_none_of_it_among_the_texts_that_are_kept():
    async with p.Server(model=scripted_model(draft=saying(f"You said {CARD}."))) as server:
        agent = await server.create_agent("Bank", sensitive=["card"])
        talk = server.conversation(agent)
        await talk.say(f"Block {CARD}")
    assert not any(CARD in text for text in talk.texts.values())


async def test_values_of_variables_results_of_retrievers_and_preferences_are_masked_too():
    async def look(context):
        return {"iban": "DE89 3704 0044 0532 0130 00"}

    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank", sensitive=["iban", "email"])
        contact = await agent.create_variable("contact")
        await contact.set_global_value("ada@example.org")
        await agent.attach_retriever(look)
        ada = await server.create_customer("Ada", preferences={"mail": "lovelace@example.org"})
        await server.conversation(agent, customer=ada).say("Hi")
    prompt = next(ask.prompt for ask in model.asked if ask.decision == "draft")
    assert "example.org" not in prompt
    assert "DE89" not in prompt
    assert "⟦iban 1⟧" in prompt
    assert {"⟦email 1⟧", "⟦email 2⟧"} <= {word.strip('",') for word in prompt.split('"')}


async def test_patterns_of_ones_own_have_the_name_they_are_given():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Clinic", sensitive={"patient": r"\bP-\d{6}\b"})
        await server.conversation(agent).say("I am P-123456")
    assert "I am ⟦patient 1⟧" in model.asked[-1].prompt


async def test_an_agent_that_declares_nothing_is_shown_everything():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await server.conversation(agent).say(f"Take {CARD}")
    assert CARD in model.asked[-1].prompt


@pytest.mark.parametrize(
    ("sensitive", "words"),
    [
        (["cards"], "did you mean 'card'"),
        ({"x": "("}, "is no regular expression"),
        ({"x": "a*"}, "finds the empty text"),
    ],
)
async def test_what_can_not_be_a_pattern_is_refused(sensitive, words: str):
    async with p.Server() as server:
        with pytest.raises(p.AuthoringError, match=words):
            await server.create_agent("Bank", sensitive=sensitive)


DIGITS = (SensitivePattern(name="number", pattern=r"\d+"), SensitivePattern(name="code", pattern=r"[A-Z]\d+"))
words = st.lists(st.from_regex(r"[A-Z]?[0-9]{1,4}|[a-z]{1,5}", fullmatch=True), max_size=12)


@given(words)
def test_what_is_masked_can_be_put_back_and_holds_nothing_sensitive(parts: list[str]):
    text = " ".join(parts)
    masking = learn(Masking(patterns=DIGITS), [text])
    masked = mask(masking, text)
    assert restore_answer(masking, masked) == text
    unmasked = [
        part for part in masked.replace("⟦", " ⟦").split() if not part.startswith("⟦") and not part.endswith("⟧")
    ]
    assert not any(find_sensitive(DIGITS, part) for part in unmasked)


@given(words, words)
def test_a_value_keeps_its_placeholder_whatever_is_said_later(first: list[str], second: list[str]):
    before = learn(Masking(patterns=DIGITS), [" ".join(first)])
    after = learn(before, [" ".join(second)])
    assert after.known[: len(before.known)] == before.known
    placeholders = [placeholder for placeholder, _ in after.known]
    assert len(set(placeholders)) == len(placeholders)


def test_the_longest_of_overlapping_finds_counts():
    assert hide(DIGITS, "A12 and 34") == ("[code hidden] and [number hidden]", ("code", "number"))
