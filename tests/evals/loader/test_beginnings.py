"""Scenarios that begin in mid-conversation, share a beginning, are read for each case, or ask for several trials."""

from pathlib import Path
from textwrap import dedent

import pytest

from understudy.evals.expectations.code import CodeHolds
from understudy.evals.expectations.kinds import JourneyTook, ToolsCalled, UsageWithin
from understudy.evals.expectations.value_tests import EqualTo
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.scenario import CustomerSays, Earlier, Raises, Returns, Scenario, Start


def load(folder: Path, scenarios: str, *, name: str = "suite.yaml") -> tuple[Scenario, ...]:
    path = folder / name
    path.write_text("agent: agent.py:build\nscenarios:\n" + dedent(scenarios), encoding="utf-8")
    return load_file(path)


def problems(folder: Path, scenarios: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(folder, scenarios)
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]


def said(scenario: Scenario) -> list[str]:
    return [text for step in scenario.script if isinstance(step, CustomerSays) for text in step.texts]


def test_a_start_says_what_was_said_applied_and_walked(tmp_path: Path) -> None:
    (scenario,) = load(
        tmp_path,
        """
        - name: goes on
          start:
            history: [{customer: [Hello, I am back]}, {agent: Hi!}, {operator: Dana here, name: Dana}]
            applied: greet
            journeys: {schedule: [ask-reason, list-times]}
          script: [{customer: Tuesday}]
        """,
    )
    assert scenario.start == Start(
        history=(
            Earlier(source="customer", text="Hello"),
            Earlier(source="customer", text="I am back"),
            Earlier(source="ai_agent", text="Hi!"),
            Earlier(source="human_agent", text="Dana here", name="Dana"),
        ),
        applied=("greet",),
        journeys={"schedule": ("ask-reason", "list-times")},
    )
    assert [(name.kind, name.name, name.within) for name in scenario.names] == [
        ("guideline", "greet", ""),
        ("journey", "schedule", ""),
        ("state", "ask-reason", "schedule"),
        ("state", "list-times", "schedule"),
    ]


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        ("{}", "start is empty"),
        ("{histroy: []}", "'histroy' is not a key of start; did you mean 'history'?"),
        ("{history: Hello}", "history must be a list of messages such as `- customer: Hello`, not 'Hello'"),
        ("{history: [{customer: a, agent: b}]}", "exactly one of customer, agent, operator"),
        ("{history: [{custmer: a}]}", "'custmer' is not a key of a message of the history; did you mean 'customer'?"),
        ("{history: [{customer: a, name: b}]}", "'name' can't stand beside 'customer', only beside operator"),
    ],
)
def test_mistakes_in_a_start_are_told(tmp_path: Path, start: str, problem: str) -> None:
    (told,) = problems(tmp_path, f"- {{name: x, script: [{{customer: a}}], start: {start}}}")
    assert problem in told


def test_a_scenario_with_cases_is_one_for_each(tmp_path: Path) -> None:
    monday, late = load(
        tmp_path,
        """
        - name: books
          with:
            - {day: Monday, seats: 2}
            - {id: late, day: [Friday, Sunday], seats: 3}
          tools: {book: {returns: "{day}"}}
          script:
            - customer: "{day} please, for {seats}"
              expect: {tools: {called: [{book: {seats: "{seats}", day: {day}}}]}}
        """,
    )
    assert [monday.id, late.id] == ["books-monday-2", "books-late"]
    assert [monday.name, late.name] == ["books (monday-2)", "books (late)"]
    assert said(monday) == ["Monday please, for 2"]
    assert said(late) == ["[Friday, Sunday] please, for 3"]
    assert late.tools == {"book": (Returns(data=["Friday", "Sunday"]),)}
    (step,) = monday.script
    assert isinstance(step, CustomerSays)
    called = step.expect[0].expectation
    assert isinstance(called, ToolsCalled)
    assert dict(called.calls[0].arguments) == {
        "seats": (EqualTo(value=2, written="2"),),
        "day": (EqualTo(value="Monday"),),
    }
    assert (monday.place.line, late.place.line) == (6, 7)


