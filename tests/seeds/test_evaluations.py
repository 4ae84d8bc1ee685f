"""Evaluating an agent on cases, in the three forms that the documents show."""

from typing import Any

import understudy.engine as p
from understudy.evals import evaluate

from .snippets import SEEDS, Range, Snippet, find_document, row

DOCUMENT = "003"


@p.tool
async def check_order(context: p.ToolContext) -> p.ToolResult:
    """Look the customer's order up."""
    return p.ToolResult({"state": "delivered", "may_be_returned": True})


async def a_shop() -> p.Agent:
    agent = p.Agent("Shop", model="offline")
    wants_return = "the customer wants to return an item"
    await agent.create_guideline(wants_return, "verify who they are", id="verify-identity", tools=[check_order])
    await agent.create_guideline(wants_return, "explain the refund policy", id="refund-policy")
    await agent.create_guideline("the customer greets you", "greet them", id="greet")
    return agent


def run_without_a_loop(snippet: Snippet, **around: Any) -> dict[str, Any]:
    """Run a snippet that awaits nothing where no event loop runs, as a script does."""
    try:
        snippet.run(**around).send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the snippet awaits something")


def shop() -> p.Agent:
    """The shop's agent, made where no event loop runs."""
    try:
        a_shop().send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("declaring an agent awaits something")


@row("A04", 177, 189)
def test_tools_and_guidelines_that_a_case_expects_are_found_by_their_names(snippet: Snippet) -> None:
    names = run_without_a_loop(snippet, parlant=p, agent=shop())
    results = names["results"]
    assert len(results.passed) == 1
    assert (results["accuracy"], results["tool_call_accuracy"]) == (1.0, 1.0)


@row("A18", 444, 459)
def test_results_are_labels_that_checks_explain_and_types_are_tags(snippet: Snippet) -> None:
    cases = run_without_a_loop(snippet)["test_scenarios"]
    spoke = {case["expected_result"]: lambda outcome: bool(outcome.turns) for case in cases}
    results = evaluate(shop(), cases, checks=spoke)
    assert results["success_rate"] == 1.0
    assert list(results.by_type()) == ["happy_path", "error_handling", "edge_case", "security"]
    unexplained = evaluate(shop(), cases)
    assert len(unexplained.inconclusive) == 4
    assert unexplained["success_rate"] is None


async def test_a_case_says_whether_one_guideline_should_match() -> None:
    snippet = Range(first=391, last=409).read(find_document("000", SEEDS))
    agent = p.Agent("Shop", model="offline")
    await agent.create_guideline("the customer wants to return an order", "explain how", id="return-process")
    names = await snippet.run(agent=agent)
    results = await p.evaluate_async(agent, names["test_scenarios"])  # pyright: ignore[reportAttributeAccessIssue]
    assert len(results.passed) == 2
    assert results["accuracy"] == 1.0


@p.tool
async def query_order(context: p.ToolContext) -> p.ToolResult:
    """Read an order."""
    return p.ToolResult({})


@p.tool
async def update_order(context: p.ToolContext) -> p.ToolResult:
    """Change an order."""
    return p.ToolResult({})


@p.tool
async def refund_order(context: p.ToolContext) -> p.ToolResult:
    """Pay an order back."""
    return p.ToolResult({})


@row("A24", 614, 655)
def test_an_agent_says_by_what_it_is_to_be_measured(snippet: Snippet) -> None:
    tools = {"query_order": query_order, "update_order": update_order, "refund_order": refund_order}
    agent = run_without_a_loop(snippet, parlant=p, **tools)["advanced_agent"]
    case = {"user_input": "I am so frustrated", "expected_guidelines": ["be_empathetic"]}
    results = evaluate(agent, [case], model="offline")
    assert list(results.figures) == ["accuracy", "turn_efficiency", "guideline_compliance"]
