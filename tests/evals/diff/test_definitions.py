"""Two definitions of an agent compared."""

from dataclasses import replace

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey, State, Transition
from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.evals.diff.definitions import Edit, compare_definitions

from ..runs import BOOK, GREET, agent


def edits(before, after) -> list[tuple[str, str, str, str]]:
    return [(edit.kind, edit.id, edit.change, edit.former_id) for edit in compare_definitions(before, after).edits]


def test_equal_definitions_have_no_edits() -> None:
    assert edits(agent(), agent()) == []


def test_what_was_added_and_removed() -> None:
    bye = Guideline(id="bye", condition="the call ends", action="say goodbye")
    assert edits(agent(GREET, BOOK), agent(GREET, bye)) == [
        ("guideline", "bye", "added", ""),
        ("guideline", "book", "removed", ""),
    ]


def test_other_words_under_the_same_id_are_a_rewording() -> None:
    diff = compare_definitions(agent(GREET, BOOK), agent(GREET, replace(BOOK, action="offer all slots")))
    (edit,) = diff.edits
    assert (edit.id, edit.change) == ("book", "reworded")
    assert [(each.name, each.before, each.after) for each in edit.fields] == [
        ("action", "offer free slots", "offer all slots")
    ]
    assert diff.guidelines == {}


def test_anything_but_words_is_a_change() -> None:
    assert edits(agent(GREET, BOOK), agent(GREET, replace(BOOK, priority=3))) == [("guideline", "book", "changed", "")]


def test_a_guideline_whose_id_came_from_its_words_is_paired_with_its_former_self() -> None:
    young = replace(BOOK, id="visit", condition="the customer would like to be seen")
    diff = compare_definitions(agent(GREET, BOOK), agent(GREET, young))
    assert [(edit.id, edit.former_id, edit.change) for edit in diff.edits] == [("visit", "book", "reworded")]
    assert diff.guidelines == {"book": "visit"}


def test_a_guideline_reworded_throughout_is_known_by_its_place_if_enough_words_are_left() -> None:
    old = Guideline(id="a", condition="the customer asks for the opening hours", action="tell the opening hours")
    new = replace(old, id="b", condition="the customer asks for our opening hours", action="tell our opening hours")
    assert compare_definitions(agent(GREET, old, BOOK), agent(GREET, new, BOOK)).guidelines == {"a": "b"}


def test_an_observation_is_never_the_former_self_of_an_instruction() -> None:
    seen = Guideline(id="seen", condition=BOOK.condition)
    assert edits(agent(GREET, BOOK), agent(GREET, seen)) == [
        ("guideline", "seen", "added", ""),
        ("guideline", "book", "removed", ""),
    ]


def test_of_two_that_could_be_it_the_likest_is() -> None:
    one = replace(BOOK, id="one", condition="the customer wants a visit today")
    two = replace(BOOK, id="two", condition="somebody calls")
    diff = compare_definitions(agent(GREET, BOOK), agent(GREET, two, one))
    assert diff.guidelines == {"book": "one"}


def journey(action: str, state: str, *, condition: str = "") -> Journey:
    return Journey(
        id="visit",
        title="Visit",
        states=(State(id="root", kind="initial"), State(id=state, kind="chat", action=action)),
        transitions=(Transition(source="root", target=state, condition=condition),),
    )


def test_a_reworded_state_of_a_journey_is_paired_too() -> None:
    before = replace(agent(), journeys=(journey("ask for the reason of the visit", "ask-for-the-reason"),))
    after = replace(agent(), journeys=(journey("ask for the reason of the call", "ask-reason"),))
    diff = compare_definitions(before, after)
    assert diff.states == {"visit/ask-for-the-reason": "visit/ask-reason"}
    assert [(edit.kind, edit.id, edit.change) for edit in diff.edits] == [("state", "visit/ask-reason", "reworded")]


def test_a_transition_with_another_condition_is_one_removed_and_one_added() -> None:
    before = replace(agent(), journeys=(journey("ask", "ask"),))
    after = replace(agent(), journeys=(journey("ask", "ask", condition="it is urgent"),))
    assert edits(before, after) == [
        ("transition", "visit: root to ask when it is urgent", "added", ""),
        ("transition", "visit: root to ask", "removed", ""),
    ]


def test_an_edit_says_what_was() -> None:
    edit = Edit(kind="guideline", id="visit", change="reworded", former_id="book", place="agent.py:3")
    assert str(edit) == "guideline 'visit' (was 'book') reworded"


def test_what_refers_to_a_renamed_guideline_is_not_edited_by_that() -> None:
    def whole(guideline: Guideline) -> AgentDefinition:
        ends = [Endpoint(kind="guideline", id=name) for name in ("greet", guideline.id)]
        related = Relationship(kind="priority", source=ends[0], target=ends[1])
        visit = replace(journey("ask", "ask"), triggers=(guideline.id,))
        return replace(agent(GREET, guideline), journeys=(visit,), relationships=(related,))

    young = replace(BOOK, id="visit", condition="the customer would like to be seen")
    assert edits(whole(BOOK), whole(young)) == [("guideline", "visit", "reworded", "book")]