def test_a_case_named_in_the_id_or_the_name_needs_no_suffix(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        """
        - {name: "greets {who}", with: [{who: Ann}, {who: Bob}], script: [{customer: "I am {who}"}]}
        - {name: waves, id: "wave-{who}", with: [{who: Ann}], script: [{customer: "{{who}} or {3}: {who}"}]}
        """,
    )
    assert [(each.id, each.name) for each in found] == [
        ("greets-ann", "greets Ann"),
        ("greets-bob", "greets Bob"),
        ("wave-Ann", "waves (ann)"),
    ]
    assert said(found[2]) == ["{{who}} or {3}: Ann"]


@pytest.mark.parametrize(
    ("cases", "problem"),
    [
        ("Monday", "with must be a list of cases"),
        ("[]", "with is an empty list"),
        ("[{}]", "a case is empty"),
        ("[{day: a}, {dya: b}]", "this case has no 'dya', which others have; add it"),
        ("[{day: a, hour: b}]", "nothing in the scenario has the placeholder {hour} of this case"),
        ("[{dai: a}]", "of this case; the scenario speaks of {day}"),
        ("[{day: a, two words: b}]", "'two words' can't be a placeholder"),
        ("[{id: a b, day: c}]", "the id 'a b' of a case can't be used"),
        ("[{day: a}, {day: A}]", "give one an id:"),
    ],
)
def test_mistakes_in_cases_are_told(tmp_path: Path, cases: str, problem: str) -> None:
    told = problems(tmp_path, f"- {{name: x, script: [{{customer: 'on {{day}}'}}], with: {cases}}}")
    assert any(problem in each for each in told), told


def test_a_mistake_in_a_scenario_with_cases_is_told_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "- {name: x, with: [{d: a}, {d: b}], script: [{customer: 'on {d}', expcet: {}}]}")
    assert told == ["suite.yaml:3:67: 'expcet' is not a key of a step; did you mean 'expect'?"]


def test_a_beginning_is_included_from_a_scenario_of_the_same_file(tmp_path: Path) -> None:
    _, paid = load(
        tmp_path,
        """
        - name: orders
          start: {applied: greet}
          tools: {price: {returns: 1}, stock: {returns: 2}}
          script: [{customer: A book}, {customer: Yes}]
        - name: pays
          include: orders
          tools: {price: {raises: no}}
          script: [{customer: By card}]
        """,
    )
    assert said(paid) == ["A book", "Yes", "By card"]
    assert paid.tools == {"price": (Raises(message="no"),), "stock": (Returns(data=2),)}
    assert paid.start.applied == ("greet",)


def test_a_beginning_is_included_from_files_through_one_another_and_filled_by_cases(tmp_path: Path) -> None:
    (tmp_path / "login.yaml").write_text("script: [{customer: 'I am {who}'}]")
    (tmp_path / "order.yaml").write_text(
        "include: login.yaml\nscript: [{customer: A book, expect: {usage: {asks: 1}}}]"
    )
    load(tmp_path, "- {name: waits, script: [{customer: Wait}]}", name="other.yaml")
    ann, waits = load(
        tmp_path,
        """
        - {name: pays, include: order.yaml, with: [{who: Ann}], script: [{customer: By card}]}
        - {name: goes on, include: "other.yaml::waits", script: [{customer: Go}]}
        """,
    )
    assert said(ann) == ["I am Ann", "A book", "By card"]
    assert said(waits) == ["Wait", "Go"]
    step = ann.script[1]
    assert isinstance(step, CustomerSays)
    assert step.expect[0].place.file == (tmp_path / "order.yaml").as_posix()


