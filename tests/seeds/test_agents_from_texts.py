"""The article's agents in one expression: rules and procedures as plain texts, tools by their names."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.playing.runner import play

from ..engine.worlds import calling, scripted_model
from .snippets import Range, Snippet, find_document, row
from .test_tools_by_agent import made_by

DOCUMENT = "003"
TEXTS = Range(first=232, last=238)
"""The texts by name, which a later agent is made of."""
BANK = Path(__file__).parents[2] / "scenarios" / "banking"


def built(agent: p.Agent) -> p.BuiltAgent:
    assert agent.draft.home is not None
    return agent.draft.home.build(agent)


def rules(agent: p.Agent) -> dict[str, str]:
    """The actions of the agent's guidelines, by id."""
    return {item.id: item.action for item in built(agent).definition.guidelines if item.action}


def always(agent: p.Agent) -> bool:
    return all(item.matching == "always" and not item.condition for item in built(agent).definition.guidelines)


async def ask(agent: p.Agent, **answers: Any) -> tuple[p.TurnResult, Any]:
    """One turn of the agent, in which no guideline is judged to apply, and what its reply was asked for with."""
    model = scripted_model(**answers)
    turn = await p.open_conversation(built(agent), llm=model).say("Please help")
    assert turn.trace.failure is None
    return turn, next(one for one in model.asked if one.decision == "draft")


@row("A02", 84, 91)
async def test_an_agent_of_names_needs_no_await_and_calls_the_three_tools_it_names(snippet: Snippet) -> None:
    ran: list[str] = []
    names = ("check_order", "update_address", "issue_refund")

    @p.guideline
    def log_issues() -> str:
        return "Write down what went wrong"

    around = {name: made_by(name, ran) for name in names}
    agent: p.Agent = (await snippet.run(parlant=p, log_issues=log_issues, **around))["agent"]
    assert isinstance(agent, p.Agent)
    assert (agent.id, agent.name) == ("customer-support", "customer_support")
    assert rules(agent) == {
        "be_polite": "be polite",
        "verify_identity": "verify identity",
        "log_issues": "Write down what went wrong",
    }
    assert always(agent)
    assert built(agent).definition.may_call == names
    turn, draft = await ask(agent, tools=calling(check_order={"order": "A1"}, issue_refund={"order": "A1"}))
    assert {item.tool for item in turn.trace.offered} == set(names), "they are at hand without a guideline of theirs"
    assert turn.tool_calls == ("check_order", "issue_refund")
    assert ran == ["check_order", "issue_refund"]
    assert [item.id for item in draft.facts.instructions] == ["be_polite", "verify_identity", "log_issues"]


@row("A02", 84, 91)
async def test_a_tool_that_an_agent_of_names_does_not_name_is_not_for_its_guidelines(snippet: Snippet) -> None:
    ran: list[str] = []
    around = {name: made_by(name, ran) for name in ("check_order", "update_address", "issue_refund")}
    agent: p.Agent = (await snippet.run(parlant=p, **around))["agent"]
    await agent.create_guideline("asks for the card", "read it out", tools=[made_by("read_card", ran)])
    with pytest.raises(p.DefinitionError, match="brings the tool 'read_card', which this agent may not call"):
        built(agent)


@row("A06", 232, 238)
async def test_texts_by_name_are_guidelines_of_these_names(snippet: Snippet) -> None:
    texts: dict[str, str] = (await snippet.run())["guidelines"]
    agent = p.create_agent("Desk", guidelines=texts)
    assert rules(agent) == texts
    assert list(texts) == ["verify_identity", "refund_policy", "escalation"]
    assert always(agent)
    assert (await agent.get_guideline("Refund policy")).action == texts["refund_policy"]
    _, draft = await ask(agent)
    assert [(item.id, item.action) for item in draft.facts.instructions] == list(texts.items())
    assert all(text in draft.prompt for text in texts.values())


