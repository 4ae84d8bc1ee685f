"""What ordinary customers say, as the offline model hears it: bare numbers, half answers, stories, small talk."""

from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.offline.match import answer_match
from understudy.engine.adapters.llm.offline.text import stem
from understudy.engine.adapters.llm.offline.tools import answer_tools
from understudy.engine.domain.facts import GuidelineCandidate, MatchFacts, ToolFacts, ToolOffer
from understudy.engine.domain.tool import Parameter, Tool

from .worlds import talk

GARDEN = ("The customer asks about delivery", "The customer wants to return an item", "asks about caring for plants")


def applies(condition: str, *lines: str, action: str = "", others: tuple[str, ...] = (), **more) -> bool:
    """Whether a guideline applies at the end of a conversation, judged beside others."""
    candidates = (
        GuidelineCandidate(id="it", kind="actionable", condition=condition, action=action),
        *(GuidelineCandidate(id=text, kind="actionable", condition=text) for text in others),
    )
    facts = MatchFacts(situation=talk(*lines), candidates=candidates, **more)
    answer: Any = answer_match(facts)
    return answer["checks"][0]["applies"]


def argument(parameter: str, *lines: str) -> str | None:
    """What a tool's one parameter gets at the end of a conversation."""
    tool = Tool(id="act", parameters=(Parameter(name=parameter, type="string"),))
    offer = ToolOffer(tool=tool, reasons=("it helps",))
    answer: Any = answer_tools(ToolFacts(situation=talk(*lines), offers=(offer,)))
    return answer["tools"][0]["calls"][0]["arguments"][0]["value"]


# Numbers


@pytest.mark.parametrize(
    ("parameter", "asked", "said", "given"),
    [
        ("booking_number", "What is your booking number?", "1234", "1234"),
        ("reservation_id", "May I have your reservation id?", "it's 7781", "7781"),
        ("member_number", "Could you give me your member number?", "882, thanks", "882"),
        ("order_number", "What is your order number?", "It is LK-88120", "LK-88120"),
        ("order_number", "What is your order number?", "I bought it 14 days ago", None),
        ("order_number", "Which colour would you like?", "1234", None),
    ],
)
def test_digits_given_in_answer_to_a_question_for_a_number_are_that_number(
    parameter: str, asked: str, said: str, given: str | None
):
    assert argument(parameter, "customer: I need help with it", f"agent: {asked}", f"customer: {said}") == given


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("Hello, my order number is 1234", "1234"),
        ("It's about order 5521.", "5521"),
        ("Please cancel reservation no. 77", "77"),
        ("I would like to order 1500 bricks", None),
    ],
)
def test_a_number_beside_a_noun_that_is_numbered_is_an_id_without_being_asked_for(said: str, given: str | None):
    name = "reservation_number" if "reservation" in said else "order_number"
    assert argument(name, f"customer: {said}") == given


@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        (("customer: Where is it?", "agent: What is your order number?", "customer: 1234"), True),
        (("customer: Where is it?", "agent: What is your order number?", "customer: in the blue box"), False),
        (("customer: I bought 12 chairs",), False),
    ],
)
def test_a_condition_on_a_number_being_given_hears_bare_digits_after_the_question(lines: tuple[str, ...], holds: bool):
    assert applies("The customer provides an order number", *lines) is holds


# Several things at once


@pytest.mark.parametrize(
    ("condition", "said", "holds"),
    [
        ("The customer provides the recipient's name and the amount", "the amount is 200", False),
        ("The customer provides the recipient's name and the amount", "200 to Maria Lopez", True),
        ("Customer has given the payee and the amount", "make it 75 euros", False),
        ("Customer has given the payee and the amount", "75 euros for the landlord", True),
        ("The customer gives their name and booking number", "It's booking 4410", False),
        ("The customer gives their name and booking number", "I'm Ann Lee, booking 4410", True),
        ("The customer states a date and the number of guests", "on Friday please", False),
        ("The customer states a date and the number of guests", "Friday, for 4 people", True),
    ],
)
def test_who_gives_one_of_two_things_has_not_given_both(condition: str, said: str, holds: bool):
    lines = ("customer: I have a request", "agent: Could you tell me the particulars?", f"customer: {said}")
    assert applies(condition, *lines) is holds


# Stories

STORY = (
    "I put it on the shelf in the hall on Sunday evening, and when I came home from work the glass had a long crack "
    "down the left side and one of the brass hooks was bent."
)
DAMAGED = ("customer: My mirror arrived damaged", "agent: I'm sorry to hear that. Could you describe what happened?")


@pytest.mark.parametrize("ending", ["", " Thanks!", " Can you help?", " What can be done about that?"])
def test_a_long_answer_goes_on_with_what_the_agent_asked_it_for(ending: str):
    action = "Ask what happened and offer to send a new one"
    assert applies("The customer reports damage", *DAMAGED, f"customer: {STORY}{ending}", action=action)


