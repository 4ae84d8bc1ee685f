"""Names in scenarios that the agent does not have."""

from pathlib import Path
from textwrap import dedent

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey, State, Transition
from understudy.engine.domain.knowledge import CannedResponse
from understudy.engine.domain.tool import Parameter, Tool
from understudy.evals.loader.names import check_names
from understudy.evals.loader.scenario_files import load_file

AGENT = AgentDefinition(
    id="clinic",
    name="Clinic",
    guidelines=(Guideline(id="greet", condition="a", action="b"),),
    journeys=(
        Journey(
            id="schedule",
            title="Schedule",
            states=(State(id="root", kind="initial"), State(id="ask-reason", kind="chat", action="ask")),
            transitions=(Transition(source="root", target="ask-reason"),),
        ),
    ),
    tools=(Tool(id="book", parameters=(Parameter(name="time", type="string"),)),),
    canned_responses=(CannedResponse(id="hello", template="Hello"),),
)


def said(folder: Path, text: str) -> list[str]:
    path = folder / "suite.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return [str(problem).removeprefix(path.as_posix() + ":") for problem in check_names(load_file(path), AGENT)]


def test_names_that_the_agent_has_are_no_problem(tmp_path: Path) -> None:
    text = """\
        agent: agent.py:build
        scenarios:
          - name: all is known
            tools: {book: {returns: 1}}
            script:
              - customer: Hi
                expect: {guidelines: {fired: greet}, reply: {canned: hello}, tools: {called: {book: {time: 9}}}}
            expect: {journeys: {path: {schedule: [root, …, ask-reason, <completed>]}}}
        """
    assert said(tmp_path, text) == []


def test_each_name_that_the_agent_lacks_is_told_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    text = """\
        agent: agent.py:build
        scenarios:
          - name: nothing is known
            tools: {bok: {returns: 1}}
            script:
              - customer: Hi
                expect:
                  guidelines: {fired: [greet, gret], dropped: {zzz: outranked}}
                  tools: {called: [{book: {tme: 9}}], missing: {book: tim}}
                  reply: {canned: helo}
            expect:
              guidelines: {in_order: [greet, greets]}
              journeys: {at: {schedule: ask-reson}, active: schedul, path: {shedule: [anything]}}
        """
    assert said(tmp_path, text) == [
        "4:13: agent 'clinic' has no tool 'bok'; did you mean 'book'?",
        "8:39: agent 'clinic' has no guideline 'gret'; did you mean 'greet'?",
        "8:56: agent 'clinic' has no guideline 'zzz'",
        "9:36: tool 'book' has no parameter 'tme'; did you mean 'time'?",
        "9:63: tool 'book' has no parameter 'tim'; did you mean 'time'?",
        "10:27: agent 'clinic' has no canned response 'helo'; did you mean 'hello'?",
        "12:38: agent 'clinic' has no guideline 'greets'; did you mean 'greet'?",
        "13:33: journey 'schedule' has no state 'ask-reson'; did you mean 'ask-reason'?",
        "13:53: agent 'clinic' has no journey 'schedul'; did you mean 'schedule'?",
        "13:69: agent 'clinic' has no journey 'shedule'; did you mean 'schedule'?",
    ]


REWORDED = AgentDefinition(
    id="shop",
    name="Shop",
    guidelines=(
        Guideline(id="when-returning", condition="the customer wants to return an order", action="explain the policy"),
        Guideline(id="greet", condition="the customer greets you", action="greet back"),
    ),
)


def test_a_reworded_guideline_is_recognised_by_its_words(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text(
        "agent: agent.py\nscenarios:\n  - name: x\n    script: [{customer: Hi}]\n"
        "    expect: {guidelines: {ever: [customer-wants-to-return-orders, gret, weather-forecast-today]}}\n"
    )
    told = [str(problem).partition("agent 'shop' ")[2] for problem in check_names(load_file(path), REWORDED)]
    assert told == [
        (
            "has no guideline 'customer-wants-to-return-orders'; it was reworded, perhaps, to 'when the customer "
            "wants to return an order, explain the policy'; did you mean 'when-returning'?"
        ),
        "has no guideline 'gret'; did you mean 'greet'?",
        "has no guideline 'weather-forecast-today'",
    ]


def test_a_transition_that_the_journey_does_not_have_is_a_problem(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        """\
        agent: agent.py
        scenarios:
          - name: x
            start: {applied: gret, journeys: {schedule: [ask-reson]}}
            script: [{customer: Hi}]
            expect: {journeys: {transitions: {schedule: [root -> ask-reason, ask-reason -> root]}}}
        """,
    )
    assert told == [
        "4:22: agent 'clinic' has no guideline 'gret'; did you mean 'greet'?",
        "4:50: journey 'schedule' has no state 'ask-reson'; did you mean 'ask-reason'?",
        "6:70: journey 'schedule' has no transition 'ask-reason->root'; did you mean 'root->ask-reason'?",
    ]
