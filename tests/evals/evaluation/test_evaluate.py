"""`evaluate(agent, cases)`: cases in three forms, and figures that are never made up."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.domain.facts import JudgeFacts
from understudy.evals import Evaluation, evaluate, evaluate_async
from understudy.evals.commands import main
from understudy.evals.evaluation.cases import Case, CasesError
from understudy.evals.evaluation.figures import PlayedCase, figures
from understudy.evals.scenario import Place

from .. import runs

CALLED: list[str] = []


@p.tool
async def find_order(context: p.ToolContext, order_id: str) -> p.ToolResult:
    """Look up an order by its number."""
    return p.ToolResult({"order": order_id, "state": "shipped"})


@p.tool(consequential=True)
async def file_complaint(context: p.ToolContext) -> p.ToolResult:
    """File a complaint."""
    CALLED.append("file_complaint")
    return p.ToolResult("filed")


async def build(server: p.Server) -> p.Agent:
    agent = await server.create_agent(name="Ada", description="Looks after customers.", model="offline")
    await agent.create_guideline("the customer greets you", "greet the customer", id="greet")
    await agent.create_guideline(
        "the customer asks where their order is", "tell the state of the order", id="order-status", tools=[find_order]
    )
    await agent.create_guideline("the customer complains", "apologize", id="complain", tools=[file_complaint])
    await agent.create_observation("the customer mentions an order", id="speaks-of-order")
    return agent


def test_the_first_form_says_whether_a_guideline_should_match() -> None:
    found = evaluate(
        build,
        [
            {"input": "Hello", "expected_guideline": "greet", "should_match": True},
            {"input": "Hello", "expected_guideline": "order_status", "should_match": False},
            {"input": "Hello", "expected_guideline": "order-status", "should_match": True},
        ],
    )
    assert [each.outcome.verdict for each in found.cases] == ["passed", "passed", "failed"]
    assert found["success_rate"] == pytest.approx(2 / 3)
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert "'order-status' was considered and did not match" in str(found)


def test_the_second_form_names_guidelines_and_tools() -> None:
    found = evaluate(
        build,
        [
            {
                "user_input": "Where is my order AB-12?",
                "expected_tool_calls": ["find_order"],
                "expected_guidelines": ["order_status"],
            }
        ],
    )
    (case,) = found.passed
    assert case.fired.count("order-status") == 1
    assert (found["accuracy"], found["tool_call_accuracy"], found["turn_efficiency"]) == (1.0, 1.0, 1.0)


def test_guidelines_beside_the_expected_ones_pass_but_are_not_accurate() -> None:
    case = {"user_input": "Hello, where is my order AB-12?", "expected_guidelines": ["order-status"]}
    found = evaluate(build, [case])
    assert len(found.passed) == 1
    assert found["accuracy"] == 0.0


def test_the_third_form_names_a_result_that_a_check_explains() -> None:
    cases = [
        {"type": "happy_path", "user_input": "Where is my order AB-12?", "expected_result": "order_found"},
        {"type": "edge_case", "user_input": "Hello", "expected_result": "order_found"},
    ]

    def order_found(outcome: Any) -> bool | str:
        return "shipped" in outcome.turns[-1].trace.reply or "nothing was found"

    found = evaluate(build, cases, checks={"order_found": order_found})
    assert [each.outcome.verdict for each in found.cases] == ["passed", "failed"]
    assert "nothing was found" in str(found)
    assert [len(each) for each in found.by_type().values()] == [1, 1]


def test_a_result_that_nobody_explains_is_inconclusive_and_part_of_no_rate() -> None:
    found = evaluate(build, [{"user_input": "Hello", "expected_result": "permission: denied"}])
    assert [each.outcome.reason for each in found.inconclusive] == ["judge_failed"]
    assert found["success_rate"] is None
    assert "success rate" in str(found)
    assert "none: no case could be told" in str(found)
    assert "the offline model goes by words" in str(found)


def test_a_judge_reads_results_that_no_check_explains_and_user_experience_where_that_is_asked_for() -> None:
    asked: list[str] = []

    async def judge(criterion: str, outcome: Any) -> bool:
        asked.append(criterion)
        return "refused" not in criterion

    cases = [
        {"user_input": "Hello", "expected_result": "the agent: greets"},
        {"user_input": "Hello", "expected_result": "refused"},
    ]
    found = evaluate(build, cases, judge=judge, metrics=["success_rate", "user_experience"])
    assert (found["success_rate"], found["user_experience"]) == (0.5, 1.0)
    assert len(asked) == 4


def test_no_figure_is_made_up_without_data() -> None:
    every = ["accuracy", "tool_call_accuracy", "user_experience", "user_satisfaction"]
    found = evaluate(build, [{"user_input": "Hello", "expected_result": "x"}], metrics=every)
    assert [found[name] for name in every] == [None] * 4
    assert "the judge could not tell" in str(found.figures["user_experience"])


def verdict(ask: Ask) -> dict[str, Any]:
    """What is to be refused is not met, and everything else is."""
    assert isinstance(ask.facts, JudgeFacts)
    met = "refused" not in ask.facts.criterion
    return {"quotes": [], "reason": "So it is.", "verdict": "met" if met else "not_met"}


def test_without_a_function_a_model_judges_results_and_user_experience() -> None:
    model = p.ScriptedModel({"judge": verdict}, fallback=p.make_llm("offline"))
    cases = [
        {"user_input": "Hello", "expected_result": "the agent: greets"},
        {"user_input": "Hello", "expected_result": "permission_refused"},
    ]
    found = evaluate(build, cases, model=model, metrics=["success_rate", "user_experience"])
    assert (found["success_rate"], found["user_experience"]) == (0.5, 1.0)
    criteria = [ask.facts.criterion for ask in model.asked if isinstance(ask.facts, JudgeFacts)]
    assert criteria[0] == "the conversation comes to this result: the agent: greets"
    assert criteria[2:4] == ["the conversation comes to this result: permission refused"] * 2
    assert [len(each.outcome.beside) for each in found.cases] == [2, 3]


def test_a_judge_can_be_named_beside_the_model_that_answers() -> None:
    model = p.ScriptedModel({"judge": verdict}, fallback=p.make_llm("offline"))
    found = evaluate(build, [{"user_input": "Hello", "expected_result": "x"}], model=model, judge="offline")
    assert [each.outcome.reason for each in found.inconclusive] == ["judge_failed"]


def test_satisfaction_is_the_mean_of_ratings_that_customers_gave() -> None:
    cases = [{"input": "Hello", "expected_guideline": "greet", "rating": rating} for rating in (3, 4.5)]
    found = evaluate(build, cases, metrics=["user_satisfaction"])
    assert found["user_satisfaction"] == 3.75


def test_several_messages_are_a_turn_each() -> None:
    case = {"input": ["Hello", "Where is my order AB-12?"], "expected_guidelines": ["greet", "order-status"]}
    found = evaluate(build, [case])
    assert (found["accuracy"], found["turn_efficiency"]) == (1.0, 2.0)


def test_compliance_counts_what_fired_and_was_found_followed_or_not() -> None:
    met = replace(runs.trace("greet", "book"), followed=("greet",), not_followed=("book", "another-turns"))
    case = Case(number=1, name="x", place=Place(file="x", line=1), says=("Hello",), fires=("greet",))
    played = PlayedCase(case=case, outcome=runs.outcome(met), agent=runs.agent())
    (figure,) = figures([played], ["guideline_compliance"]).values()
    assert (figure.value, figure.counted) == (0.5, "1 of 2 guidelines that fired were followed")
    untold = replace(played, outcome=runs.outcome(runs.trace("greet")))
    assert figures([untold], ["guideline_compliance"])["guideline_compliance"].value is None


def test_all_mistakes_of_all_cases_come_at_once_with_the_nearest_name() -> None:
    cases: list[Any] = [
        {"user_imput": "Hello", "expected_guideline": "greet"},
        {"input": "Hello", "user_input": "Hello", "expected_guideline": "gret"},
        {"input": "Hello"},
        {"input": 7, "expected_tool_calls": ["find_orders"]},
        {"input": "Hello", "should_match": False, "expected_result": "x"},
        "Hello",
    ]
    with pytest.raises(CasesError) as raised:
        evaluate(build, cases)
    text = str(raised.value)
    for line in (
        "case 1: there is no key 'user_imput'; did you mean 'user_input'?",
        "case 2: it has both input and user_input",
        "case 2: agent 'ada' has no guideline 'gret'; did you mean 'greet'?",
        "case 3: it expects nothing",
        "case 4: 'input' is a text or a list of texts, not 7",
        "case 4: agent 'ada' has no tool 'find_orders'; did you mean 'find_order'?",
        "case 5: 'should_match' says how 'expected_guideline' is meant",
        "case 6: a case is a mapping such as {'input': 'Hello'}, not 'Hello'",
    ):
        assert line in text, line


def test_an_unknown_metric_or_option_is_named_with_the_nearest() -> None:
    case = {"input": "Hello", "expected_guideline": "greet"}
    with pytest.raises(p.UnknownNameError, match="did you mean 'accuracy'"):
        evaluate(build, [case], metrics=["acuracy"])
    with pytest.raises(p.UnknownNameError, match="did you mean 'metrics'"):
        evaluate(build, [case], metric=["accuracy"])  # pyright: ignore[reportCallIssue]


def test_metrics_that_the_agent_names_are_told_where_nobody_else_chooses() -> None:
    agent = p.Agent(
        "Ada", model="offline", guidelines=["Be kind"], evaluation_config={"metrics": ["accuracy", "efficiency"]}
    )
    found = evaluate(agent, [{"input": "Hello", "expected_guideline": "be-kind"}])
    assert list(found.figures) == ["accuracy", "turn_efficiency"]


def test_tools_with_consequences_run_only_where_that_is_said() -> None:
    CALLED.clear()
    case = {"input": "I have to complain", "expected_tool_calls": ["file_complaint"]}
    (unsaid,) = evaluate(build, [case]).inconclusive
    assert (unsaid.outcome.reason, CALLED) == ("stand_in_missing", [])
    assert len(evaluate(build, [case], run=["file_complaint"]).passed) == 1
    assert CALLED == ["file_complaint"]


async def test_inside_a_loop_one_awaits() -> None:
    case = {"input": "Hello", "expected_guideline": "greet"}
    with pytest.raises(RuntimeError, match="await evaluate_async"):
        evaluate(build, [case])
    found = await evaluate_async(build, [case])
    assert isinstance(found, Evaluation)
    assert len(found.passed) == 1


def test_the_engines_front_door_leads_here() -> None:
    case = {"input": "Hello", "expected_guideline": "greet"}
    found = p.evaluate(build, [case])  # pyright: ignore[reportAttributeAccessIssue]
    assert len(found.passed) == 1


def test_in_a_plain_run_of_pytest_no_model_is_called_that_nobody_named() -> None:
    agent = p.Agent("Ada", guidelines=["Be kind"])
    found = evaluate(agent, [{"input": "Hello", "expected_guideline": "be-kind"}])
    assert [each.outcome.reason for each in found.inconclusive] == ["model_unavailable"]


class Paid:
    """Answers as the offline model does, and counts."""

    model = "openai/small"

    def __init__(self) -> None:
        self.asks = 0

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        return replace(await p.make_llm("offline").ask(ask), source="live", model="small-1")


AGENT = """
import understudy.engine as p