@pytest.mark.parametrize(
    ("include", "problem"),
    [
        ("others", "has no scenario 'others' to include; did you mean 'other'?"),
        ("logn.yaml", "logn.yaml to include; did you mean 'login.yaml'?"),
        ("login.yaml", "login.yaml:1:1: 'scrip' is not a key of a shared beginning; did you mean 'script'?"),
        ("x", "'x' includes itself"),
        ("[a]", "include (a scenario's id, a file, or file.yaml::id) must be a text, not a list"),
    ],
)
def test_mistakes_in_including_are_told(tmp_path: Path, include: str, problem: str) -> None:
    (tmp_path / "login.yaml").write_text("scrip: [{customer: Hello}]")
    told = problems(
        tmp_path,
        f"""
        - {{name: x, include: {include}, script: [{{customer: a}}]}}
        - {{name: other, script: [{{customer: a}}]}}
        """,
    )
    assert any(problem in each for each in told), told


def test_a_conversation_starts_once(tmp_path: Path) -> None:
    (told,) = problems(
        tmp_path,
        """
        - {name: x, start: {applied: greet}, script: [{customer: a}]}
        - {name: y, include: x, start: {applied: bye}, script: [{customer: a}]}
        """,
    )
    assert "what is included has a start already; remove one" in told


def test_trials_and_how_many_must_pass_are_read(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        """
        - {name: a, script: [{customer: a}], pass: {at_least: 2, of: 3}}
        - {name: b, script: [{customer: a}], trials: 5, pass: {at_least: 4}}
        - {name: c, script: [{customer: a}], trials: 2}
        - {name: d, script: [{customer: a}], timeout: {turn: 5}}
        """,
    )
    assert [(each.trials, each.needed) for each in found] == [(3, 2), (5, 4), (2, None), (1, None)]
    assert (found[3].turn_limit, found[3].scenario_limit) == (5, 300)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("pass: {of: 3}", "pass has no 'at_least'; add it"),
        ("pass: {at_least: 2}", "nothing says of how many; add of:"),
        ("pass: {at_least: 4, of: 3}", "at_least is 4, more than the 3 trials that are played"),
        ("trials: 2, pass: {at_least: 1, of: 3}", "of is 3 and trials is 2; say it once"),
        ("trials: 1.5", "trials must be a whole number from 1, not 1.5"),
        ("timeout: {turn: 0}", "a time limit must be longer than 0 seconds"),
    ],
)
def test_mistakes_in_trials_and_limits_are_told(tmp_path: Path, keys: str, problem: str) -> None:
    (told,) = problems(tmp_path, f"- {{name: x, script: [{{customer: a}}], {keys}}}")
    assert problem in told


def test_checks_transitions_and_seconds_are_read(tmp_path: Path) -> None:
    (scenario,) = load(
        tmp_path,
        """
        - name: x
          script: [{customer: a}]
          expect:
            check: [checks.py:polite, shop.checks:polite, polite]
            journeys: {transitions: {order: [ask -> pay, "root->ask"]}}
            usage: {seconds: {at_most: 2.5}}
        """,
    )
    expectations = [each.expectation for each in scenario.expect]
    assert expectations[:3] == [
        CodeHolds(check="checks.py:polite"), CodeHolds(check="shop.checks:polite"), CodeHolds(check="polite")
    ]  # fmt: skip
    assert expectations[3:5] == [
        JourneyTook(journey="order", transition="ask->pay"),
        JourneyTook(journey="order", transition="root->ask"),
    ]
    assert isinstance(expectations[5], UsageWithin)
    assert expectations[5].quantity == "seconds"
    assert [each.words for each in scenario.expect][::3] == [
        "check: checks.py:polite",
        "journeys.transitions: {order: ask->pay}",
    ]


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("check: checks.py", "names a file; add its function: checks.py:NAME"),
        ("check: 'is it polite?'", "must be file.py:function, module:function, or a registered name"),
        ("journeys: {transitions: {order: ask}}", "must name two states, as in ask -> confirm"),
    ],
)
def test_mistakes_in_checks_and_transitions_are_told(tmp_path: Path, expect: str, problem: str) -> None:
    (told,) = problems(tmp_path, f"- {{name: x, script: [{{customer: a}}], expect: {{{expect}}}}}")
    assert problem in told