@row("A08", 252, 259)
async def test_an_agent_of_texts_says_which_of_its_tools_is_defined_nowhere(snippet: Snippet) -> None:
    texts = (await TEXTS.read(find_document(DOCUMENT)).run())["guidelines"]
    ran: list[str] = []
    around = {name: made_by(name, ran) for name in ("query_order", "process_refund")}
    with pytest.raises(p.UnknownNameError, match="no tool is called 'check_shipping'") as nothing_near:
        await snippet.run(parlant=p, guidelines=texts, **around)
    with pytest.raises(p.UnknownNameError) as near:
        await snippet.run(parlant=p, guidelines=texts, track=made_by("check_shipment", ran), **around)
    line = snippet.first + next(n for n, line in enumerate(snippet.text.splitlines()) if "create_agent" in line)
    place = f"{re.escape(str(snippet.file))}:{line}"
    assert "did you mean" not in str(nothing_near.value)
    assert re.search(f"{place}.*no tool is called 'check_shipping'; did you mean 'check_shipment'?", str(near.value))


@row("A08", 252, 259)
async def test_an_agent_of_texts_and_names_of_tools_works_once_all_are_defined(snippet: Snippet) -> None:
    texts = (await TEXTS.read(find_document(DOCUMENT)).run())["guidelines"]
    ran: list[str] = []
    names = ("query_order", "process_refund", "check_shipping")
    around = {name: made_by(name, ran) for name in names}
    agent: p.Agent = (await snippet.run(parlant=p, guidelines=texts, **around))["customer_service"]
    assert list(rules(agent).values()) == list(texts.values())
    assert built(agent).definition.may_call == names
    turn, draft = await ask(agent, tools=calling(check_shipping={"order": "A1"}))
    assert (turn.tool_calls, ran) == (("check_shipping",), ["check_shipping"])
    assert [item.action for item in draft.facts.instructions] == list(texts.values())


COMPLIANCE = {
    "investment": ("no-investment-advice", "no-investment-advice"),
    "risk": ("risk-disclaimer", "risk-disclaimer"),
    "other customers": ("no-other-members", "no-other-members"),
    "identity": ("verify-first", "verify-first"),
    "Log": ("on-record", "on-record"),
}
"""By a word of each rule of the article, in its order: the bank's rule and the scenario that claims it."""


@row("A09", 280, 288)
@pytest.mark.parametrize("word", COMPLIANCE)
async def test_each_compliance_rule_is_a_scenario_of_the_bank_that_fails_without_it(
    snippet: Snippet, word: str
) -> None:
    texts: list[str] = (await snippet.run())["compliance_guidelines"]
    assert [text for text in texts if word in text] == [texts[list(COMPLIANCE).index(word)]]
    rule, name = COMPLIANCE[word]
    bank = p.load_agent("agent.py:build", BANK)
    files = (load_file(BANK / f"{each}.yaml") for each in ("compliance", "service"))
    (scenario,) = [each for file in files for each in file if each.id == name]
    rest = tuple(replace(item, enabled=item.id != rule) for item in bank.definition.guidelines)
    assert rest != bank.definition.guidelines
    without = replace(bank, definition=replace(bank.definition, guidelines=rest))
    offline = p.make_llm("offline")
    assert (await play(scenario, bank, llm=offline)).verdict == "passed"
    assert (await play(scenario, without, llm=offline)).verdict == "failed"


@row("A09", 280, 288)
@pytest.mark.parametrize("left_out", [None, 0, 1, 2, 3, 4])
async def test_the_compliance_rules_hold_in_every_turn_but_for_one_that_is_left_out(
    snippet: Snippet, left_out: int | None
) -> None:
    texts: list[str] = (await snippet.run())["compliance_guidelines"]
    kept = [text for number, text in enumerate(texts) if number != left_out]
    agent = p.create_agent("Bank", guidelines=kept)
    assert always(agent)
    _, draft = await ask(agent)
    assert [item.action for item in draft.facts.instructions] == kept
    assert [text for text in texts if text in draft.prompt] == kept


@row("A11", 321, 330)
async def test_a_procedure_in_one_text_is_one_action_shown_with_all_its_steps(snippet: Snippet) -> None:
    text: str = (await snippet.run())["troubleshooting_guideline"]
    agent = p.create_agent("Support", guidelines=[text])
    (guideline,) = await agent.list_guidelines()
    assert guideline.action == text.strip()
    assert always(agent)
    assert built(agent).definition.journeys == ()
    _, draft = await ask(agent)
    (instruction,) = draft.facts.instructions
    assert instruction.action == text.strip()
    steps = [line for line in text.splitlines() if re.match(r"\d\. ", line)]
    assert len(steps) == 5
    places = [draft.prompt.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
