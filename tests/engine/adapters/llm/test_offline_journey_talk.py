"""The offline model on how people really talk along a journey: bare answers, things said early, changed minds."""

import pytest

from understudy.engine.adapters.llm.offline.journey import answer_journey
from understudy.engine.domain.facts import JourneyFacts, JourneyView, StateView, Step

from .worlds import call, talk

ACTIONS = {
    "hello": "Greet the customer and ask how you can help, unless they have already said what they need",
    "name": "Ask for the customer's name",
    "pet": "Ask the security question: the name of the first pet",
    "pin": "Ask for the PIN",
    "doctor": "Ask which doctor the patient wants to see",
    "day": "Ask for the day of the visit",
    "time": "Ask at what time the patient can come",
    "from": "Ask where the ride should start",
    "to": "Ask where the customer wants to go",
    "arrival": "Ask for the day of arrival",
    "departure": "Ask for the day of departure",
    "free": "Say that the doctor is free at that time and ask whether to book it",
    "busy": "Say that the doctor is not free at that time and offer to try another doctor, day or time",
    "found": "Describe the ride found (provider, price) and ask whether to book it",
    "else": "Ask whether the customer needs anything else",
    "bye": "Say goodbye",
}
TOOLS = ("check", "book")
STATES = (
    StateView(id="root", kind="initial"),
    *(StateView(id=name, kind="chat", action=action) for name, action in ACTIONS.items()),
    *(StateView(id=name, kind="tool", tools=(name,)) for name in TOOLS),
)


def chain(*names: str) -> tuple[Step, ...]:
    """Steps to each of these states, those before it passed over."""
    return tuple(Step(target=name, via=names[:place]) for place, name in enumerate(names))


def decide(situation, *, current: str = "root", steps: tuple[Step, ...] = (), **more) -> tuple[str, str | None]:
    more = {"path": (current,) if current != "root" else (), "title": "Visit", **more}
    if current == "root" and "over" not in more:
        more |= {"entered_now": True, "may_stay": False}
    view = JourneyView(id="visit", description="", current=current, states=STATES, steps=steps, **more)
    step = answer_journey(JourneyFacts(situation=situation, journeys=(view,)))["steps"][0]
    return step["move"], step["target"]


def begun(message: str, *names: str) -> str | None:
    return decide(talk(message), steps=chain(*names))[1]


def test_a_greeting_that_is_due_unless_they_said_what_they_need_is_passed_over_once_they_did() -> None:
    assert begun("I need a ride", "hello", "name", "to") == "name"


@pytest.mark.parametrize("message", ["I'd like to see Dr. Reed", "an appointment with doctor Reed please"])
def test_a_name_beside_the_noun_that_is_asked_for_answers(message: str) -> None:
    assert begun(message, "doctor", "day") == "day"
    assert begun("I'd like to see a doctor", "doctor", "day") == "doctor"
    assert begun("A doctor. Please help", "doctor", "day") == "doctor", "a sentence begins with a capital, too"


def test_places_are_told_by_the_words_before_them() -> None:
    assert begun("a ride from the Hospital to Oak Street", "to", "from", "name") == "name"
    assert begun("a ride to the Hospital", "to", "from", "name") == "from"


def test_a_day_is_no_time_of_day() -> None:
    assert begun("on Saturday, please", "day", "time", "name") == "time"
    assert begun("at 7pm", "day", "time") == "day"
    assert begun("on Saturday at 7pm", "day", "time", "name") == "name"


def test_one_date_answers_one_of_two_questions_for_dates() -> None:
    assert begun("I arrive on May 11th", "arrival", "departure", "name") == "departure"
    assert begun("from May 11th to May 30th", "arrival", "departure", "name") == "name"
    assert begun("from the 3rd to the 24th", "arrival", "departure", "name") == "name"


def test_the_customers_name_is_not_their_pets() -> None:
    assert begun("I am Jo Smith and want to know my balance", "name", "pet", "pin") == "pet"


def test_bare_answers_complete_their_question() -> None:
    steps = (Step(target="check", conditions=("The customer gave their PIN",)),)
    assert decide(talk("agent: Your PIN, please?", "7402"), current="pin", steps=steps) == ("advance", "check")
    assert decide(talk("agent: And your pet's name?", "Nemo"), current="pet", steps=chain("pin")) == ("advance", "pin")


LACKING = (
    Step(target="pin", conditions=("The customer has not said that they lack their PIN",)),
    Step(target="pet", conditions=("The customer has said that they do not have their PIN",)),
)


@pytest.mark.parametrize(
    ("message", "target"), [("my balance please", "pin"), ("my balance please, I don't remember my pin", "pet")]
)
def test_what_the_customer_said_they_lack_is_not_asked_for(message: str, target: str) -> None:
    assert decide(talk(message), steps=LACKING)[1] == target


