"""Conditions against what customers say, as the offline model judges them."""

import pytest

from understudy.engine.adapters.llm.offline.match import answer_match
from understudy.engine.domain.facts import CheckKind, GuidelineCandidate, MatchFacts

from .worlds import call, talk, term, variable


def judge(condition: str, situation, kind: CheckKind = "actionable", others=()) -> dict:
    candidates = (GuidelineCandidate(id="it", kind=kind, condition=condition), *others)
    return answer_match(MatchFacts(situation=situation, candidates=candidates))["checks"][0]


HOLDS = [
    ("The customer greets you", "Hi there!"),
    ("The customer greets you", "Good morning, I need some help with an invoice"),
    ("The customer says goodbye", "That's all, bye!"),
    ("The customer thanks you", "Thank you so much"),
    ("Customer expresses gratitude", "thanks a lot for that"),
    ("The customer wants to file a new claim", "Hello, I'd like to file a claim for my roof"),
    ("The customer wants to file a new claim", "I need to submit a claim please"),
    ("Customer wants to check claim status", "What's the status of my claim?"),
    ("Customer wants to check claim status", "Where is my claim right now?"),
    ("Customer asks about their policy or coverage", "Does my plan cover glasses?"),
    ("Customer asks about their policy or coverage", "Can you explain my policy?"),
    ("Customer provides sensitive information (SSN, credit card, health details)", "My SSN is 123-45-6789"),
    ("Customer provides sensitive information (SSN, credit card, health details)", "it's 4111 1111 1111 1111"),
    ("Customer provides sensitive information (passwords)", "my password is hunter2"),
    ("Customer provides credit card information", "Charge 4111-1111-1111-1111"),
    ("The customer provides an email address", "You can write to jo@example.com"),
    ("The customer gives their order number", "It's order #84512"),
    ("The customer provides a phone number", "call me on 555-123-4567"),
    ("Patient says visit is urgent", "It's urgent, I'm in a lot of pain"),
    ("Patient says visit is urgent", "I need to be seen right away"),
    ("The patient asks about insurance", "Do you take Acme insurance?"),
    ("Patient asks about insurance", "Which insurers do you work with? I am insured with Acme"),
    ("Patient wants to schedule an appointment", "I need to see a doctor about my knee"),
    ("Customer wants to schedule an appointment", "Can I book a visit for next week?"),
    ("The customer wants to reschedule or cancel an appointment", "I have to cancel my appointment"),
    ("The customer wants to reschedule or cancel an appointment", "Can we reschedule?"),
    ("The customer's issue is complex or requires human judgment", "This is really complicated"),
    ("The customer asks for a human agent", "Let me talk to a real person"),
    ("Customer asks to speak to a manager", "get me your supervisor"),
    ("Customer seems frustrated", "This is ridiculous, I have been waiting for an hour"),
    ("The customer is upset or angry", "I'm furious about this"),
    ("Customer expresses dissatisfaction with service", "your service is terrible"),
    ("Customer asks about prices or legal terms", "How much does the blue one cost?"),
    ("The customer asks about pricing", "What would that be per month, price wise?"),
    ("The customer asks about the refund policy", "What is your refund policy?"),
    ("Customer wants to return an item", "I'd like to send back these shoes"),
    ("The customer wants a refund", "I want my money back"),
    ("The customer reports a lost card", "I can't find my card"),
    ("The customer's card was stolen", "Somebody has stolen my card"),
    ("The refund request lacks an order ID", "I want a refund"),
    ("The customer has not provided an order number", "I'd like to know where my parcel is"),
    ("The customer hasn't selected a room type yet", "I need a room for two nights"),
    ("Customer asks for recommendations without specifying a budget", "Can you recommend a laptop?"),
    ("The customer's package has not arrived", "My package still hasn't arrived"),
    ("The customer can't log in", "I cannot log in to my account"),
    ("The device is not working", "my device doesn't work"),
    ("The customer declines the offer", "No thanks, I'll pass"),
    ("The customer asks about delivery times", "When will my parcel arrive? How long is delivery time?"),
    ("The customer wants to book a test drive", "Could I schedule a test drive on Saturday?"),
    ("The customer asks about financing options", "Do you offer loans or monthly payments?"),
    ("The customer wants to trade in their vehicle", "I'd like to trade in my old car"),
    ("Customer asks a question", "What time do you open?"),
    ("Customer asks anything", "Can you tell me more?"),
    ("The customer reports a problem with the mower and asks for help", "The mower is broken, please help"),
    ("The customer wants to transfer money", "I need to send 200 dollars to my brother, can I wire money?"),
    ("The customer asks about opening hours", "What are your opening hours?"),
    ("The customer reports fraud", "There is a suspicious charge on my statement, I think it's a scam"),
    ("Conversation is off topic", "Who won the world cup in 1998?"),
    ("Customer asks about topics unrelated to our service", "Tell me a joke about penguins"),
    ("The customer asks about something other than plants", "What do you think of the election?"),
]

