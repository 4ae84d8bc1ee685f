"""Calls that the offline model proposes."""

import json

import pytest

from understudy.engine.adapters.llm.offline.tools import answer_tools
from understudy.engine.domain.facts import ToolFacts, ToolOffer
from understudy.engine.domain.tool import Parameter, ParameterType, Tool

from .worlds import call, talk, variable


def verdict(situation, *parameters: Parameter, **offer) -> dict:
    tool = Tool(id="act", parameters=parameters)
    offered = ToolOffer(tool=tool, reasons=("the customer wants it",), **offer)
    return answer_tools(ToolFacts(situation=situation, offers=(offered,)))["tools"][0]


def arguments(situation, *parameters: Parameter, **offer) -> dict:
    [made] = verdict(situation, *parameters, **offer)["calls"]
    return {argument["name"]: argument["value"] for argument in made["arguments"]}


def value(message: str, parameter: Parameter, **known) -> str | None:
    return arguments(talk(message, **known), parameter)[parameter.name]


def of(name: str, kind: ParameterType = "string", **more) -> Parameter:
    return Parameter(name=name, type=kind, **more)


NOW = "2026-03-04T09:00:00+00:00"  # a Wednesday


@pytest.mark.parametrize(
    ("message", "parameter", "expected"),
    [
        ("it is CLM-123, thanks", of("claim_id"), "CLM-123"),
        ("order #84512 never came", of("order_number"), "84512"),
        ("policy POL-9, claim CLM-7", of("claim_id"), "CLM-7"),
        ("write to jo@example.com", of("email"), "jo@example.com"),
        ("call 555-123-4567", of("phone_number"), "555-123-4567"),
        ("My name is Jean Grey and I have a question", of("customer_name"), "Jean Grey"),
        ("I need 2 tickets for two days", of("tickets", "integer"), "2"),
        ("I can spend $1,500 on it", of("amount", "number"), "1500"),
        ("three please", of("quantity", "integer"), "3"),
        ("I want a dental claim", of("claim_type"), "dental"),
        ("a business class seat", of("seat", "enum", choices=("economy", "business")), "business"),
        ("not economy, business", of("seat", "enum", choices=("economy", "business")), "business"),
        ("it was on 2026-02-01", of("incident_date", "date"), "2026-02-01"),
        ('search for "blue pots"', of("product"), "blue pots"),
        ("fly me to New York", of("destination"), "New York"),
        ("city: Rome", of("city"), "Rome"),
        ("with insurance please", of("insurance", "boolean"), "true"),
        ("without insurance please", of("insurance", "boolean"), "false"),
        (
            "I slipped on the wet stairs and hurt my back",
            of("description"),
            "I slipped on the wet stairs and hurt my back",
        ),
        ("sizes 3 and 5", of("sizes", "array", item="integer"), "[3, 5]"),
    ],
)
def test_a_value_is_found_by_type_and_name(message: str, parameter: Parameter, expected: str) -> None:
    assert value(message, parameter) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("yesterday", "2026-03-03"),
        ("last Friday", "2026-02-27"),
        ("on March 3rd", "2026-03-03"),
        ("on 24 December", "2025-12-24"),
        ("two weeks ago", "2026-02-18"),
    ],
)
def test_a_date_of_something_past_is_counted_back_from_now(message: str, expected: str) -> None:
    assert value(message, of("incident_date", "date"), now=NOW) == expected


def test_a_date_of_something_to_come_is_counted_ahead() -> None:
    assert value("Friday please", of("day", "date"), now=NOW) == "2026-03-06"
    assert value("on February 3rd", of("day", "date"), now=NOW) == "2027-02-03"


def test_without_a_clock_no_year_is_invented() -> None:
    assert value("on March 3rd", of("incident_date", "date")) == "March 3rd"


def test_a_moment_needs_day_and_hour() -> None:
    assert value("tomorrow at 2:30 pm", of("start", "datetime"), now=NOW) == "2026-03-05T14:30:00"


def test_what_nobody_said_is_missing_and_the_call_is_listed() -> None:
    found = verdict(talk("I want to know about my claim"), of("claim_id"))
    assert found["should_run"]
    assert found["calls"][0]["arguments"] == [
        {"name": "claim_id", "evidence": "nothing said so far gives 'claim id'", "state": "missing", "value": None}
    ]


def test_an_optional_parameter_that_nobody_gave_is_left_out() -> None:
    assert arguments(talk("CLM-1 please"), of("claim_id"), of("note_date", "date", required=False)) == {
        "claim_id": "CLM-1"
    }


def test_fixed_arguments_are_not_examined() -> None:
    assert arguments(talk("CLM-1 please"), of("claim_id"), of("mode"), fixed={"mode": "check"}) == {"claim_id": "CLM-1"}


