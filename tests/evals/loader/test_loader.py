"""Scenario files: what is read from them, and what is said of mistakes in them."""

from pathlib import Path
from textwrap import dedent

import pytest

from understudy.engine.domain.modes import SessionMode
from understudy.engine.domain.session import Customer
from understudy.evals.expectations.kinds import (
    GuidelineFired,
    GuidelineNotFired,
    GuidelinesOnly,
    JourneyPath,
    ReplyMentions,
    ToolsCalled,
)
from understudy.evals.expectations.outside import ReplyJudged, ReplySimilar, SimulationReached, SimulationTurns
from understudy.evals.expectations.value_tests import Bound, EqualTo, Like, Within
from understudy.evals.loader.problems import ScenarioError, ScenarioProblem
from understudy.evals.loader.scenario_files import duplicate_ids, file_name, load_file
from understudy.evals.scenario import (
    AgentFirst,
    CustomerSays,
    FrontEndEvent,
    ModelChoice,
    OperatorSays,
    Raises,
    Returns,
    RunIt,
    Scenario,
    SetMode,
    Simulate,
)


def write(folder: Path, text: str, *, name: str = "suite.yaml") -> Path:
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def one(folder: Path, body: str) -> Scenario:
    """A file with one scenario: the lines given, below its name."""
    head = "agent: agent.py:build\nscenarios:\n  - name: it works\n"
    path = folder / "suite.yaml"
    path.write_text(head + "".join(f"    {line}\n" for line in dedent(body).strip().splitlines()), encoding="utf-8")
    (scenario,) = load_file(path)
    return scenario


def problems(folder: Path, text: str) -> tuple[ScenarioProblem, ...]:
    path = write(folder, text)
    with pytest.raises(ScenarioError) as caught:
        load_file(path)
    return caught.value.problems