DOES_NOT_HOLD = [
    ("The customer greets you", "I need to cancel my order"),
    ("The customer greets you", "This is it, they said hello to me"),
    ("The customer says goodbye", "I want to buy a lamp"),
    ("The customer wants to file a new claim", "What's the status of my claim?"),
    ("The customer wants to file a new claim", "Hi"),
    ("Customer wants to check claim status", "I want to file a claim"),
    ("Customer asks about their policy or coverage", "I had an accident yesterday"),
    ("Customer provides sensitive information (SSN, credit card, health details)", "Do you take credit cards?"),
    ("Customer provides sensitive information (SSN, credit card, health details)", "My order is 84512"),
    ("Customer provides credit card information", "I lost my credit card"),
    ("The customer provides an email address", "What is your email address?"),
    ("The customer gives their order number", "I don't know my order number"),
    ("Patient says visit is urgent", "I'd like a visit next month"),
    ("The patient asks about insurance", "I need to see a doctor about my knee"),
    ("Customer wants to schedule an appointment", "Do you take Acme insurance?"),
    ("The customer wants to reschedule or cancel an appointment", "I'd like an appointment"),
    ("The customer's issue is complex or requires human judgment", "What is my balance?"),
    ("The customer asks for a human agent", "Can you help me?"),
    ("Customer seems frustrated", "Could you help me find a pot?"),
    ("Customer asks about prices or legal terms", "Do you have it in blue?"),
    ("The customer asks about the refund policy", "What is your privacy policy?"),
    ("The customer wants a refund for a cancelled flight", "I want to book a flight"),
    ("The refund request lacks an order ID", "I want a refund for order #84512"),
    ("The refund request lacks an order ID", "What time do you open?"),
    ("The customer has not provided an order number", "Where is my parcel? Order number 84512"),
    ("The customer's package has not arrived", "My package arrived, thanks"),
    ("The customer's package has not arrived", "I want to buy a lamp"),
    ("The customer declines the offer", "Yes please"),
    ("The customer confirms the booking", "What was the date again?"),
    ("It's a holiday", "I need a plumber"),
    ("Customer asks a question", "My sink leaks."),
    ("Customer is identified as VIP", "I need help"),
    ("The customer wants to book a test drive", "Do you have a driver's licence checklist?"),
    ("The customer asks about financing options", "What options are there for colours?"),
    ("Conversation is off topic", "Do you deliver plants on Sunday?"),
    ("Conversation is off topic", "Hello!"),
    ("Conversation is off topic", "Thanks, bye"),
    ("The customer asked the same question again", "Do you sell pots?"),
    ("Customer interaction is brand-sensitive", "Where are you?"),
]


@pytest.mark.parametrize(("condition", "message"), HOLDS)
def test_a_condition_that_the_message_meets_holds(condition: str, message: str) -> None:
    verdict = judge(condition, talk(message))
    assert verdict["applies"], verdict["evidence"]


@pytest.mark.parametrize(("condition", "message"), DOES_NOT_HOLD)
def test_a_condition_that_the_message_does_not_meet_does_not_hold(condition: str, message: str) -> None:
    verdict = judge(condition, talk(message))
    assert not verdict["applies"], verdict["evidence"]


def test_the_evidence_says_which_words_matched() -> None:
    evidence = judge("The customer wants to file a new claim", talk("I want to file a claim"))["evidence"]
    assert "'file' and 'claim'" in evidence
    assert "newest message" in evidence


def test_a_glossary_synonym_counts_as_the_term() -> None:
    known = talk("How does the rainy day pot work?", terms=(term("Emergency Fund", "rainy day pot"),))
    assert judge("The customer asks about the emergency fund", known)["applies"]
    assert not judge("The customer asks about the emergency fund", talk("How does the rainy day pot work?"))["applies"]


def test_variables_decide_what_the_customer_is() -> None:
    premium = talk("Hello", variables=(variable("plan", "premium"), variable("identified_as_vip", True)))
    free = talk("Hello", variables=(variable("plan", "free"), variable("identified_as_vip", False)))
    assert judge("The customer is a premium customer", premium)["applies"]
    assert not judge("The customer is a premium customer", free)["applies"]
    assert judge("Customer is identified as VIP", premium)["applies"]
    assert not judge("Customer is identified as VIP", free)["applies"]


def test_both_parts_of_a_condition_must_hold() -> None:
    condition = "Customer is a premium customer and asks for support with an invoice"
    premium = {"variables": (variable("plan", "premium"),)}
    assert judge(condition, talk("I have a question about an invoice", **premium))["applies"]
    assert not judge(condition, talk("Do you sell pots?", **premium))["applies"]