@pytest.mark.parametrize(
    "said",
    [
        "When do you close today, and is there parking near the shop on the other side of the street?",
        "Never mind, forget it, the whole mirror was a bad idea and I will get one at the flea market.",
    ],
)
def test_a_question_of_their_own_or_giving_up_is_no_answer_however_long(said: str):
    action = "Ask what happened and offer to send a new one"
    assert not applies("The customer reports damage", *DAMAGED, f"customer: {said}", action=action)


@pytest.mark.parametrize(
    "story",
    [
        "On Friday another driver made a mistake, changed lanes without looking and hit my rear door. Thanks",
        "I was waiting at the lights in Elm Road when a van rolled into my bumper. What happens next?",
    ],
)
async def test_a_story_that_ends_in_thanks_or_a_question_or_speaks_of_a_change_moves_a_journey_on(story: str):
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Desk", "Takes reports of accidents")
        journey = await agent.create_journey("Report", "", triggers=["The customer wants to report an accident"])
        day = await journey.initial_state.transition_to(chat_state="Ask for the day of the accident", id="day")
        told = await day.target.transition_to(chat_state="Ask them to describe what happened", id="story")
        await told.target.transition_to(chat_state="Say that a colleague will call", id="call")
        talk = server.conversation(agent)
        await talk.say("I want to report an accident")
        await talk.say("It was on Thursday")
        turn = await talk.say(story)
    (move,) = turn.trace.moves[:1]
    assert (move.move, move.origin, move.target) == ("advanced", "story", "call")


# Off topic


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("Who won the world cup?", True),
        ("Can you write me a poem about the sea?", True),
        ("What's the best recipe for lasagne?", True),
        ("Do you know a good lawyer?", True),
        ("How do I fix my car's engine?", True),
        ("What time does the train to London leave?", True),
        ("When will my roses be delivered?", False),
        ("Do you sell lawn mowers?", False),
        ("My spade is broken", False),
        ("I need help", False),
        ("Can you help me?", False),
        ("thanks, that was great", False),
    ],
)
def test_what_has_nothing_to_do_with_the_agent_is_told_from_what_customers_speak_of(said: str, holds: bool):
    assert applies("The customer asks about something off-topic", f"customer: {said}", others=GARDEN) is holds


def test_an_example_of_what_is_off_topic_is_off_topic():
    condition = "The customer asks about something unrelated to gardening (such as the weather or politics)"
    assert applies(condition, "customer: What will the weather be like?", others=GARDEN)
    assert not applies(condition, "customer: Is gardening hard?", others=GARDEN)


async def test_an_agent_with_many_guidelines_does_not_take_what_it_deals_with_for_off_topic():
    topics = ("tents", "stoves", "maps", "boots", "lamps", "ropes", "skis", "sledges", "kayaks", "anoraks", "bicycles")
    async with p.Server(model="offline", optimization_policy=p.BatchPolicy(ordinary=3, slack=0)) as server:
        agent = await server.create_agent("Outdoors", "Answers questions")
        await agent.create_guideline("The customer says something off-topic", "Say what you are for", id="off")
        for topic in topics:
            await agent.create_guideline(f"The customer asks how to store {topic}", "Explain it", id=topic)
        stored = await server.conversation(agent).say("Where do people keep bicycles in winter?")
        other = await server.conversation(agent).say("Who wrote Macbeth?")
    assert "off" not in stored.fired
    assert other.fired == ("off",)


# Words


@pytest.mark.parametrize(
    ("condition", "said", "holds"),
    [
        ("The customer wants to add another guest", "can I bring another guest along?", True),
        ("The customer says how many guests there are", "there will be six guests", True),
        ("The guest asks about parking", "is there parking?", True),
        ("The customer asks about discounts or vouchers", "is this house for sale?", False),
        ("The customer asks about discounts", "do you have anything on sale?", True),
        ("The customer wants a replacement", "I'd like to exchange dollars for euros", False),
        ("The customer wants a replacement", "could you send me a new one? it is broken", True),
        ("The customer wants to exchange an item", "I'd like to swap these boots for a larger size", True),
    ],
)
def test_words_are_not_taken_for_others_that_they_only_resemble(condition: str, said: str, holds: bool):
    assert applies(condition, f"customer: {said}") is holds


@pytest.mark.parametrize(
    ("words", "other"),
    [
        (("care", "cares", "cared", "caring"), "car"),
        (("make", "making", "makes"), "mak"),
        (("rate", "rates", "rating"), "rat"),
    ],
)
def test_forms_of_a_short_word_with_a_silent_e_stay_together_and_apart_from_the_word_without_it(
    words: tuple[str, ...], other: str
):
    assert len({stem(word) for word in words}) == 1
    assert stem(other) != stem(words[0])