def test_what_can_not_be_given_leads_where_that_leads() -> None:
    steps = (
        Step(target="check", conditions=("The customer gave their PIN",)),
        Step(target="pet", conditions=("The customer cannot give their PIN",)),
    )
    said = talk("agent: Your PIN, please?", "I forgot it, sorry")
    assert decide(said, current="pin", steps=steps) == ("advance", "pet")


RESULTS = (
    Step(target="free", conditions=("The tool says that the slot is available",)),
    Step(target="busy", conditions=("The tool says that the doctor has another appointment at that time",)),
)


@pytest.mark.parametrize(
    ("message", "target"),
    [
        ("The slot is available.", "free"),
        ("The doctor has a conflicting appointment then. Try another time.", "busy"),
    ],
)
def test_a_result_in_a_sentence_is_the_condition_that_it_is_most_like(message: str, target: str) -> None:
    said = talk("at 6pm", calls=(call("check", {"Message": message}),))
    assert decide(said, current="check", steps=RESULTS, may_stay=False) == ("advance", target)


WANTED = (
    Step(target="book", conditions=("The patient wants the appointment",)),
    Step(target="doctor", conditions=("The patient does not want this appointment",)),
)


@pytest.mark.parametrize(
    ("message", "target"),
    [("Yes, that is great", "book"), ("no thanks", "doctor"), ("I changed it, rather later", "doctor")],
)
def test_yes_and_no_decide_what_is_wanted_whatever_it_is_called(message: str, target: str) -> None:
    for current in ("free", "found"):
        said = talk("agent: It is free. Shall I book it?", message)
        assert decide(said, current=current, steps=WANTED) == ("advance", target)


@pytest.mark.parametrize("message", ["No, thanks", "thank you so much", "that's all for today", "Bye!"])
def test_who_thanks_or_takes_leave_needs_nothing_else(message: str) -> None:
    steps = (
        Step(target="doctor", conditions=("The patient wants another appointment",)),
        Step(target="bye", conditions=("The patient needs nothing else",)),
    )
    said = talk("agent: Is there anything else?", message)
    assert decide(said, current="else", steps=steps) == ("advance", "bye")


def test_a_new_time_after_a_refusal_is_tried_without_asking_for_the_rest_again() -> None:
    again = ("The patient wants to try another doctor, day or time",)
    steps = tuple(Step(target=s.target, via=s.via, conditions=again) for s in chain("doctor", "day", "time", "check"))
    path = ("doctor", "day", "time", "check", "busy")
    more = {"current": "busy", "steps": steps, "path": path, "visited": path[:-1]}
    assert decide(talk("agent: Dr. Reed is not free then.", "8pm"), **more) == ("advance", "check")
    assert decide(talk("agent: Dr. Reed is not free then.", "I want to try another day"), **more) == (
        "advance",
        "doctor",
    )
    assert decide(talk("agent: Dr. Reed is not free then.", "oh dear, what a pity"), **more) == ("stay", None)


OVER = {"over": True, "path": ("day", "time", "<completed>"), "visited": ("day", "time"), "starts": chain("day")}


def over(message: str, **more) -> tuple[str, str | None]:
    said = talk("a visit on Monday at 2pm", "agent: Booked. Anything else?", message)
    return decide(said, steps=chain("day", "time"), **OVER, **more)


def test_a_run_that_is_over_is_reopened_by_a_correction_and_by_nothing_less() -> None:
    assert over("Sorry, I meant Tuesday") == ("backtrack", "day")
    assert over("make that 5pm instead") == ("backtrack", "time")
    assert over("thank you") == ("stay", None)
    assert over("I have another question") == ("stay", None)


def test_a_run_that_is_over_begins_anew_without_the_answers_of_the_last_one() -> None:
    assert over("I need another visit") == ("restart", "day")
    assert over("thanks, bye", entered_now=True) == ("stay", None)


def test_after_a_correction_the_new_value_is_an_answer_and_the_old_one_is_not() -> None:
    back = {"current": "day", "path": ("day", "time", "day"), "went_back": True, "steps": chain("time", "check")}
    asked = ("a visit", "agent: Which day?", "Monday", "agent: What time?")
    assert decide(talk(*asked, "not Monday, Tuesday"), **back) == ("advance", "time")
    assert decide(talk(*asked, "Monday is wrong, wait"), **back)[0] in ("stay", "advance")
    doctor = {**back, "current": "doctor", "path": ("doctor", "day", "doctor"), "steps": chain("day", "check")}
    assert decide(talk("a visit", "agent: Which day?", "hm, I'd rather see Dr. Reed"), **doctor) == ("advance", "day")
    assert decide(talk("a visit", "agent: Which day?", "wait, the doctor is wrong"), **doctor) == ("stay", None)