def test_a_confirmation_is_about_what_the_agent_asked() -> None:
    asked = talk("I want a slot", "agent: Tuesday 2 PM, shall I make the booking?", "Yes, please")
    assert judge("The customer confirms the booking", asked)["applies"]


def test_a_question_asked_again_is_recognised() -> None:
    again = talk("When do you open on Sundays?", "agent: At nine.", "when do you open on sunday?")
    assert judge("The user has already asked this question in this session", again)["applies"]
    assert judge("The customer asked the same question again", again)["applies"]


def test_a_fact_told_earlier_stays_true_for_observations_and_not_for_actions() -> None:
    later = talk("My dog is diabetic", "agent: Noted.", "Which food do you sell?")
    assert judge("The customer's dog is diabetic", later, kind="observation")["applies"]
    assert not judge("The customer's dog is diabetic", later)["applies"]


def test_a_wish_told_earlier_does_not_stay_forever() -> None:
    later = talk("I want to return a spade", "agent: Done.", "Which food do you sell?")
    assert not judge("The customer wants to return an item", later, kind="observation")["applies"]


def test_a_mere_answer_goes_on_with_the_topic() -> None:
    answered = talk("I want a refund for the spade", "agent: When did you get your spade?", "March 3rd")
    assert judge("The customer wants a refund", answered)["applies"]
    assert not judge("The customer wants a refund", answered, kind="applied")["applies"]


def test_a_short_answer_to_what_a_guideline_needed_brings_it_back() -> None:
    asked = talk("What is the status of my claim?", "agent: Could you tell me the claim number?", "It's HM-20417")
    assert judge("The customer asks about the status of a claim", asked, kind="applied")["applies"]
    assert not judge("The customer asks about the status of an invoice", asked, kind="applied")["applies"]


def test_what_the_agent_accepts_is_no_yes_of_the_customer() -> None:
    agreed = talk("agent: Monday then, do you agree?", "Yes")
    assert judge("The customer agrees", agreed)["applies"]
    assert not judge("The customer asks whether you accept their card", agreed)["applies"]


def test_a_variable_that_says_no_denies_the_condition() -> None:
    outside = talk("Hi", variables=(variable("club", "not a member"),))
    inside = talk("Hi", variables=(variable("club", "club member"),))
    assert not judge("The customer is a club member", outside)["applies"]
    assert judge("The customer is a club member", inside)["applies"]


def test_an_answer_to_whether_anything_is_left_does_not_go_on_with_the_topic() -> None:
    done = talk("I want a refund for the spade", "agent: Done. Is there anything else?", "yes")
    assert not judge("The customer wants a refund", done)["applies"]


def test_a_tool_result_of_this_turn_is_evidence_for_how_things_are() -> None:
    locked = talk("Why can't I pay?", calls=(call("get_account", {"account": "locked"}),))
    fine = talk("Why can't I pay?", calls=(call("get_account", {"account": "active"}),))
    assert judge("The account is locked", locked)["applies"]
    assert not judge("The account is locked", fine)["applies"]


def test_what_other_guidelines_deal_with_is_on_topic() -> None:
    other = GuidelineCandidate(id="parking", kind="actionable", condition="The customer asks about parking")
    question = talk("Is there parking near you?")
    assert judge("The conversation is off topic", question)["applies"]
    assert not judge("The conversation is off topic", question, others=(other,))["applies"]


def test_an_answer_to_one_question_of_several_is_not_off_topic() -> None:
    asked = talk(
        "Hi", "agent: Hello! How can I help? Could you tell me what brought you here?", "My knee has swollen up"
    )
    assert not judge("The customer asks about something unrelated to the shop", asked)["applies"]


def test_the_customers_own_data_are_not_off_topic() -> None:
    asked = talk("My social security number is 402-19-5588, do you need it?")
    assert not judge("The customer asks about something unrelated to the shop", asked)["applies"]


def test_a_side_question_is_not_taken_up_again_by_the_answer_to_another() -> None:
    asked = talk(
        "I want to order a spade",
        "agent: Is the order for a small or a large spade?",
        "Which papers are needed for the order of a tree?",
        "agent: A receipt. Is the order for a small or a large spade?",
        "a large one",
    )
    verdict = judge("The customer asks which papers are needed for the order of a tree", asked, kind="applied")
    assert not verdict["applies"], verdict["evidence"]


def test_a_question_and_the_word_that_makes_it_clear_count_together() -> None:
    said = ("What is the fee?", "agent: Which do you mean: fee of the card or fee of the locker?", "The locker")
    assert judge("The customer asks about the fee of the locker", talk(*said))["applies"]
    assert not judge("The customer asks about the fee of the card", talk(*said))["applies"]
    aside = (*said[:2], "How long are you open?")
    assert not judge("The customer asks about the fee of the locker", talk(*aside))["applies"]