def test_the_newest_value_counts() -> None:
    said = talk("my claim is CLM-1", "agent: Thanks", "sorry, it is CLM-2")
    assert arguments(said, of("claim_id")) == {"claim_id": "CLM-2"}
    said = talk("Monday", "agent: Noted", "Monday, or wait, actually Tuesday")
    assert arguments(said, of("day")) == {"day": "Tuesday"}


def test_an_earlier_message_is_searched_too() -> None:
    said = talk("my claim is CLM-1", "agent: What would you like?", "its status")
    assert arguments(said, of("claim_id")) == {"claim_id": "CLM-1"}


def test_two_dates_go_to_two_parameters_in_order() -> None:
    said = talk("from 2026-03-03 to 2026-03-05")
    found = arguments(said, of("check_in", "date"), of("check_out", "date"))
    assert found == {"check_in": "2026-03-03", "check_out": "2026-03-05"}


def test_the_answer_to_the_agents_question_is_taken_whole() -> None:
    said = talk("I want to order", "agent: Which colour would you like?", "It's dark green.")
    assert arguments(said, of("colour")) == {"colour": "dark green"}
    said = talk("I want to order", "agent: Which colour would you like?", "I don't know")
    assert arguments(said, of("colour")) == {"colour": None}


def test_the_number_that_answers_a_question_is_what_was_asked_for() -> None:
    said = talk("my car", "agent: In which year was it built?", "2019", "agent: And the mileage?", "42000 miles")
    assert arguments(said, of("year", "integer"), of("mileage", "integer")) == {"year": "2019", "mileage": "42000"}


def test_an_offered_option_is_given_as_it_was_offered() -> None:
    slots = call("slots", {"slots": ["Monday 10:00 AM", "Tuesday 2:00 PM"]})
    said = talk("my knee", "agent: Monday 10 AM or Tuesday 2 PM?", "2 pm on Tuesday", calls=(slots,))
    assert arguments(said, of("time")) == {"time": "Tuesday 2:00 PM"}


def test_sources_are_obeyed() -> None:
    said = talk("my id is AB12", variables=(variable("customer_id", "ZZ99"),))
    assert arguments(said, of("customer_id", source="context")) == {"customer_id": "ZZ99"}
    assert arguments(said, of("customer_id", source="customer")) == {"customer_id": "AB12"}
    assert arguments(talk("hi", variables=(variable("customer_id", "ZZ99"),)), of("customer_id")) == {
        "customer_id": "ZZ99"
    }
    assert arguments(
        talk("hi", variables=(variable("customer_id", "ZZ99"),)), of("customer_id", source="customer")
    ) == {"customer_id": None}


def test_a_field_of_an_earlier_result_is_known() -> None:
    said = talk("cancel it", calls=(call("find", {"order": {"order_id": "A-1"}}),))
    assert arguments(said, of("order_id")) == {"order_id": "A-1"}


def test_a_call_is_not_repeated_with_the_same_arguments() -> None:
    made = call("act", "fine", arguments={"claim_id": "CLM-1"})
    assert not verdict(talk("CLM-1", calls=(made,)), of("claim_id"))["should_run"]
    assert verdict(talk("CLM-2", calls=(made,)), of("claim_id"))["should_run"]


def test_a_tool_without_parameters_runs_once() -> None:
    assert verdict(talk("hi"))["should_run"]
    assert not verdict(talk("hi", calls=(call("act", []),)))["should_run"]


def test_a_nested_object_is_filled_from_one_message() -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "guests": {"type": "integer"}},
        "required": ["city", "guests"],
    }
    found = value("city: Rome, guests: 3", of("stay", "object", schema=schema))
    assert json.loads(found or "") == {"city": "Rome", "guests": 3}
    assert value("city: Rome", of("stay", "object", schema=schema)) is None


def test_a_corrected_date_is_not_the_story() -> None:
    said = talk("A branch fell on the greenhouse roof", "agent: When was that?", "Sorry, I meant 14 February 2026")
    assert arguments(said, of("description"))["description"] == "A branch fell on the greenhouse roof"


def test_a_day_is_not_the_second_of_two_texts_of_other_forms() -> None:
    said = talk("Send it to 4 Mill Lane", "agent: And on which day?", "On Tuesday")
    assert arguments(said, of("address"), of("delivery_day")) == {"address": "4 Mill Lane", "delivery_day": "Tuesday"}


def test_two_days_are_told_apart_by_their_order() -> None:
    found = arguments(talk("from Monday to Friday"), of("start_day"), of("end_day"))
    assert found == {"start_day": "Monday", "end_day": "Friday"}


def test_what_only_gives_other_values_is_no_description() -> None:
    asked = "agent: Could you tell me the urgency: low or high? Could you tell me the description?"
    urgency = of("urgency", "enum", choices=("low", "high"))
    assert arguments(talk("Help", asked, "The urgency is low"), urgency, of("description"))["description"] is None
    story = "The urgency is low, but the lid came off twice"
    assert arguments(talk("Help", asked, story), urgency, of("description"))["description"] == story