def problems_of_one(folder: Path, body: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        one(folder, body)
    return [str(problem).removeprefix((folder / "suite.yaml").as_posix() + ":") for problem in caught.value.problems]


def test_a_full_file_is_read(tmp_path: Path) -> None:
    scenarios = load_file(
        write(
            tmp_path,
            r"""
            # yaml-language-server: $schema=../scenario.schema.json
            agent: agent.py:build
            model: {name: openai/gpt-4o, temperature: 0}
            redact: ['\bACME-\d{6}\b']
            defaults: {customer: {name: Jean Grey}, now: 2026-03-02T09:00:00Z, timeout: {turn: 5, scenario: 50}}
            scenarios:
              - name: books the first free slot
                tags: [smoke]
                customer: {tags: [patient], variables: {insurance: Acme}, metadata: {since: 2020}}
                session: {labels: [vip], metadata: {channel: web}, mode: manual, moderation: paranoid}
                trials: 3
                script:
                  - customer: Hi, I need to see a doctor about my knee
                  - customer: [Monday, "actually, sorry, Tuesday"]
                  - mode: auto
                  - operator: Dana here, I'll take over
                    name: Dana
                  - event: {kind: custom, data: {page: checkout}}
                  - agent_first: true
              - name: says so when the calendar is down
                id: Calendar.down
                tools:
                  schedule: {raises: calendar is down}
                  slots: [{returns: [12:30, 007, 7, No, true]}, run]
                script: [{customer: Hi}]
            """,
        ),
        suite="clinic",
    )

    first, second = scenarios
    assert (first.id, first.suite, first.tags, first.trials) == ("books-the-first-free-slot", "clinic", ("smoke",), 3)
    assert first.agent == "agent.py:build"
    assert first.model == ModelChoice(name="openai/gpt-4o", settings={"temperature": 0})
    assert first.redact == (r"\bACME-\d{6}\b",)
    assert first.customer == Customer(id="jean-grey", name="Jean Grey", tags=("patient",), metadata={"since": 2020})
    assert first.variables == {"insurance": "Acme"}
    assert (first.labels, first.metadata, first.mode) == (("vip",), {"channel": "web"}, SessionMode.MANUAL)
    assert (first.moderation, second.moderation) == ("paranoid", "none")
    assert (first.now, first.turn_limit, first.scenario_limit) == ("2026-03-02T09:00:00Z", 5.0, 50.0)
    assert first.script == (
        CustomerSays(texts=("Hi, I need to see a doctor about my knee",)),
        CustomerSays(texts=("Monday", "actually, sorry, Tuesday")),
        SetMode(mode=SessionMode.AUTO),
        OperatorSays(text="Dana here, I'll take over", name="Dana"),
        FrontEndEvent(data={"page": "checkout"}),
        AgentFirst(),
    )
    assert (second.id, second.place.line) == ("Calendar.down", 21)
    assert second.tools == {
        "schedule": (Raises(message="calendar is down"),),
        "slots": (Returns(data=["12:30", "007", 7, "No", True]), RunIt()),
    }
    assert {named.name for named in second.names} == {"schedule", "slots"}


def test_without_more_a_scenario_has_the_guest_a_fixed_clock_and_its_folder_as_suite(tmp_path: Path) -> None:
    scenario = one(tmp_path, "script: [{customer: Hi}]")
    assert scenario.customer == Customer()
    assert scenario.now == "2026-01-01T09:00:00Z"
    assert scenario.suite == tmp_path.name
    assert scenario.model is None


@pytest.mark.parametrize("written", ["No", "12:30", "007", "1e5", "null", "2026-01-01", "0x1F", "yes"])
def test_text_is_read_as_it_is_written(tmp_path: Path, written: str) -> None:
    scenario = one(tmp_path, f"script:\n  - customer: {written}")
    assert scenario.script == (CustomerSays(texts=(written,)),)


def test_a_single_string_stands_for_a_list_of_one(tmp_path: Path) -> None:
    scenario = one(
        tmp_path,
        """
        script:
          - customer: Hi
            expect: {guidelines: {fired: greet, only: greet}, reply: {mentions: No}}
        """,
    )
    step = scenario.script[0]
    assert isinstance(step, CustomerSays)
    assert [each.expectation for each in step.expect] == [
        GuidelineFired(guideline="greet"),
        GuidelinesOnly(guidelines=("greet",)),
        ReplyMentions(phrases=("No",)),
    ]
    assert [each.words for each in step.expect] == [
        "guidelines.fired: greet",
        "guidelines.only: greet",
        "reply.mentions: No",
    ]


def test_each_expectation_knows_its_place_and_the_names_in_it(tmp_path: Path) -> None:
    scenario = one(
        tmp_path,
        """
        script: [{customer: Hi}]
        expect:
          guidelines: {never: [a, b]}
          journeys: {path: {schedule: [ask, …, <completed>]}}
        """,
    )
    never_a, never_b, path = scenario.expect
    assert never_b.expectation == GuidelineNotFired(guideline="b")
    assert (never_b.place.line, never_b.place.column, str(never_a.place)[-4:]) == (6, 31, "6:28")
    assert path.expectation == JourneyPath(journey="schedule", path=("ask", "…", "<completed>"))
    assert [(named.kind, named.name, named.within) for named in path.names] == [
        ("journey", "schedule", ""),
        ("state", "ask", "schedule"),
    ]


def test_calls_may_be_expected_with_values_and_with_tests_of_values(tmp_path: Path) -> None:
    scenario = one(
        tmp_path,
        """
        script: [{customer: Hi}]
        expect:
          tools:
            called:
              - slots
              - book:
                  {time: {like: Tuesday}, id: 007, count: 2, seats: {at_least: 1, at_most: 3}, at: {equals: {like: x}}}
            mode: strict
            arguments: exact
        """,
    )
    (expected,) = scenario.expect
    called = expected.expectation
    assert isinstance(called, ToolsCalled)
    assert (called.mode, called.arguments) == ("strict", "exact")
    assert [call.tool for call in called.calls] == ["slots", "book"]
    tests = dict(called.calls[1].arguments)
    assert tests["time"] == (Like(phrase="Tuesday"),)
    assert tests["id"] == (EqualTo(value="007"),)
    assert tests["count"] == (EqualTo(value=2, written="2"),)
    (seats,) = tests["seats"]
    assert isinstance(seats, Within)
    assert (seats.bound.at_least, seats.bound.at_most) == (1, 3)
    assert tests["at"] == (EqualTo(value={"like": "x"}),)


def test_a_simulated_customer_criteria_and_texts_to_resemble_are_read(tmp_path: Path) -> None:
    scenario = one(
        tmp_path,
        """
        script:
          - simulate: {goal: book a visit, persona: shy, knows: {day: Monday, n: 2}, until: it is booked, turns: 3}
          - simulate: {goal: leave}
        expect:
          reply: {judge: [is kind, is short], similar: {to: Hello, at_least: 0.5}}
          simulation: {reached: true, turns: {at_most: 3}}
        """,
    )
    assert scenario.script == (
        Simulate(goal="book a visit", persona="shy", knows={"day": "Monday", "n": 2}, until="it is booked", turns=3),
        Simulate(goal="leave", turns=6),
    )
    assert [expected.expectation for expected in scenario.expect] == [
        ReplyJudged(criterion="is kind"),
        ReplyJudged(criterion="is short"),
        ReplySimilar(texts=("Hello",), at_least=0.5),
        SimulationReached(expected=True),
        SimulationTurns(bound=Bound(at_most=3)),
    ]
    assert [expected.words for expected in scenario.expect][:2] == ["reply.judge: is kind", "reply.judge: is short"]


def test_a_file_may_name_the_model_that_judges(tmp_path: Path) -> None:
    head = "agent: agent.py:build\ndefaults: {judge: %s}\nscenarios: [{name: a, script: [{customer: Hi}]}]\n"
    (scenario,) = load_file(write(tmp_path, head % "{model: {name: acme/judge, temperature: 0}}"))
    assert scenario.judge == ModelChoice(name="acme/judge", settings={"temperature": 0})
    found = "\n".join(map(str, problems(tmp_path, head % "{modle: acme/judge}")))
    assert "'modle' is not a key of judge; did you mean 'model'?" in found


def test_five_different_mistakes_are_told_at_once_with_place_text_and_nearest_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        agent: agent.py:build
        scenarios:
          - nme: books a slot
            name: books a slot
            now: 2026-03-02T09:00:00
            script:
              - customer: Hi
                expect:
                  guidelines: {dropped: {upsell: lower_prioritie}}
                  reply: {silent: no}
              - customer: Bye
                customer: Bye again
        """,
    )
    with pytest.raises(ScenarioError) as caught:
        load_file(path)
    file = path.as_posix()
    assert str(caught.value).splitlines() == [
        f"{file}:3:5: 'nme' is not a key of a scenario; did you mean 'name'?",
        (
            f"{file}:5:10: now '2026-03-02T09:00:00' has no time zone; add Z or an offset such as +01:00; "
            "did you mean '2026-03-02T09:00:00Z'?"
        ),
        (
            f"{file}:9:42: the reason of a drop can't be 'lower_prioritie'; it is one of unmet_dependency, "
            "unmet_any_dependency, lower_priority, outranked, inactive_journey, disambiguated; "
            "did you mean 'lower_priority'?"
        ),
        f"{file}:10:27: silent must be true or false, not 'no'; did you mean 'false'?",
        f"{file}:12:9: 'customer' stands here a second time; the first is in line 11",
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("script: []", "4:13: script is an empty list; give at least one"),
        ("script: Hi", "4:13: script must be a list of steps, not 'Hi'"),
        ("script: [Hi]", "4:14: a step must be a map of keys to values (customer, simulate, "),
        ("script: [simulate: Hi]", "4:24: simulate must be a map of keys to values (goal), not 'Hi'"),
        ("script: [{customer: }]", "4:25: what the customer says must be a text, not nothing"),
        ("script: [{customer: {a: b}}]", "4:25: what the customer says must be a text, not the map {a: b}"),
        ("script: [{expect: {reply: {silent: true}}}]", "this one has none"),
        ("script: [{customer: a, operator: b}]", "this one has 'customer' and 'operator'"),
        (
            "script: [{mode: auto, expect: {reply: {silent: true}}}]",
            "4:35: 'expect' can't stand beside 'mode', only beside customer or agent_first",
        ),
        ("script: [{mode: manuel}]", "mode can't be 'manuel'; it is one of auto, manual; did you mean 'manual'?"),
        ("script: [{agent_first: false}]", "agent_first is only ever true"),
        ("script: [{event: {kind: other, data: 1}}]", "kind can't be 'other'"),
        ("script: [{customer: a}]\ntrials: many", "5:13: trials must be a number, not 'many'"),
        ("script: [{customer: a}]\ntrials: 1.5", "5:13: trials must be a whole number from 1, not 1.5"),
        ("script: [{customer: a}]\ntrials: 0", "5:13: trials must be 1 or more, not 0"),
        ("script: [{customer: a}]\npass: {at_least: -1, of: 2}", "at_least must be 0 or more, not -1"),
        (
            "script: [{customer: a, expect: {canned: hi}}]",
            "'canned' is not a key of expect; did you mean 'reply.canned'?",
        ),
        (
            "script: [{customer: a, expect: {tools: {fired: hi}}}]",
            "'fired' is not a key of tools; did you mean 'guidelines.fired'?",
        ),
        ("script: [{customer: a}]\ntrials: '3'", "5:13: trials must be a number, not '3'"),
        ("script: [{customer: a}]\nid: a b", "did you mean 'a-b'?"),
        ("script: [{customer: a}]\nnow: tomorrow", "now 'tomorrow' is not a time as ISO 8601 writes it"),
        (
            "script: [{customer: a}]\ntools: {x: {return: 1}}",
            "'return' is not a key of a stand-in; did you mean 'returns'?",
        ),
        (
            "script: [{customer: a}]\ntools: {x: ran}",
            "a stand-in is {returns: …}, {raises: …} or the word run, not 'ran'",
        ),
        ("script: [{customer: a}]\ntools: {x: {returns: 1, raises: b}}", "either returns or raises; this one has both"),
        ("script: [{customer: a}]\ncustomer: {nam: b}", "'nam' is not a key of a customer; did you mean 'name'?"),
        ("script: [{customer: a}]\nexpect: {}", "5:13: expect is empty"),
        ("script: [{customer: a}]\nexpect: {reply: {}}", "reply is empty"),
        ("script: [{customer: a}]\nexpect: {guideline: {fired: a}}", "did you mean 'guidelines'?"),
        ("script: [{customer: a}]\nexpect: {guidelines: {fired: []}}", "a guideline is an empty list"),
        ("script: [{customer: a}]\nexpect: {reply: {matches: '['}}", "'[' is not a regular expression"),
        ("script: [{customer: a}]\nexpect: {reply: {mentions: '!'}}", "'!' holds no word to look for"),
        (
            "script: [{customer: a}]\nexpect: {usage: {asks: {at_most: few}}}",
            "at_most of asks must be a number, not 'few'",
        ),
        ("script: [{customer: a}]\nexpect: {usage: {asks: {}}}", "asks needs at_least, at_most or both"),
        ("script: [{customer: a}]\nexpect: {usage: {asks: {at_least: 3, at_most: 2}}}", "no number is"),
        ("script: [{customer: a}]\nexpect: {tools: {mode: strict}}", "there is no `called` beside it"),
        ("script: [{customer: a}]\nexpect: {tools: {called: []}}", "called is an empty list"),
        (
            "script: [{customer: a}]\nexpect: {tools: {called: {book: {time: {lik: Tuesday}}}}}",
            (
                "the argument 'time' has a test 'lik', which is unknown; write a map with that key below `equals`; "
                "did you mean 'like'?"
            ),
        ),
        (
            "script: [{customer: a, expect: {guidelines: {never: a}}}]",
            "'never' is about the whole conversation; move it to the scenario's own expect",
        ),
        ("script: [{simulate: {persona: shy}}]", "4:25: simulate has no 'goal'; add it"),
        ("script: [{simulate: {goal: a, knwos: {b: c}}}]", "'knwos' is not a key of simulate; did you mean 'knows'?"),
        ("script: [{simulate: {goal: a, turns: 0}}]", "4:42: turns must be a whole number from 1, not 0"),
        ("script: [{simulate: {goal: a, turns: 1.5}}]", "turns must be a whole number from 1, not 1.5"),
        (
            "script: [{simulate: {goal: a}, expect: {reply: {silent: true}}}]",
            "'expect' can't stand beside 'simulate', only beside customer or agent_first",
        ),
        ("script: [{customer: a, simulate: {goal: a}}]", "this one has 'customer' and 'simulate'"),
        (
            "script: [{customer: a, expect: {simulation: {reached: true}}}]",
            "'simulation' is about the whole conversation; move it to the scenario's own expect",
        ),
        ("script: [{customer: a}]\nexpect: {simulation: {reached: often}}", "reached must be true or false"),
        ("script: [{customer: a}]\nexpect: {reply: {judge: []}}", "a criterion is an empty list"),
        ("script: [{customer: a}]\nexpect: {reply: {similar: {to: Hi}}}", "similar has no 'at_least'; add it"),
        (
            "script: [{customer: a}]\nexpect: {reply: {similar: {to: Hi, at_least: 80}}}",
            "at_least of similar must be more than 0 and at most 1 (the same), not 80",
        ),
        ("script: [{customer: a}]\nstrat: {applied: [a]}", "'strat' is not a key of a scenario; did you mean 'start'?"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, body: str, problem: str) -> None:
    (found,) = problems_of_one(tmp_path, body)
    assert problem in found


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "the file is empty"),
        ("agent: a\nscenarios:\n\t- name: b", 3, 1, "a tab stands in the indentation; YAML is indented with spaces"),
        ("agent: [a\nscenarios: b", 2, 10, "not YAML, while parsing a flow sequence"),
        ("agent: a\x07b", 1, 9, "control characters are not allowed (U+0007)"),
        ("agent: a\n---\nagent: b", 2, 1, "expected a single document"),
        ("agent: !!python/name:os.system a", 1, 8, "the tag 'tag:yaml.org,2002:python/name:os.system' means nothing"),
        ("agent: &x [*x]", 1, 8, "an alias stands inside of what it stands for"),
        ("agent: " + "[" * 5000 + "]" * 5000, 1, 108, "lists and maps are nested too deeply to be read"),
        ("agent: a", 1, 1, "a scenario file has no 'scenarios'; add it"),
        ("agent: a\nscenarios: {}", 2, 12, "scenarios must be a list, not the map {}"),
        ("- a", 1, 1, "a scenario file must be a map of keys to values (agent, scenarios), not a list"),
        ("agent: a\n? [b]\n: c\nscenarios: [{name: d, script: [{customer: e}]}]", 2, 3, "a key must be a text"),
        ("agent: a\nredact: ['(']\nscenarios: [{name: d, script: [{customer: e}]}]", 2, 10, "not a regular expression"),
        ("agent: a\ndefaults: {timeout: {turn: 0}}\nscenarios: [{name: d, script: [{customer: e}]}]", 2, 28, "longer"),
        (
            "agent: a\nscenarios: [{name: 医者, script: [{customer: e}]}]",
            2,
            20,
            "no id can be made from the name '医者'",
        ),
    ],
)
def test_what_is_no_scenario_file_is_told_with_its_place(
    tmp_path: Path, text: str, line: int, column: int, said: str
) -> None:
    found = problems(tmp_path, text)[0]
    assert said in str(found)
    assert (found.place.line, found.place.column) == (line, column)


def test_a_file_that_is_not_there_or_not_utf8_is_a_problem_of_it(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"agent: \xe9")
    with pytest.raises(ScenarioError, match=r"latin\.yaml:1:1: the file is not UTF-8 text"):
        load_file(tmp_path / "latin.yaml")
    with pytest.raises(ScenarioError, match=r"none\.yaml:1:1: the file can't be read"):
        load_file(tmp_path / "none.yaml")


def test_an_id_stands_once_in_a_file_and_in_a_suite_whatever_its_case(tmp_path: Path) -> None:
    (found,) = problems(
        tmp_path,
        """
        agent: a
        scenarios:
          - {name: books a slot, script: [{customer: Hi}]}
          - {name: other, id: Books-A-Slot, script: [{customer: Hi}]}
        """,
    )
    assert found.place.line == 5
    assert "the id 'Books-A-Slot' is taken" in found.text
    assert "(as 'books-a-slot'; one name where files are written)" in found.text

    body = "agent: a\nscenarios: [{name: books a slot, script: [{customer: Hi}]}]\n"
    scenarios = [
        scenario for name in ("a.yaml", "b.yaml") for scenario in load_file(write(tmp_path, body, name=name), "clinic")
    ]
    (across,) = duplicate_ids(scenarios)
    assert across.place.file.endswith("b.yaml")
    assert "a.yaml:2:13" in across.text
    first, second = scenarios
    assert duplicate_ids([second], {file_name(first): first}) == (across,)


def test_mistakes_in_a_scenario_without_a_name_are_told_beside_that(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        agent: a
        scenarios:
          - script: [{customer: Hi}]
            expect: {replie: {silent: true}}
        """,
    )
    assert [problem.text for problem in found] == [
        "a scenario has no 'name'; add it",
        "'replie' is not a key of expect",
    ]
