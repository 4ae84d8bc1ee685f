"""Where a scenario begins in mid-journey, the way there is one that the journey can go."""

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

import understudy.engine as p
from understudy.evals.loader.paths import check_paths
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.scenario import Place, Scenario, Start


def clinic() -> p.AgentDefinition:
    async def build() -> p.AgentDefinition:
        async with p.Server() as server:
            agent = await server.create_agent(name="Clinic", description="Books visits.")
            visit = await agent.create_journey(title="Visit", description="Book", conditions=["a visit is wanted"])
            reason = await visit.initial_state.transition_to(chat_state="ask for the reason", id="reason")
            day = await reason.target.transition_to(chat_state="ask for the day", id="day")
            await day.target.transition_to(chat_state="say that it is booked", condition="a day was said", id="booked")
            await day.target.transition_to(chat_state="offer a call", condition="no day suits", id="call")
            return server.build(agent).definition

    return asyncio.run(build())


def said(folder: Path, journeys: str) -> list[str]:
    path = folder / "clinic.yaml"
    path.write_text(
        dedent(f"""\
        agent: agent.py
        scenarios:
          - name: x
            start: {{journeys: {journeys}}}
            script: [{{customer: Hi}}]
        """)
    )
    (scenario,) = load_file(path)
    return [str(problem).removeprefix(f"{path}:") for problem in check_paths(scenario, clinic())]


def test_a_path_that_can_be_walked_is_no_problem(tmp_path: Path) -> None:
    assert said(tmp_path, "{visit: [reason, day, reason, booked]}") == []


@pytest.mark.parametrize(
    ("journeys", "told"),
    [
        (
            "{visit: [day, booked, call]}",
            "4:45: journey 'visit' can't go from 'booked' to 'call'; from there it goes back to 'day'",
        ),
        (
            "{visit: [reason, day, day]}",
            (
                "4:45: journey 'visit' can't go from 'day' to 'day'; "
                "from there it goes on to 'booked' or 'call', or back to 'reason'"
            ),
        ),
        (
            "{visit: [root, reason]}",
            "4:32: journey 'visit' can't begin at 'root'; it begins at 'reason' or 'day' or 'booked' or 'call'",
        ),
    ],
)
def test_the_first_impossible_step_is_named_with_its_place_and_the_possible_ones(
    tmp_path: Path, journeys: str, told: str
) -> None:
    assert said(tmp_path, journeys) == [told]


def test_names_that_are_not_there_are_left_to_the_check_of_names(tmp_path: Path) -> None:
    assert said(tmp_path, "{visit: [reason, dya], vist: [reason]}") == []


@pytest.mark.parametrize(
    ("journeys", "told"),
    [
        ({"visit": ["day", "call", "booked"]}, "journey 'visit' can't go from 'call' to 'booked'"),
        ({"visit": ["dya"]}, "start: journey 'visit' has no state 'dya'; did you mean 'day'?"),
        ({"vist": ["day"]}, "start: agent 'clinic' has no journey 'vist'; did you mean 'visit'?"),
    ],
)
def test_a_scenario_in_python_is_checked_at_its_own_place(journeys: dict, told: str) -> None:
    scenario = Scenario(
        id="s",
        name="s",
        suite="clinic",
        place=Place(file="test_clinic.py", line=7),
        agent="agent.py",
        script=(),
        start=Start(journeys=journeys),
    )
    (problem,) = check_paths(scenario, clinic())
    assert str(problem).startswith(f"test_clinic.py:7:1: {told}")