async def build(server):
    agent = await server.create_agent(name="Ada")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an agent, in which one is."""
    (tmp_path / "agent.py").write_text(AGENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERSTUDY_MODEL", raising=False)
    return tmp_path


def test_the_command_plays_a_file_and_tells_by_its_exit_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = project / "cases.yaml"
    cases.write_text("- {input: Hello, expected_guideline: greet}\n- {user_input: 007, expected_guidelines: []}\n")
    assert main(["evaluate", "cases.yaml", "--agent", "agent.py:build", "--model", "offline"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 cases: 2 passed\n")
    assert "100 % (2 of 2 cases passed)" in said
    cases.write_text("cases:\n- {input: Hello, expected_guideline: greet, should_match: false}\n")
    assert main(["evaluate", "cases.yaml", "--agent", "agent.py:build", "--model", "offline"]) == 1
    cases.write_text("- {input: Hello, expected_result: it greets}\n")
    assert main(["evaluate", "cases.yaml", "--agent", "agent.py:build", "--model", "offline"]) == 16


def test_mistakes_in_a_file_are_told_with_their_places(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "cases.yaml").write_text("- {input: Hello, expected_guideline: greet}\n- {input: Hi, expected: greet}\n")
    assert main(["evaluate", "cases.yaml", "--agent", "agent.py:build"]) == 2
    assert "cases.yaml:2:3: case 2: there is no key 'expected'" in capsys.readouterr().err
    assert main(["evaluate", "case.yaml", "--agent", "agent.py:build"]) == 2
    assert "there is no file case.yaml" in capsys.readouterr().err


def test_what_a_paid_model_answers_is_kept_and_served(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    paid = Paid()
    case = {"input": "Hello", "expected_guideline": "greet"}
    agent = p.load_agent("agent.py:build", project)
    with_it = {"model": paid, "recordings": project}
    restricted = evaluate(agent, [case], **with_it)  # type: ignore[arg-type]
    assert (len(restricted.inconclusive), paid.asks) == (1, 0), "a plain run of pytest calls nobody"
    monkeypatch.setattr("understudy.evals.evaluation.stage.allowed", lambda: "any")
    assert len(evaluate(agent, [case], **with_it).passed) == 1  # type: ignore[arg-type]
    asks = paid.asks
    assert asks > 0
    (again,) = evaluate(agent, [case], **with_it).passed  # type: ignore[arg-type]
    assert (again.outcome.answered_by, paid.asks) == ("replayed", asks)


def test_it_can_be_called_in_a_thread_beside_a_loop() -> None:
    async def beside() -> Evaluation:
        return await asyncio.to_thread(evaluate, build, [{"input": "Hello", "expected_guideline": "greet"}])

    assert len(asyncio.run(beside()).passed) == 1
