"""A step that only makes sense beside the one before it is a warning, with the line that declared it."""

import pytest

import understudy.engine as p


async def warnings_of(*actions: str) -> list[str]:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        journey = await agent.create_journey("Returns", triggers=["wants to return something"])
        at: p.JourneyState | p.JourneyTransition[p.ChatJourneyState] = journey.initial_state
        for number, action in enumerate(actions):
            at = await at.transition_to(chat_state=action, id=f"step-{number}")
        graph = await agent.get_policy_graph()
    return [str(warning) for warning in graph.warnings if warning.kind == "points_back"]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("Do the same for the return flight", "the same for"),
        ("Likewise for the second parcel", "Likewise"),
        ("Ask for the number of the other one", "the other one"),
        ("Repeat the previous question", "the previous question"),
        ("Ask as above", "as above"),
    ],
)
async def test_words_that_point_to_another_step_are_found(action: str, words: str) -> None:
    (warning,) = await warnings_of("Ask for the date of the flight", action)
    assert "test_steps_that_point_back.py:" in warning
    assert f"state returns/step-1 says {words!r}, and the prompt of a reply shows no other step beside it" in warning


async def test_steps_that_say_what_is_to_be_done_are_no_warning() -> None:
    assert (
        await warnings_of("Ask for the date", "Ask which other article it is", "Tell when it arrives, then greet") == []
    )


async def test_a_step_that_a_link_copied_is_told_once() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        inner = await agent.create_journey("Checks", triggers=[])
        await inner.initial_state.transition_to(chat_state="Do the same for the other one", id="twice")
        outer = await agent.create_journey("Returns", triggers=["wants to return something"])
        await outer.initial_state.transition_to(journey=inner)
        graph = await agent.get_policy_graph()
    assert [warning.about for warning in graph.warnings if warning.kind == "points_back"] == [("checks",)]
